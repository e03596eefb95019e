// What to expect of the bot, what is wrong with articles, and what would help most.

import { bdi, h } from "../shared/dom.js";
import { call } from "./api.js";
import { empty, fillWith } from "./loading.js";
import { known, number, percent, t } from "./texts.js";

/** @import { AdviceOut, FindingOut, HealthOut } from "../shared/api.d.ts" */
/** @import { Place, View } from "./main.js" */

const MOST = 200;

/**
 * @param {Place} place
 * @returns {View}
 */
export function healthView({ body, signal }) {
  fillWith(body, async () => shown(await call("/v1/report/health", { signal })));
  return { moved: null };
}

/** @param {HealthOut} health */
function shown({ figures, expectation, ...health }) {
  const share = (/** @type {number | null} */ value) => (value === null ? "–" : percent(value));
  const { hant = 0, hans = 0, latin = 0 } = figures.scripts;
  return h("div", { class: "stack" },
    h("dl", { class: "tiles" },
      tile("answered", share(expectation.answered)),
      tile("clarified", share(expectation.clarified)),
      tile(expectation.basis === "recorded" ? "declined" : "rest", share(expectation.declined)),
      tile("precision", share(expectation.precision), t("health.wanted", { share: percent(expectation.wanted, 1) })),
      expectation.answered_anyway !== null && tile("anyway", share(expectation.answered_anyway)),
      tile("left", share(health.titles_answered), t("health.left.n", { n: health.titles_asked })),
      tile("articles", number(figures.articles), t("health.scripts", { hant, hans, latin })),
      tile("titles", number(figures.titles_median, 1), t("health.unasked", { n: figures.unasked })),
      tile("out_of_scope", number(figures.out_of_scope))),
    h("p", { class: "note plain" }, t(`basis.${expectation.basis}`, { n: expectation.questions })),
    h("section", { class: "card stack" }, h("h2", {}, t("health.advice")),
      h("ol", { class: "stack" }, health.advice.map(advice))),
    h("section", { class: "card stack" }, h("h2", {}, t("health.findings")), findings(health.findings)));
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [more]
 */
const tile = (name, value, more = "") => h("div", { class: "tile card" }, h("dt", { class: "small muted" }, t(`health.${name}`)), h("dd", {}, h("strong", { class: "figure" }, value), h("span", { class: "small muted" }, more)));

/** @param {AdviceOut} one */
const advice = (one) => h("li", {},
  h("p", {}, known("advice", one.kind, { n: one.count })),
  h("p", { class: "mono small muted" }, bdi([...one.files, one.command].join(" · "))));

/** @param {FindingOut[]} found */
function findings(found) {
  if (!found.length) return empty(t("health.fine"));
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("health.findings") }, h("table", { class: "table" },
    h("thead", {}, h("tr", {}, ["article", "health.kinds", "details"].map((name) => h("th", { scope: "col" }, t(name))))),
    h("tbody", {}, found.slice(0, MOST).map((one) => h("tr", {},
      h("th", { scope: "row" }, bdi(one.title), h("p", { class: "mono small muted" }, one.article_id)),
      h("td", {}, known("finding", one.kind)),
      h("td", { class: "small" }, bdi(one.others.join(", ") || one.detail)))))));
}
