// Keys: who has one, a new one, taking one away.

import { bdi, h } from "../shared/dom.js";
import { call, session } from "./api.js";
import { copy } from "./copy.js";
import { confirmed, openDialog } from "./dialog.js";
import { fillWith } from "./loading.js";
import { button, errorNote, field, select } from "./parts.js";
import { day, moment, problem, t } from "./texts.js";
import { toast } from "./toast.js";

const ROLES = ["agent", "admin", "client"];

/** @import { KeyOut } from "../shared/api.d.ts" */

/**
 * Fill a panel with the list and the form.
 * @param {HTMLElement} panel
 * @param {AbortSignal} signal
 */
export function accessPanel(panel, signal) {
  const list = h("div", {});
  const load = () => fillWith(list, async () => table((await call("/v1/admin/keys", { signal })).reverse(), load));
  panel.append(newKey(load), h("section", { class: "card stack" }, h("h2", {}, t("access.list")), list));
  load();
}

/** @param {() => void} done */
function newKey(done) {
  const name = h("input", { class: "input", maxlength: 80, autocomplete: "off", dir: "auto" });
  const role = select(ROLES.map((one) => [one, t(`role.${one}`)]), "agent");
  const wrong = errorNote();
  const go = h("button", { class: "button primary" }, t("access.make"));
  /** @param {Event} event */
  async function make(event) {
    event.preventDefault();
    wrong.say(name.value.trim() ? "" : t("access.name.missing"));
    if (!name.value.trim()) return name.focus();
    go.disabled = true;
    try {
      const made = await call("/v1/admin/keys", { body: { name: name.value.trim(), role: role.value } });
      name.value = "";
      showSecret(made);
      done();
    } catch (error) {
      wrong.say(problem(error));
    } finally {
      go.disabled = false;
    }
  }
  return h("form", { class: "card stack", onsubmit: make, novalidate: true },
    h("h2", {}, t("access.new")),
    h("div", { class: "filters" },
      field(t("access.name"), name, t("access.name.hint")),
      field(t("access.role"), role),
      go),
    wrong.element);
}

/**
 * Show the secret, this once.
 * @param {{ secret: string }} made
 */
function showSecret(made) {
  openDialog(t("access.secret"), (close) => [
    h("p", {}, t("access.secret.why")),
    h("p", { class: "secret mono" }, h("code", {}, made.secret)),
    h("div", { class: "row end" }, button(t("access.done"), close), button(t("copy"), () => copy(made.secret, t("copied")), { class: "primary" }, "copy")),
  ], "narrow");
}

/**
 * @param {KeyOut[]} keys
 * @param {() => void} done
 */
function table(keys, done) {
  const revoke = (/** @type {KeyOut} */ key) => confirmed(t("access.revoke.title", { name: key.name }), t("access.revoke.why"), t("access.revoke"), async () => {
    await call(`/v1/admin/keys/${key.id}`, { method: "DELETE" });
    toast(t("access.revoked.toast"));
    done();
  }, true);
  const state = (/** @type {KeyOut} */ key) => {
    if (key.revoked) return h("span", { class: "badge" }, t("access.revoked", { date: day(key.revoked) }));
    return key.id === session.who?.id ? h("span", { class: "badge accent" }, t("access.yours")) : h("span", { class: "badge ok" }, t("access.active"));
  };
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("access.list") }, h("table", { class: "table" },
    h("thead", {}, h("tr", {}, ["name", "role", "created", "state"].map((name) => h("th", { scope: "col" }, t(`access.${name}`))), h("th", { scope: "col" }, t("actions")))),
    h("tbody", {}, keys.map((key) => h("tr", { class: key.revoked ? "revoked" : "" },
      h("th", { scope: "row" }, bdi(key.name)),
      h("td", {}, t(`role.${key.role}`)),
      h("td", { class: "figures" }, moment(key.created)),
      h("td", {}, state(key)),
      h("td", {}, !key.revoked && key.id !== session.who?.id && button(t("access.revoke"), () => revoke(key), { class: "small danger", "aria-label": `${t("access.revoke")}: ${key.name}` })))))));
}
