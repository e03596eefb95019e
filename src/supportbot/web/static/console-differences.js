// Questions with what was answered before and what is answered after.

import { outcomeBadge } from "./console-explanation.js";
import { h, said } from "./console-dom.js";
import { percent, t } from "./console-texts.js";

/** The list; each of `questions` is {question, before, after}. */
export function differenceTable(questions) {
  return h("div", { class: "differences" }, questions.map((one) => h("article", { class: "difference" },
    h("h5", { dir: "auto" }, said(one.question)),
    h("div", { class: "sides" }, side(t("before"), one.before), side(t("after"), one.after)))));
}

function side(label, answer) {
  return h("div", { class: "side" },
    h("p", { class: "row tags" }, h("span", { class: "small muted" }, label), outcomeBadge(answer.outcome), h("span", { class: "small muted figure" }, percent(answer.confidence, 1))),
    answer.article_id && h("p", { class: "small" }, said(answer.article_id), answer.heading && [" · ", said(answer.heading)]),
    h("p", { class: "said small", dir: "auto" }, answer.text));
}
