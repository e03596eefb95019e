// Questions with what was answered before and what is answered after.

import { bdi, h } from "../shared/dom.js";
import { outcomeBadge } from "./explanation.js";
import { percent, t } from "./texts.js";

/**
 * Return the list.
 * @param {{ question: string, before: any, after: any }[]} questions
 */
export function differenceTable(questions) {
  return h("div", { class: "differences" }, questions.map((one) => h("article", { class: "difference" },
    h("h5", { dir: "auto" }, bdi(one.question)),
    h("div", { class: "sides" }, side(t("before"), one.before), side(t("after"), one.after)))));
}

/**
 * @param {string} label
 * @param {any} answer
 */
function side(label, answer) {
  return h("div", { class: "side" },
    h("p", { class: "row tags" }, h("span", { class: "small muted" }, label), outcomeBadge(answer.outcome), h("span", { class: "small muted figure" }, percent(answer.confidence, 1))),
    answer.article_id && h("p", { class: "small" }, bdi(answer.article_id), answer.heading && [" · ", bdi(answer.heading)]),
    h("p", { class: "said small", dir: "auto" }, answer.text));
}
