// Search: the ranking that customers are answered from, with scores, passages and how the question was understood.

import { call, withQuery } from "./console-api.js";
import { asText, copy, copyBest, partsOf } from "./console-copy.js";
import { bar, button, field, h, icon, marked, outside, paragraphs, safeAddress, said, select } from "./console-dom.js";
import { CHANNELS } from "./console-explanation.js";
import { empty, fillWith } from "./console-load.js";
import { known, milliseconds, number, percent, problem, t } from "./console-texts.js";
import { toast } from "./console-toast.js";

const MODES = ["hybrid", "dense", "lexical", "titles", "bm25_chunk", "bm25_article", "pinyin"];
const PAGE = 10;

export function searchView({ body, query, signal }) {
  let hits = [], asked = null;
  const question = h("input", { class: "input", type: "search", name: "q", "aria-label": t("search.question"), placeholder: t("search.placeholder"), maxlength: 2000, autocomplete: "off", enterkeyhint: "search", dir: "auto" });
  const categories = select("search-category", [["", t("all")]], "", () => go());
  const mode = (id) => (controls.mode = select(id, MODES.map((name) => [name, t(`mode.${name}`)]), "hybrid", () => go()));
  const platform = (id) => (controls.platform = select(id, [["", t("all")], ["app", t("platform.app")], ["web", t("platform.web")]], "", () => go()));
  const controls = { category: categories };
  const results = h("div", { class: "results" });
  const form = h("form", { class: "search-form", role: "search", onsubmit: (event) => { event.preventDefault(); go(); } },
    h("div", { class: "search-line" }, question, h("button", { class: "button primary" }, icon("search"), t("search"))),
    h("div", { class: "filters" },
      field(t("search.mode"), mode),
      field(t("search.category"), (id) => { categories.id = id; return categories; }),
      field(t("search.platform"), platform)));
  body.append(form, results);

  /** The form into the address; the address is what is searched for. */
  function go(offset = 0) {
    const values = { q: question.value.trim(), mode: controls.mode.value === "hybrid" ? "" : controls.mode.value, category: categories.value, platform: controls.platform.value, offset: offset || "" };
    const wanted = withQuery("#/search", values);
    if (wanted === location.hash) run(new URLSearchParams(location.hash.split("?")[1]));
    else location.hash = wanted;
  }

  function run(wanted) {
    question.value = wanted.get("q") ?? "";
    controls.mode.value = MODES.includes(wanted.get("mode")) ? wanted.get("mode") : "hybrid";
    controls.platform.value = wanted.get("platform") ?? "";
    const category = wanted.get("category") ?? "";
    if (category && ![...categories.options].some((one) => one.value === category)) categories.append(h("option", { value: category }, category));
    categories.value = category;
    hits = [];
    asked?.abort(); // what was asked before must not come in place of this
    asked = new AbortController();
    if (!question.value) return results.replaceChildren(empty(t("search.empty")));
    const ends = AbortSignal.any([signal, asked.signal]);
    const offset = Math.max(0, Math.min(490, Number(wanted.get("offset")) || 0));
    const path = withQuery("/v1/search", { q: question.value, mode: controls.mode.value, category, platform: controls.platform.value, limit: PAGE, offset });
    return fillWith(results, async () => {
      const found = await call(path, { signal: ends });
      hits = found.hits;
      return [summary(found), hits.length ? h("ol", { class: "hits", "aria-label": t("search.results") }, hits.map(card)) : empty(t("search.none")), pages(found, offset)];
    });
  }

  function pages(found, offset) {
    if (found.total <= PAGE && !offset) return null;
    const label = t("page", { from: offset + 1, to: offset + found.hits.length, total: found.total });
    return h("nav", { class: "row pages", "aria-label": t("pages") },
      button(t("page.previous"), () => go(Math.max(0, offset - PAGE)), { class: "small", disabled: !offset }),
      h("span", { class: "muted small" }, label),
      button(t("page.next"), () => go(offset + PAGE), { class: "small", disabled: offset + PAGE >= found.total }));
  }

  const cards = () => [...results.querySelectorAll(".hit")];
  const chosen = () => cards().findIndex((one) => one.contains(document.activeElement));
  const move = (step) => () => {
    const all = cards();
    if (!all.length) return false;
    const next = all[Math.max(0, Math.min(all.length - 1, chosen() + step))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const withHit = (act) => () => { if (hits.length) act(hits[Math.max(0, chosen())]); };

  call("/v1/categories", { signal }).then((found) => {
    const known = [...categories.options].map((one) => one.value);
    categories.append(...found.filter((one) => !known.includes(one.name)).map((one) => h("option", { value: one.name }, one.name)));
  }, () => null); // the filter then offers nothing more
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
      o: { what: "open", run: withHit((hit) => window.open(safeAddress(hit.url), "_blank", "noopener")) },
    },
  };
}

