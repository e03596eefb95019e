// Signing in with a key: as a page of its own at first, as a dialog above the view when a key is refused later.

import { h } from "../shared/dom.js";
import { owner, session } from "./api.js";
import { button, errorNote, field } from "./parts.js";
import { languageChoice, themeChoice } from "./preferences.js";
import { problem, t } from "./texts.js";

const SAID = /** @type {Record<number, string>} */ ({ 401: "sign.wrong", 403: "sign.role" });

/**
 * Return the page.
 * @param {() => void} done  called when somebody is signed in
 */
export function signInPage(done) {
  const page = h("main", { class: "sign-in" });
  const fill = () => page.replaceChildren(
    h("div", { class: "card sign-in-card" },
      h("p", { class: "muted" }, h("bdi", {}, document.body.dataset.site || "supportbot")),
      h("h1", {}, t("console")),
      signInForm(done)),
    h("div", { class: "sign-in-choices" }, languageChoice(fill), themeChoice()));
  fill();
  queueMicrotask(() => page.querySelector("input")?.focus());
  return page;
}

/** @type {Promise<void> | null} */
let asking = null;

/** Ask for another key above what is shown; what was typed there stays. Kept once there is one. */
export function askForKey() {
  asking ??= new Promise((/** @type {() => void} */ resolve) => {
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "again", oncancel: (event) => event.preventDefault() },
      h("h2", { id: "again" }, t("sign.again")),
      h("p", {}, t("sign.again.why")),
      signInForm(() => { dialog.close(); dialog.remove(); asking = null; resolve(); }));
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

/** @param {() => void} done */
function signInForm(done) {
  const wrong = errorNote();
  const input = h("input", { class: "input", type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const submit = h("button", { class: "button primary" }, t("sign.in"));
  const fail = (/** @type {string} */ text) => {
    wrong.say(text);
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  /** @param {Event} event */
  async function signIn(event) {
    event.preventDefault();
    const key = input.value.trim();
    if (!key) return fail(t("sign.empty"));
    submit.disabled = true;
    try {
      if (!/^[\x21-\x7e]+$/.test(key)) return fail(t("sign.wrong")); // no header may hold anything else
      const who = await owner(key);
      session.keep(key, who);
      done();
    } catch (error) {
      fail(SAID[error.status] ? t(SAID[error.status]) : problem(error));
    } finally {
      submit.disabled = false;
    }
  }
  const show = button(t("sign.show"), () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    show.setAttribute("aria-pressed", String(hidden));
  }, { class: "quiet small", "aria-pressed": "false" });
  return h("form", { class: "stack", onsubmit: signIn, novalidate: true },
    field(t("sign.key"), input, t("sign.hint")),
    wrong.element,
    h("div", { class: "row" }, submit, show));
}
