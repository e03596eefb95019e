// Keys: who has one, a new one, taking one away.

import { call, session } from "./console-api.js";
import { copy } from "./console-copy.js";
import { confirmed, openDialog } from "./console-dialog.js";
import { button, field, h, said, select } from "./console-dom.js";
import { fillWith } from "./console-load.js";
import { day, moment, problem, t } from "./console-texts.js";
import { toast } from "./console-toast.js";

const ROLES = ["agent", "admin", "client"];

/** Fill a panel with the list and the form. */
export function accessPanel(panel, signal) {
  const list = h("div", {});
  const load = () => fillWith(list, async () => table((await call("/v1/admin/keys", { signal })).reverse(), load));
  panel.append(newKey(load), h("section", { class: "card stack" }, h("h2", {}, t("access.list")), list));
  load();
}

function newKey(done) {
  let name, role;
  const wrong = h("p", { class: "note danger", role: "alert", hidden: true });
  const go = h("button", { class: "button primary" }, t("access.make"));
  const fail = (text) => { wrong.textContent = text; wrong.hidden = false; };
  async function make(event) {
    event.preventDefault();
    wrong.hidden = true;
    if (!name.value.trim()) { fail(t("access.name.missing")); return name.focus(); }
    go.disabled = true;
    try {
      const made = await call("/v1/admin/keys", { body: { name: name.value.trim(), role: role.value } });
      name.value = "";
      showSecret(made);
      done();
    } catch (error) {
      fail(problem(error));
    } finally {
      go.disabled = false;
    }
  }
  return h("form", { class: "card stack", onsubmit: make, novalidate: true },
    h("h2", {}, t("access.new")),
    h("div", { class: "filters" },
      field(t("access.name"), (id) => (name = h("input", { id, class: "input", maxlength: 80, autocomplete: "off", dir: "auto" })), t("access.name.hint")),
      field(t("access.role"), (id) => (role = select(id, ROLES.map((one) => [one, t(`role.${one}`)]), "agent"))),
      go),
    wrong);
}

/** The secret, this once. */
function showSecret(made) {
  openDialog(t("access.secret"), (close) => [
    h("p", {}, t("access.secret.why")),
    h("p", { class: "secret mono" }, h("code", {}, made.secret)),
    h("div", { class: "row end" }, button(t("access.done"), close), button(t("copy"), () => copy(made.secret, t("copied")), { class: "primary" }, "copy")),
  ], "narrow");
}

function table(keys, done) {
  const revoke = (key) => confirmed(t("access.revoke.title", { name: key.name }), t("access.revoke.why"), t("access.revoke"), async () => {
    await call(`/v1/admin/keys/${key.id}`, { method: "DELETE" });
    toast(t("access.revoked.toast"));
    done();
  }, true);
  const state = (key) => {
    if (key.revoked) return h("span", { class: "badge" }, t("access.revoked", { date: day(key.revoked) }));
    return key.id === session.who.id ? h("span", { class: "badge accent" }, t("access.yours")) : h("span", { class: "badge ok" }, t("access.active"));
  };
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("access.list") }, h("table", { class: "table" },
    h("thead", {}, h("tr", {}, ["name", "role", "created", "state"].map((name) => h("th", { scope: "col" }, t(`access.${name}`))), h("th", { scope: "col" }, t("actions")))),
    h("tbody", {}, keys.map((key) => h("tr", { class: key.revoked ? "revoked" : "" },
      h("th", { scope: "row" }, said(key.name)),
      h("td", {}, t(`role.${key.role}`)),
      h("td", { class: "figures" }, moment(key.created)),
      h("td", {}, state(key)),
      h("td", {}, !key.revoked && key.id !== session.who.id && button(t("access.revoke"), () => revoke(key), { class: "small danger", "aria-label": `${t("access.revoke")}: ${key.name}` })))))));
}