const copied = (hit) => copyBest(hit).catch((error) => toast(problem(error)));

function summary(found) {
  const words = found.words.map((word) => (word.startsWith("=")
    ? h("li", { class: "badge accent", title: t("search.concept") }, said(word.slice(1)))
    : h("li", { class: "badge" }, said(word))));
  return h("div", { class: "summary" },
    h("p", { class: "summary-line", role: "status" },
      h("strong", {}, t("search.found", { n: found.total })),
      found.mode === "hybrid" && h("span", { class: "meter", title: t("confidence.hint") }, bar(found.confidence, t("confidence"), percent(found.confidence, 1)))),
    h("div", { class: "words" }, h("span", { class: "muted small", id: "search-words" }, t("search.words")), h("ul", { class: "word-list", "aria-labelledby": "search-words" }, words)),
    h("p", { class: "muted small figures" },
      Object.entries(found.timings_ms).map(([name, value]) => h("span", {}, `${known("timing", name)} ${milliseconds(value)}`)),
      h("span", {}, `${t("version")} ${found.index_version}`)));
}

function card(hit) {
  const parts = h("details", { class: "parts", ontoggle: () => {
    if (parts.open && !list.childElementCount) fillWith(list, async () => (await partsOf(hit.article_id)).map(partRow));
  } }, h("summary", {}, t("parts")));
  const list = h("div", { class: "part-list" });
  parts.append(list);
  return h("li", { class: "hit card", tabindex: "-1", "aria-label": `${hit.rank}. ${hit.title}` },
    h("div", { class: "hit-head" },
      h("span", { class: "rank" }, hit.rank),
      h("h2", {}, outside(hit.url, said(hit.title))),
      h("span", { class: "score" }, h("span", { class: "muted small" }, t("score")), " ", h("strong", { class: "figure" }, number(hit.score, 3)))),
    h("div", { class: "row tags" }, hit.category && h("span", { class: "badge" }, said(hit.category)), hit.pinned && h("span", { class: "badge accent", title: t("pinned.hint") }, t("pinned"))),
    h("div", { class: "hit-body" },
      h("div", { class: "passages" }, hit.passages.map((one) => h("div", { class: "passage" },
        h("p", { class: "passage-head small muted" }, said(one.heading || hit.title), h("span", { class: "figure" }, number(one.nearness, 3))),
        marked(one.text, one.marks)))),
      h("div", { class: "channels" }, CHANNELS.filter((name) => name in hit.channels).map((name) => bar(hit.channels[name], t(`mode.${name}`), number(hit.channels[name], 2))))),
    h("div", { class: "row" },
      button(t("copy.steps"), () => copied(hit), { class: "small" }, "copy"),
      safeAddress(hit.url) && outside(hit.url, [icon("open"), t("open")], { class: "button small quiet" })),
    parts);
}

function partRow(part) {
  return h("div", { class: "part" },
    h("div", {}, h("p", { class: "small muted" }, said(part.heading || part.title)), paragraphs(part.text)),
    button(t("copy"), () => copy(asText(part), t("copied")), { class: "small" }, "copy"));
}
