// Choosing an article by typing: a combobox over the same search that customers are answered from.

import { call, withQuery } from "./console-api.js";
import { freshId, h, said } from "./console-dom.js";
import { t } from "./console-texts.js";

const TYPING_MS = 180;
const OFFERED = 8;

/** The input (with this id) and its list; `chosen` is called with {article_id, title} or, when that no longer holds, null. */
export function articlePicker(id, chosen, first = null) {
  const listId = freshId("articles");
  let offered = [], active = -1, timer = 0, asked = null;
  const list = h("ul", { id: listId, role: "listbox", class: "options", "aria-label": t("picker.article"), hidden: true });
  const none = h("p", { class: "options options-none muted small", role: "status", hidden: true }, t("picker.none"));
  const input = h("input", {
    id, class: "input", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId,
    placeholder: t("picker.placeholder"), value: first?.title ?? "", maxlength: 300, dir: "auto",
    oninput: () => { chosen(null); clearTimeout(timer); timer = setTimeout(search, TYPING_MS); },
    onkeydown: keyed,
    onblur: () => setTimeout(close, 150),
  });

  async function search() {
    asked?.abort();
    asked = new AbortController();
    const q = input.value.trim();
    if (!q) return close();
    try {
      offer((await call(withQuery("/v1/search", { q, limit: OFFERED }), { signal: asked.signal })).hits);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function offer(hits) {
    offered = hits;
    list.replaceChildren(...hits.map((hit, place) => h("li", { role: "option", id: `${listId}-${place}`, "aria-selected": "false", onpointerdown: (event) => { event.preventDefault(); pick(place); } },
      said(hit.title), h("span", { class: "muted small" }, said(hit.category)))));
    list.hidden = !hits.length;
    none.hidden = hits.length > 0;
    input.setAttribute("aria-expanded", hits.length > 0);
    mark(hits.length ? 0 : -1);
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((option, one) => option.setAttribute("aria-selected", one === place));
    list.children[place]?.scrollIntoView({ block: "nearest" });
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${listId}-${place}`);
  }

  function pick(place) {
    input.value = offered[place].title;
    close();
    chosen({ article_id: offered[place].article_id, title: offered[place].title });
  }

  /** What is still on its way comes too late. */
  function close() {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = none.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function keyed(event) {
    if (event.isComposing) return;
    if (list.hidden) {
      if (event.key === "ArrowDown") search();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark((active + step + offered.length) % offered.length);
    else if (event.key === "Enter" && active >= 0) pick(active);
    else if (event.key === "Escape") { event.stopPropagation(); close(); }
    else return;
    event.preventDefault();
  }

  return { input, element: h("div", { class: "picker" }, input, list, none) };
}
