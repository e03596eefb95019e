import { Combobox } from "../shared/combobox.js";
import { bdi, freshId, h } from "../shared/dom.js";
import { call, withQuery } from "./api.js";
import { t } from "./texts.js";

const OFFERED = 8;

/** @import { Choice, Hit } from "../shared/api.d.ts" */

/**
 * Return an input, with its list, for choosing an article by typing, over the same search that customers are answered from.
 * @param {(article: Choice | null) => void} chosen  called with an article, and with null when that no longer holds
 * @param {Choice | null} [first]  the article that is chosen already
 */
export function articlePicker(chosen, first = null) {
  const list = h("ul", { id: freshId("articles"), role: "listbox", class: "options", "aria-label": t("picker.article"), hidden: true });
  const none = h("p", { class: "options options-none muted small", role: "status", hidden: true }, t("picker.none"));
  const change = () => { chosen(null); none.hidden = true; };
  const input = h("input", {
    class: "input", role: "combobox", autocomplete: "off", placeholder: t("picker.placeholder"), value: first?.title ?? "", maxlength: 300, dir: "auto",
    oninput: change, onblur: () => { none.hidden = true; },
  });
  new Combobox(input, list, {
    autoselect: true,
    load: async (q, signal) => (await call(withQuery("/v1/search", { q, limit: OFFERED }), { signal })).hits,
    option: (/** @type {Hit} */ { title, category }) => [bdi(title), h("span", { class: "muted small" }, bdi(category))],
    pick: ({ article_id, title }) => { input.value = title; chosen({ article_id, title }); },
    found: (hits) => { none.hidden = hits.length > 0; },
  });
  return h("div", { class: "picker" }, input, list, none);
}
