// The shell: signing in, the navigation, which view is shown, keys that work everywhere.

import { h } from "../shared/dom.js";
import { call, onRefused, session } from "./api.js";
import { gapsView } from "./gaps.js";
import { healthView } from "./health.js";
import { icon } from "./icons.js";
import { listenForKeys } from "./keys.js";
import { preferences } from "./preferences.js";
import { queueView } from "./queue.js";
import { searchView } from "./search.js";
import { settingsView } from "./settings.js";
import { askForKey, signInPage } from "./sign-in.js";
import { sourcesView } from "./sources.js";
import { statisticsView } from "./statistics.js";
import { t } from "./texts.js";
import { liveRegions } from "./toast.js";
import { versionsView } from "./versions.js";
import { waiting } from "./waiting.js";

/** @import { KeyOut } from "../shared/api.d.ts" */
/** @import { Icon } from "./icons.js" */
/** @import { Keys } from "./keys.js" */

/**
 * @typedef {object} Place  where a view is shown
 * @property {HTMLElement} head  for what stands beside its heading
 * @property {HTMLElement} body
 * @property {string[]} rest  of the address behind its name
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal  ends its requests and timers when another view is shown
 */

/**
 * @typedef {object} View
 * @property {((place: Pick<Place, "rest" | "query">) => unknown) | null} [moved]  follows an address that changed behind the name
 * @property {Keys} [keys]
 */

const VIEWS = /** @type {Record<string, { show(place: Place): View, key: string, admin?: boolean }>} */ ({
  search: { show: searchView, key: "s" },
  queue: { show: queueView, key: "q" },
  gaps: { show: gapsView, key: "u" },
  health: { show: healthView, key: "h" },
  statistics: { show: statisticsView, key: "t", admin: true },
  versions: { show: versionsView, key: "v", admin: true },
  sources: { show: sourcesView, key: "o", admin: true },
  settings: { show: settingsView, key: "e", admin: true },
});
const HOME = "search";

/** @type {{ main: HTMLElement, links: Record<string, HTMLElement>, menu: HTMLElement, where: HTMLElement, badge: HTMLElement, side: HTMLElement } | null} */
let page = null; // the parts of the shell, while somebody is signed in
/** @type {View & { name: string, end: AbortController } | null} */
let shown = null;

const allowed = () => Object.keys(VIEWS).filter((name) => session.isAdmin || !VIEWS[name].admin);

/** The address behind `#/`: the view, what stands behind it, and the query. */
function place() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/");
  return { name: allowed().includes(name) ? name : HOME, rest: rest.map(decodeURIComponent), query: new URLSearchParams(query) };
}

function start() {
  document.body.replaceChildren();
  if (session.who) {
    page = openShell(session.who);
    waiting.start();
    show();
  } else document.body.append(signInPage(start));
}

/** @param {KeyOut} who */
function openShell(who) {
  const main = h("main", { id: "content", tabindex: "-1" });
  const links = Object.fromEntries(allowed().map((name) => [name, link(name)]));
  const menu = h("button", { type: "button", class: "icon-button menu-button", "aria-label": t("menu"), "aria-expanded": "false", "aria-controls": "sidebar", onclick: () => openMenu(!side.classList.contains("open")) }, icon("menu"));
  const where = h("span", { class: "where" });
  const badge = h("a", { class: "badge accent queue-badge", href: "#/queue", hidden: true });
  const bar = h("header", { class: "topbar" }, menu, where, badge);
  const side = h("aside", { class: "sidebar", id: "sidebar", "aria-label": t("console") },
    h("div", { class: "brand" }, h("strong", {}, h("bdi", {}, document.body.dataset.site || t("console"))), document.body.dataset.site && h("span", { class: "muted small" }, t("console"))),
    h("nav", { "aria-label": t("views") }, h("ul", {}, Object.values(links).map((one) => h("li", {}, one)))),
    preferences(who, () => { leave(); start(); }, signOut));
  const shade = h("div", { class: "shade", onclick: () => openMenu(false) });
  const skip = h("a", { class: "skip", href: "#content", onclick: (event) => { event.preventDefault(); main.focus(); } }, t("skip"));
  document.body.append(skip, bar, side, shade, main, ...liveRegions);
  return { main, links, menu, where, badge, side };
}

/** @param {string} name */
function link(name) {
  return h("a", { href: `#/${name}`, class: "view-link", onclick: () => openMenu(false) }, icon(/** @type {Icon} */ (name)), h("span", {}, t(name)), name === "queue" && h("span", { class: "count", hidden: true }));
}

/** @param {boolean} open */
function openMenu(open) {
  if (!page || open === page.side.classList.contains("open")) return;
  page.side.classList.toggle("open", open);
  page.main.inert = open;
  page.menu.setAttribute("aria-expanded", String(open));
  if (open) page.side.querySelector("a")?.focus();
  else page.menu.focus();
}

function leave() {
  shown?.end.abort();
  shown = null;
}

/** Show the view of the address; one that is shown already is told when only what stands behind its name changed. */
function show() {
  if (!page) return;
  const { name, rest, query } = place();
  openMenu(false);
  if (shown?.name === name && shown.moved) return void shown.moved({ rest, query });
  leave();
  const end = new AbortController();
  const heading = h("h1", { tabindex: "-1" }, t(name));
  const head = h("div", { class: "view-head" }, heading);
  const body = h("div", { class: "view-body" });
  page.main.replaceChildren(h("div", { class: `view view-${name}` }, head, body));
  for (const [one, anchor] of Object.entries(page.links)) {
    if (one === name) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
  page.where.textContent = t(name);
  shown = { name, end };
  setTitle();
  heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  Object.assign(shown, VIEWS[name].show({ head, body, rest, query, signal: end.signal }));
}

function setTitle() {
  const unread = waiting.unread;
  const title = session.who ? `${t(shown?.name ?? HOME)} · ${document.body.dataset.site || t("console")}` : t("console");
  document.title = session.who && unread ? `(${unread}) ${title}` : title;
}

function countWaiting() {
  if (!page) return;
  const { count, unread } = waiting;
  const badge = /** @type {HTMLElement} */ (page.links.queue.querySelector(".count"));
  badge.hidden = page.badge.hidden = !count;
  badge.textContent = page.badge.textContent = String(count);
  badge.classList.toggle("unread", unread > 0);
  page.links.queue.setAttribute("aria-label", count ? `${t("queue")}, ${t("queue.count", { n: count })}` : t("queue"));
  page.badge.setAttribute("aria-label", t("queue.count", { n: count }));
  setTitle();
}

function signOut() {
  leave();
  waiting.stop();
  session.end();
  page = null;
  start();
  setTitle();
}

onRefused(async () => {
  const role = session.who?.role;
  await askForKey();
  if (session.who?.role !== role) { leave(); start(); }
});
waiting.addEventListener("change", countWaiting);
window.addEventListener("hashchange", show);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && page?.side.classList.contains("open")) openMenu(false);
});
listenForKeys({
  views: () => (page ? allowed().map((name) => [VIEWS[name].key, name]) : []),
  own: () => shown?.keys ?? {},
});

(async () => {
  if (session.key) session.who = await call("/v1/key").catch(() => null);
  start();
  setTitle();
})();
