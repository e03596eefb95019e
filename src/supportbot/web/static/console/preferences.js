// Who is signed in, the language, light or dark, the keys; kept in the browser, except who.

import { bdi, h } from "../shared/dom.js";
import { LANGUAGES } from "../shared/locale.js";
import { icon } from "./icons.js";
import { showKeys } from "./keys.js";
import { button, field, select } from "./parts.js";
import { keep } from "./storage.js";
import { known, language, t } from "./texts.js";

/** @import { KeyOut } from "../shared/api.d.ts" */

/**
 * Return a drop-down list of the languages.
 * @param {() => void} changed  builds the page anew
 */
export function languageChoice(changed) {
  return field(t("language"), select(Object.entries(LANGUAGES), language(), (chosen) => {
    keep("language", chosen);
    document.documentElement.lang = chosen;
    changed();
  }));
}

/** Return a drop-down list of light, dark, and as the system has it. */
export function themeChoice() {
  const root = document.documentElement;
  const choices = ["auto", "light", "dark"].map((name) => [name, t(`theme.${name}`)]);
  return field(t("theme"), select(choices, root.dataset.theme ?? "auto", (chosen) => {
    keep("theme", chosen);
    if (chosen === "auto") delete root.dataset.theme;
    else root.dataset.theme = chosen;
  }));
}

/**
 * Return the foot of the navigation.
 * @param {KeyOut} who
 * @param {() => void} changed  builds the page anew
 * @param {() => void} signOut
 */
export function preferences(who, changed, signOut) {
  return h("div", { class: "preferences" },
    languageChoice(changed),
    themeChoice(),
    button(t("keys"), showKeys, { class: "quiet small" }, "keys"),
    h("div", { class: "who" }, icon("person"), h("span", {}, bdi(who.name), h("span", { class: "muted small" }, known("role", who.role)))),
    button(t("sign.out"), signOut, { class: "small" }, "out"));
}
