// Why the bot answered as it did.

import { bdi, h } from "../shared/dom.js";
import { bar, outside } from "./parts.js";
import { day, known, milliseconds, number, percent, t } from "./texts.js";

const KINDS = /** @type {Record<string, string>} */ ({ answer: "ok", clarify: "warn", decline: "danger", handoff: "accent" });

/** @import { Child } from "../shared/dom.js" */
/** @import { AnswerOut, Candidate, Source } from "../shared/api.d.ts" */

/**
 * Return an outcome as a badge.
 * @param {string} outcome
 */
export const outcomeBadge = (outcome) => h("span", { class: `badge ${KINDS[outcome] ?? ""}` }, known("outcome", outcome));

/**
 * Return the details below an answer.
 * @param {AnswerOut} answer
 */
export function explanation(answer) {
  return h("details", { class: "why" },
    h("summary", {}, h("span", {}, t("why")), outcomeBadge(answer.outcome), h("span", { class: "figure small muted" }, percent(answer.confidence, 1))),
    h("dl", { class: "facts" },
      fact(t("confidence"), bar(answer.confidence, null, percent(answer.confidence, 1))),
      answer.intent && fact(t("intent"), known("intent", answer.intent)),
      answer.context && fact(t("context"), bdi(answer.context)),
      answer.sources.length > 0 && fact(t("cited"), answer.sources.map(source)),
      fact(t("timings"), h("span", { class: "figures" }, Object.entries(answer.timings_ms).map(([name, value]) => h("span", {}, `${known("timing", name)} ${milliseconds(value)}`)))),
      fact(t("version"), h("span", { class: "figure" }, answer.index_version))),
    answer.candidates.length > 0 && h("table", { class: "table" },
      h("caption", {}, t("candidates")),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("article")), h("th", { scope: "col", class: "figure" }, t("score")))),
      h("tbody", {}, answer.candidates.map((one) => h("tr", {},
        h("td", {}, bdi(one.title), h("div", { class: "muted small figures" }, channels(one))),
        h("td", { class: "figure" }, bar(one.score, null, number(one.score, 3))))))));
}

/** @param {Candidate} candidate */
const channels = (candidate) => Object.entries(candidate.channels)
  .map(([name, score]) => h("span", {}, `${known("mode", name)} ${number(score, 2)}`));

/**
 * @param {string} name
 * @param {...Child} value
 */
const fact = (name, ...value) => h("div", {}, h("dt", {}, name), h("dd", {}, ...value));

/** @param {Source} one */
function source(one) {
  return h("div", { class: "source" },
    outside(one.url, bdi(one.title)), one.heading && [" · ", bdi(one.heading)],
    h("span", { class: "muted small" }, one.updated && [" · ", t("updated", { date: day(one.updated) })], !one.complete && [" · ", t("incomplete")]),
    h("blockquote", { class: "small" }, bdi(one.quote)));
}
