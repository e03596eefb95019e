// Search: the ranking that customers are answered from, with scores, passages and how the question was understood.

import { bdi, h } from "../shared/dom.js";
import { marked } from "../shared/text.js";
import { safeUrl } from "../shared/url.js";
import { call, withQuery } from "./api.js";
import { asText, copy, copyBest, partsOf } from "./copy.js";
import { icon } from "./icons.js";
import { labelButtons, rightArticle } from "./labels.js";
import { empty, fillWith } from "./loading.js";
import { bar, button, field, outside, plain, select } from "./parts.js";
import { platformLabels } from "./platforms.js";
import { known, milliseconds, number, percent, problem, t } from "./texts.js";
import { toast } from "./toast.js";

/** @import { Canned, Found, Hit } from "../shared/api.d.ts" */
/** @import { Place, View } from "./main.js" */

const MODES = ["hybrid", "dense", "lexical", "titles", "bm25_chunk", "bm25_article", "pinyin"];
const PAGE = 10;

/**
 * @param {Place} place
 * @returns {View}
 */
export function searchView({ body, query, signal }) {
  /** @type {Hit[]} */
  let hits = [];
  let asked = new AbortController();
  const question = h("input", { class: "input", type: "search", name: "q", "aria-label": t("search.question"), placeholder: t("search.placeholder"), maxlength: 2000, autocomplete: "off", enterkeyhint: "search", dir: "auto" });
  const mode = select(MODES.map((name) => [name, t(`mode.${name}`)]), "hybrid", () => go());
  const categories = select([["", t("all")]], "", () => go());
  const platform = select([["", t("all")]], "", () => go());
  const results = h("div", { class: "results" });
  const form = h("form", { class: "search-form", role: "search", onsubmit: (event) => { event.preventDefault(); go(); } },
    h("div", { class: "search-line" }, question, h("button", { class: "button primary" }, icon("search"), t("search"))),
    h("div", { class: "filters" },
      field(t("search.mode"), mode),
      field(t("search.category"), categories),
      field(t("search.platform"), platform)));
  body.append(form, results);

  /** The form into the address; the address is what is searched for. */
  function go(offset = 0) {
    const values = { q: question.value.trim(), mode: mode.value === "hybrid" ? "" : mode.value, category: categories.value, platform: platform.value, offset: offset || "" };
    const wanted = withQuery("#/search", values);
    if (wanted === location.hash) run(new URLSearchParams(location.hash.split("?")[1]));
    else location.hash = wanted;
  }

  /** @param {URLSearchParams} wanted */
  function run(wanted) {
    question.value = wanted.get("q") ?? "";
    mode.value = MODES.find((one) => one === wanted.get("mode")) ?? "hybrid";
    for (const [list, name] of /** @type {const} */ ([[platform, "platform"], [categories, "category"]])) {
      const value = wanted.get(name) ?? "";
      if (value) offer(list, value);
      list.value = value;
    }
    hits = [];
    asked.abort(); // what was asked before must not come in place of this
    asked = new AbortController();
    if (!question.value) return results.replaceChildren(empty(t("search.empty")));
    const ends = AbortSignal.any([signal, asked.signal]);
    const offset = Math.max(0, Math.min(490, Number(wanted.get("offset")) || 0));
    const path = withQuery("/v1/search", { q: question.value, mode: mode.value, category: categories.value, platform: platform.value, limit: PAGE, offset });
    return fillWith(results, async () => {
      const found = await call(path, { signal: ends });
      hits = found.hits;
      return [summary(found), hits.length ? h("ol", { class: "hits", "aria-label": t("search.results") }, hits.map((hit) => card(hit, found.question))) : empty(t("search.none")), pages(found, offset)];
    });
  }

  /**
   * @param {Found} found
   * @param {number} offset
   */
  function pages(found, offset) {
    if (found.total <= PAGE && !offset) return null;
    const label = t("page", { from: offset + 1, to: offset + found.hits.length, total: found.total });
    return h("nav", { class: "row pages", "aria-label": t("pages") },
      button(t("page.previous"), () => go(Math.max(0, offset - PAGE)), { class: "small", disabled: !offset }),
      h("span", { class: "muted small" }, label),
      button(t("page.next"), () => go(offset + PAGE), { class: "small", disabled: offset + PAGE >= found.total }));
  }

  const cards = () => /** @type {HTMLElement[]} */ ([...results.querySelectorAll(".hit")]);
  const chosen = () => cards().findIndex((one) => one.contains(document.activeElement));
  const move = (/** @type {number} */ step) => () => {
    const all = cards();
    if (!all.length) return false;
    const next = all[Math.max(0, Math.min(all.length - 1, chosen() + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const withHit = (/** @type {(hit: Hit) => void} */ act) => () => { if (hits.length) act(hits[Math.max(0, chosen())]); };

  call("/v1/categories", { signal }).then((/** @type {{ name: string }[]} */ found) => {
    for (const { name } of found) offer(categories, name);
  }, () => null); // the filter then offers nothing more
  platformLabels().then((labels) => Object.entries(labels).forEach(([id, label]) => offer(platform, id, label)));
  run(query);
  return {
    moved: ({ query: wanted }) => run(wanted),
    keys: {
      "/": { what: "focus", run: () => { question.focus(); question.select(); } },
      j: { what: "next", run: move(1) },
      ArrowDown: { what: "next", run: move(1) },
      k: { what: "previous", run: move(-1) },
      ArrowUp: { what: "previous", run: move(-1) },
      c: { what: "copy", run: withHit((hit) => copied(hit)) },
      o: { what: "open", run: withHit((hit) => window.open(safeUrl(hit.url, location.href) ?? "", "_blank", "noopener")) },
    },
  };
}

/**
 * Have a drop-down list offer a value.
 * @param {HTMLSelectElement} list
 * @param {string} value
 * @param {string} [label]  without one: the label it has, else the value
 */
function offer(list, value, label) {
  const option = [...list.options].find((one) => one.value === value) ?? list.appendChild(h("option", { value }));
  option.text = label ?? (option.text || value);
}

const copied = (/** @type {Hit} */ hit) => copyBest(hit).catch((error) => toast(problem(error)));

/** @param {Found} found */
function summary(found) {
  const words = found.words.map((word) => (word.startsWith("=")
    ? h("li", { class: "badge accent", title: t("search.concept") }, bdi(word.slice(1)))
    : h("li", { class: "badge" }, bdi(word))));
  return h("div", { class: "summary" },
    h("p", { class: "summary-line", role: "status" },
      h("strong", {}, t("search.found", { n: found.total })),
      found.mode === "hybrid" && h("span", { class: "meter", title: t("confidence.hint") }, bar(found.confidence, t("confidence"), percent(found.confidence, 1)))),
    h("div", { class: "words" }, h("span", { class: "muted small", id: "search-words" }, t("search.words")), h("ul", { class: "word-list", "aria-labelledby": "search-words" }, words)),
    h("p", { class: "muted small figures" },
      Object.entries(found.timings_ms).map(([name, value]) => h("span", {}, `${known("timing", name)} ${milliseconds(value)}`)),
      h("span", {}, `${t("version")} ${found.index_version}`)),
    labelButtons(found.question, null, "search"));
}

/**
 * @param {Hit} hit
 * @param {string} question
 */
function card(hit, question) {
  const parts = h("details", { class: "parts", ontoggle: () => {
    if (parts.open && !list.childElementCount) fillWith(list, async () => (await partsOf(hit.article_id)).map(partRow));
  } }, h("summary", {}, t("parts")));
  const list = h("div", { class: "part-list" });
  parts.append(list);
  return h("li", { class: "hit card", tabindex: "-1", "aria-label": `${hit.rank}. ${hit.title}` },
    h("div", { class: "hit-head" },
      h("span", { class: "rank" }, hit.rank),
      h("h2", {}, outside(hit.url, bdi(hit.title))),
      h("span", { class: "score" }, h("span", { class: "muted small" }, t("score")), " ", h("strong", { class: "figure" }, number(hit.score, 3)))),
    h("div", { class: "row tags" }, hit.category && h("span", { class: "badge" }, bdi(hit.category)), hit.pinned && h("span", { class: "badge accent", title: t("pinned.hint") }, t("pinned"))),
    h("div", { class: "hit-body" },
      h("div", { class: "passages" }, hit.passages.map((one) => h("div", { class: "passage" },
        h("p", { class: "passage-head small muted" }, bdi(one.heading || hit.title), h("span", { class: "figure" }, number(one.nearness, 3))),
        h("p", { class: "said", dir: "auto" }, marked(one.text, one.marks))))),
      h("div", { class: "channels" }, Object.entries(hit.channels).map(([name, score]) => bar(score, known("mode", name), number(score, 2))))),
    h("div", { class: "row" },
      button(t("copy.steps"), () => copied(hit), { class: "small" }, "copy"),
      safeUrl(hit.url, location.href) && outside(hit.url, [icon("open"), t("open")], { class: "button small quiet" }),
      rightArticle(question, hit)),
    parts);
}

/** @param {Canned} part */
function partRow(part) {
  return h("div", { class: "part" },
    h("div", {}, h("p", { class: "small muted" }, bdi(part.heading || part.title)), plain(part.text)),
    button(t("copy"), () => copy(asText(part), t("copied")), { class: "small" }, "copy"));
}
