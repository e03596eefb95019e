import { Combobox } from "../shared/combobox.js";
import { h } from "../shared/dom.js";
import { marked } from "../shared/text.js";
import { safeUrl } from "../shared/url.js";
import { say } from "./say.js";

/** @import { Suggested } from "../shared/api.d.ts" */

const LONGEST_TYPED = 200;

/**
 * Suggest articles below the field of a search form.
 * @param {HTMLFormElement} form
 */
export function suggest(form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=search]"));
  const list = /** @type {HTMLElement} */ (form.querySelector("[role=listbox]"));
  const { script = "", count = "" } = form.dataset;
  list.id = `${input.id}-suggestions`;
  input.setAttribute("role", "combobox");
  const combobox = new Combobox(input, list, {
    load: async (text, signal) => {
      const query = new URLSearchParams({ q: text.slice(0, LONGEST_TYPED), ...(script && { script }) });
      const response = await fetch(`/v1/suggestions?${query}`, { signal });
      return response.ok ? response.json() : [];
    },
    option: (/** @type {Suggested} */ { text, marks, kind, title }) => [marked(text, marks), kind === "question" && h("span", { class: "of" }, title)],
    pick: ({ url }) => {
      const address = safeUrl(url, location.href);
      if (address) location.assign(address);
    },
    found: (found) => found.length && say(count.replace("{count}", String(found.length))),
  });
  form.addEventListener("submit", () => combobox.close());
}
