// Who did what, latest first.

import { bdi, h } from "../shared/dom.js";
import { call, withQuery } from "./api.js";
import { empty, fillWith } from "./loading.js";
import { button } from "./parts.js";
import { known, moment, t } from "./texts.js";

const PIECE = 50;
const MOST_INLINE = 3;

/** @import { AuditEntryOut } from "../shared/api.d.ts" */

/**
 * Fill a panel with the log.
 * @param {HTMLElement} panel
 * @param {AbortSignal} signal
 */
export function auditPanel(panel, signal) {
  const rows = h("tbody", {});
  const read = (/** @type {number} */ offset) => call(withQuery("/v1/admin/audit", { limit: PIECE, offset }), { signal });
  const take = (/** @type {AuditEntryOut[]} */ entries) => {
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

/** @param {AuditEntryOut} entry */
function row(entry) {
  const isLong = (/** @type {any} */ value) => Array.isArray(value) && (value.length > MOST_INLINE || typeof value[0] === "object");
  const long = Object.entries(entry.detail).filter(([, value]) => isLong(value));
  const details = Object.entries(entry.detail).filter(([, value]) => !isLong(value))
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(" · ");
  return h("tr", {},
    h("td", { class: "figures" }, moment(entry.at)),
    h("td", {}, bdi(entry.actor)),
    h("td", {}, known("action", entry.action), entry.reverted && [" ", h("span", { class: "badge" }, t("reverted"))]),
    h("td", { class: "mono small" }, bdi(entry.subject)),
    h("td", { class: "small" }, bdi(details), long.map(([name, values]) => folded(name, values))));
}

/**
 * @param {string} name
 * @param {any[]} values
 */
const folded = (name, values) => h("details", {}, h("summary", {}, `${name}: ${values.length}`),
  h("ul", { class: "lines" }, values.map((value) => h("li", {}, bdi(typeof value === "object" ? Object.values(value).join(" · ") : String(value))))));
