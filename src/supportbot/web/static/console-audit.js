// Who did what, latest first.

import { call, withQuery } from "./console-api.js";
import { button, h, said } from "./console-dom.js";
import { empty, fillWith } from "./console-load.js";
import { known, moment, t } from "./console-texts.js";

const PIECE = 50;

/** Fill a panel with the log. */
export function auditPanel(panel, signal) {
  const rows = h("tbody", {});
  const read = (offset) => call(withQuery("/v1/admin/audit", { limit: PIECE, offset }), { signal });
  const take = (entries) => {
    rows.append(...entries.map(row));
    more.hidden = entries.length < PIECE;
  };
  const more = button(t("more"), async () => take(await read(rows.childElementCount)), { class: "small" });
  fillWith(panel, async () => {
    const entries = await read(0);
    if (!entries.length) return empty(t("audit.empty"));
    take(entries);
    return [h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("audit") }, h("table", { class: "table" },
      h("thead", {}, h("tr", {}, ["when", "who", "what", "subject", "details"].map((name) => h("th", { scope: "col" }, t(name))))), rows)), more];
  });
}

function row(entry) {
  const details = Object.entries(entry.detail).map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(" · ");
  return h("tr", {},
    h("td", { class: "figures" }, moment(entry.at)),
    h("td", {}, said(entry.actor)),
    h("td", {}, known("action", entry.action), entry.reverted && [" ", h("span", { class: "badge" }, t("reverted"))]),
    h("td", { class: "mono small" }, said(entry.subject)),
    h("td", { class: "small" }, said(details)));
}
