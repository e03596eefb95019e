// Keys that work without Ctrl: g and a letter goes to a view, ? explains, and what the view adds. They can be turned off.

import { button, h } from "./console-dom.js";
import { openDialog } from "./console-dialog.js";
import { keep, kept } from "./console-preferences.js";
import { t } from "./console-texts.js";

const SECOND_KEY_MS = 1500;
let sources = null;

/** `views()` gives [letter, name]; `own()` the keys of the view: {key: {what, run}}. */
export function listenForKeys(given) {
  sources = given;
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (kept("keys") === "off" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, [role=tablist], [contenteditable]")) return;
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
  const key = (name) => h("kbd", {}, { ArrowDown: "↓", ArrowUp: "↑" }[name] ?? name);
  const row = (names, what, between = "then") => h("tr", {}, h("td", {}, names.map((name, place) => [place > 0 && ` ${t(`keys.${between}`)} `, key(name)])), h("td", {}, what));
  const own = new Map();
  for (const [name, { what }] of Object.entries(sources.own())) own.set(what, [...(own.get(what) ?? []), name]);
  const single = h("input", { type: "checkbox", id: "single-keys", "aria-describedby": "single-keys-hint", onchange: () => keep("keys", single.checked ? "on" : "off") });
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
