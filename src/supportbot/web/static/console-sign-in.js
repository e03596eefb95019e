// Signing in with a key: as a page of its own at first, as a dialog above the view when a key is refused later.

import { owner, session } from "./console-api.js";
import { button, field, h } from "./console-dom.js";
import { languageChoice, themeChoice } from "./console-preferences.js";
import { problem, t } from "./console-texts.js";

const SAID = { 401: "sign.wrong", 403: "sign.role" };

/** The page; `done` is called when somebody is signed in. */
export function signInPage(done) {
  const page = h("main", { class: "sign-in" });
  const fill = () => page.replaceChildren(
    h("div", { class: "card sign-in-card" },
      h("p", { class: "muted" }, h("bdi", {}, document.body.dataset.site || "supportbot")),
      h("h1", {}, t("console")),
      signInForm(done)),
    h("div", { class: "sign-in-choices" }, languageChoice(fill), themeChoice()));
  fill();
  queueMicrotask(() => page.querySelector("input").focus());
  return page;
}

let asking = null;

/** Ask for another key above what is shown; what was typed there stays. Kept once there is one. */
export function askForKey() {
  asking ??= new Promise((resolve) => {
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "again", oncancel: (event) => event.preventDefault() },
      h("h2", { id: "again" }, t("sign.again")),
      h("p", {}, t("sign.again.why")),
      signInForm(() => { dialog.close(); dialog.remove(); asking = null; resolve(); }));
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

function signInForm(done) {
  const wrong = h("p", { class: "note danger", role: "alert", hidden: true });
  let input;
  const submit = h("button", { class: "button primary" }, t("sign.in"));
  const fail = (text) => {
    wrong.textContent = text;
    wrong.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
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
    show.setAttribute("aria-pressed", hidden);
  }, { class: "quiet small", "aria-pressed": "false" });
  return h("form", { class: "stack", onsubmit: signIn, novalidate: true },
    field(t("sign.key"), (id) => (input = h("input", { id, class: "input", type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "off" })), t("sign.hint")),
    wrong,
    h("div", { class: "row" }, submit, show));
}
