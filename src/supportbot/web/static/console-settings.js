// What admins set: the site, keys, and who did what.

import { accessPanel } from "./console-access.js";
import { auditPanel } from "./console-audit.js";
import { h, tabList } from "./console-dom.js";
import { sitePanel } from "./console-site.js";
import { withQuery } from "./console-api.js";
import { t } from "./console-texts.js";

const PANELS = { site: sitePanel, access: accessPanel, audit: auditPanel };

export function settingsView({ body, query, signal }) {
  const panel = h("div", { class: "panel" });
  let left = new AbortController();
  const fill = (name) => PANELS[name](panel, AbortSignal.any([signal, left.signal]));
  const choose = (name) => {
    history.replaceState(null, "", withQuery("#/settings", { tab: name === "site" ? "" : name }));
    left.abort(); // what the other tab still waits for must not come into this one
    left = new AbortController();
    panel.replaceChildren();
    fill(name);
  };
  const first = Object.hasOwn(PANELS, query.get("tab")) ? query.get("tab") : "site";
  body.append(tabList(t("settings"), Object.keys(PANELS).map((name) => [name, t(name)]), first, panel, choose), panel);
  fill(first);
  return {};
}
