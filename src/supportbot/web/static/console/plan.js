// What a sync does or would do: what cannot be read and conflicts first, then the other changes by kind.

import { bdi, h } from "../shared/dom.js";
import { known, number, percent, t } from "./texts.js";

/** @import { Child } from "../shared/dom.js" */

const KINDS = ["conflict", "removed", "gone", "new", "changed", "moved", "left out"];

const OPEN = ["conflict", "removed"];
const MOST_OPEN = 10;

/** @typedef {{ kind: string, id: string, title: string, source: string, source_id: string, before: string, fields: string[] }} Change */

/**
 * Return a plan as lists.
 * @param {any} plan  the result of a job
 * @param {"h3" | "h4"} level  of the headings
 * @returns {HTMLElement[]}
 */
export function planList(plan, level) {
  const { counts, broken, notes, steps } = plan;
  const changes = /** @type {Change[]} */ (plan.changes);
  const parts = [
    planSummary(plan),
    broken.length > 0 && group(level, t("sources.broken", { n: broken.length + plan.more_broken }), t("sources.broken.why"), lines(broken, plan.more_broken), "danger"),
    ...KINDS.filter((kind) => counts[kind]).map((kind) => {
      const own = changes.filter((one) => one.kind === kind);
      return group(level, `${known("change", kind)} (${number(counts[kind])})`, t(`change.${kind}.why`),
        listed(own, counts[kind], kind), kind === "conflict" ? "danger" : "");
    }),
    steps.source > 0 && h("p", { class: "small" }, t("plan.steps", { kept: steps.kept, all: steps.source, share: percent(steps.kept / steps.source, 2) })),
    steps.faults.length > 0 && folded(t("plan.steps.faults", { n: steps.faults.length + steps.more_faults }), lines(steps.faults, steps.more_faults)),
    notes.length > 0 && folded(t("plan.notes", { n: notes.length + plan.more_notes }), lines(notes, plan.more_notes)),
  ];
  return /** @type {HTMLElement[]} */ (parts.filter(Boolean));
}

/**
 * Return in a few words what a plan or a sync is about.
 * @param {any} plan  the result of a job
 */
export function planSummary({ read, counts, plan, index }) {
  const told = KINDS.filter((kind) => counts[kind]).map((kind) => `${known("change", kind)} ${number(counts[kind])}`);
  const what = [t("plan.read", { n: read }), told.length ? told.join(t("comma")) : t("sources.unchanged")].join(t("colon"));
  const then = plan ? t("plan.nothing.written") : index && t(index.unchanged ? "versions.unchanged" : "versions.built", { version: index.version });
  return h("p", { class: "note plain" }, what, then && h("span", { class: "small muted block" }, then));
}

/**
 * @param {"h3" | "h4"} level
 * @param {string} title
 * @param {string} why
 * @param {HTMLElement} content
 * @param {string} [tone]
 */
const group = (level, title, why, content, tone = "") => h("section", { class: "change-group" },
  h(level, {}, h("span", { class: `badge ${tone}` }, title)), h("p", { class: "small muted" }, why), content);

/**
 * @param {string} title
 * @param {HTMLElement} content
 */
const folded = (title, content) => h("details", { class: "small" }, h("summary", {}, title), content);

/**
 * @param {string[]} texts
 * @param {number} others
 */
const lines = (texts, others) => h("ul", { class: "lines" }, texts.map((text) => h("li", { class: "small" }, bdi(text))), more(others));

/**
 * Return the changes of a kind; many are folded, unless somebody has to decide or may object.
 * @param {Change[]} changes
 * @param {number} all
 * @param {string} kind
 */
function listed(changes, all, kind) {
  const list = h("ul", { class: "changes" }, changes.map(item), more(all - changes.length));
  return changes.length <= MOST_OPEN || OPEN.includes(kind) ? list : folded(t("plan.articles", { n: all }), list);
}

/** @param {number} n */
const more = (n) => n > 0 && h("li", { class: "small muted" }, t("plan.more", { n }));

/** @param {Change} change */
function item({ kind, id, title, source, source_id, before, fields }) {
  const gone = kind === "conflict" && fields[0] === "gone";
  const names = (gone ? fields.slice(1) : fields).map((name) => known("article.field", name)).join(t("comma"));
  /** @type {Child} */
  let detail = names;
  if (kind === "conflict") detail = gone ? t("change.conflict.gone", { fields: names }) : t("change.conflict.both", { fields: names });
  return h("li", {},
    h("span", {}, bdi(title)), " ", h("span", { class: "mono small muted" }, bdi(id)),
    detail && h("p", { class: "small" }, detail),
    h("p", { class: "small muted" }, bdi(source), " · ", before && [bdi(before), " → "], bdi(source_id)));
}
