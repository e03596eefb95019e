// Keys that work without Ctrl: g and a letter goes to a view, ? explains, and what the view adds. They can be turned off.

import { h } from "../shared/dom.js";
import { openDialog } from "./dialog.js";
import { button } from "./parts.js";
import { keep, kept } from "./storage.js";
import { t } from "./texts.js";

const SECOND_KEY_MS = 1500;
/** @type {Sources} */
let sources = { views: () => [], own: () => ({}) };

/**
 * @typedef {Record<string, { what: string, run(event: KeyboardEvent): unknown }>} Keys  what each key does, and what that is called
 * @typedef {object} Sources
 * @property {() => [string, string][]} views  letters and names
 * @property {() => Keys} own  the keys of the view that is shown
 */

/**
 * Carry out keys that are pressed while nobody types.
 * @param {Sources} given
 */
export function listenForKeys(given) {
  sources = given;
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (kept("keys") === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/** @type {Element} */ (event.target).closest("input, textarea, select, dialog, [role=tablist], [contenteditable]")) return;
    const views = sources.views();
    if (!views.length) return;
    if (Date.now() - going < SECOND_KEY_MS) {
      going = 0;
      const found = views.find(([letter]) => letter === event.key);
      if (found) {
        event.preventDefault();
        location.hash = `#/${found[1]}`;
        return;
      }
    }
    if (event.key === "g") going = Date.now();
    else if (event.key === "?") showKeys();
    else {
      const own = sources.own()[event.key];
      if (own && own.run(event) !== false) event.preventDefault();
    }
  });
}

/** The table of keys. */
export function showKeys() {
  const signs = /** @type {Record<string, string>} */ ({ ArrowDown: "↓", ArrowUp: "↑" });
  const row = (/** @type {string[]} */ names, /** @type {string} */ what, between = "then") => h("tr", {},
    h("td", {}, names.map((name, place) => [place > 0 && ` ${t(`keys.${between}`)} `, h("kbd", {}, signs[name] ?? name)])), h("td", {}, what));
  const own = new Map();
  for (const [name, { what }] of Object.entries(sources.own())) own.set(what, [...(own.get(what) ?? []), name]);
  const single = h("input", { type: "checkbox", id: "single-keys", "aria-describedby": "single-keys-hint", onchange: () => { keep("keys", single.checked ? "on" : "off"); } });
  single.checked = kept("keys") !== "off";
  openDialog(t("keys"), (close) => [
    h("table", { class: "table keys" }, h("tbody", {},
      row(["?"], t("keys.help")),
      sources.views().map(([letter, name]) => row(["g", letter], t("keys.go", { view: t(name) }))),
      [...own].map(([what, names]) => row(names, t(`keys.${what}`), "or")),
      row(["Ctrl + Enter"], t("keys.send")))),
    h("div", { class: "choice" }, single, h("div", {}, h("label", { for: "single-keys" }, t("keys.single")), h("p", { class: "hint", id: "single-keys-hint" }, t("keys.single.hint")))),
    h("div", { class: "row end" }, button(t("close"), close, { class: "primary" })),
  ]);
}
