// What admins set: the site, keys, and who did what.

import { h } from "../shared/dom.js";
import { accessPanel } from "./access.js";
import { withQuery } from "./api.js";
import { auditPanel } from "./audit.js";
import { tabs } from "./parts.js";
import { sitePanel } from "./site.js";
import { t } from "./texts.js";

/** @import { Place, View } from "./main.js" */

const PANELS = /** @type {Record<string, (panel: HTMLElement, signal: AbortSignal) => void>} */ ({ site: sitePanel, access: accessPanel, audit: auditPanel });

/**
 * @param {Place} place
 * @returns {View}
 */
export function settingsView({ body, query, signal }) {
  const panel = h("div", { class: "panel" });
  let left = new AbortController();
  const show = (/** @type {string} */ name) => {
    history.replaceState(null, "", withQuery("#/settings", { tab: name === "site" ? "" : name }));
    left.abort(); // what the other tab still waits for must not come into this one
    left = new AbortController();
    panel.replaceChildren();
    PANELS[name](panel, AbortSignal.any([signal, left.signal]));
  };
  const first = Object.keys(PANELS).find((name) => name === query.get("tab")) ?? "site";
  body.append(tabs(t("settings"), Object.keys(PANELS), first, panel, show), panel);
  return {};
}
