// Who is signed in, the language, light or dark, the keys; kept in the browser, except who.

import { session } from "./console-api.js";
import { button, field, h, icon, said, select } from "./console-dom.js";
import { showKeys } from "./console-keys.js";
import { LANGUAGES, known, language, t } from "./console-texts.js";

/** The value of a preference, null where none was kept. */
export function kept(name) {
  try { return localStorage.getItem(`console.${name}`); } catch { return null; }
}

/** Keep a preference, as far as the browser lets us. */
export function keep(name, value) {
  try { localStorage.setItem(`console.${name}`, value); } catch { /* then it lasts as long as the page */ }
}

/** A drop-down of the languages; `changed` builds the page anew. */
export function languageChoice(changed) {
  return field(t("language"), (id) => select(id, Object.entries(LANGUAGES), language(), (chosen) => {
    keep("language", chosen);
    document.documentElement.lang = chosen;
    changed();
  }));
}

/** A drop-down of light, dark, and as the system has it. */
export function themeChoice() {
  const root = document.documentElement;
  const choices = ["auto", "light", "dark"].map((name) => [name, t(`theme.${name}`)]);
  return field(t("theme"), (id) => select(id, choices, root.dataset.theme ?? "auto", (chosen) => {
    keep("theme", chosen);
    if (chosen === "auto") delete root.dataset.theme;
    else root.dataset.theme = chosen;
  }));
}

/** The foot of the navigation. */
export function preferences(changed, signOut) {
  return h("div", { class: "preferences" },
    languageChoice(changed),
    themeChoice(),
    button(t("keys"), showKeys, { class: "quiet small" }, "keys"),
    h("div", { class: "who" }, icon("person"), h("span", {}, said(session.who.name), h("span", { class: "muted small" }, known("role", session.who.role)))),
    button(t("sign.out"), signOut, { class: "small" }, "out"));
}
