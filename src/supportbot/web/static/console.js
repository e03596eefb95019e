// The shell: signing in, the navigation, which view is shown, keys that work everywhere.

import { call, onRefused, session } from "./console-api.js";
import { h, icon } from "./console-dom.js";
import { listenForKeys } from "./console-keys.js";
import { preferences } from "./console-preferences.js";
import { queueView } from "./console-queue.js";
import { searchView } from "./console-search.js";
import { settingsView } from "./console-settings.js";
import { askForKey, signInPage } from "./console-sign-in.js";
import { statisticsView } from "./console-statistics.js";
import { t } from "./console-texts.js";
import { announcer } from "./console-toast.js";
import { gapsView } from "./console-gaps.js";
import { versionsView } from "./console-versions.js";
import { waiting } from "./console-waiting.js";

const VIEWS = {
  search: { show: searchView, key: "s" },
  queue: { show: queueView, key: "q" },
  gaps: { show: gapsView, key: "u" },
  statistics: { show: statisticsView, key: "t", admin: true },
  versions: { show: versionsView, key: "v", admin: true },
  settings: { show: settingsView, key: "e", admin: true },
};
const HOME = "search";

let page = null; // the parts of the shell that are there while somebody is signed in
let shown = null; // the view: its name, what it gave back, and the signal that ends it

const allowed = () => Object.keys(VIEWS).filter((name) => session.isAdmin || !VIEWS[name].admin);

/** The address behind `#/`: the view, what stands behind it, and the query. */
function place() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/");
  return { name: allowed().includes(name) ? name : HOME, rest: rest.map(decodeURIComponent), query: new URLSearchParams(query) };
}

function start() {
  document.body.replaceChildren();
  if (session.who) openShell();
  else document.body.append(signInPage(start));
}

function openShell() {
  const main = h("main", { id: "content", tabindex: "-1" });
  const links = Object.fromEntries(allowed().map((name) => [name, link(name)]));
  const menu = h("button", { type: "button", class: "icon-button menu-button", "aria-label": t("menu"), "aria-expanded": "false", "aria-controls": "sidebar", onclick: () => openMenu(!side.classList.contains("open")) }, icon("menu"));
  const where = h("span", { class: "where" });
  const badge = h("a", { class: "badge accent queue-badge", href: "#/queue", hidden: true });
  const bar = h("header", { class: "topbar" }, menu, where, badge);
  const side = h("aside", { class: "sidebar", id: "sidebar", "aria-label": t("console") },
    h("div", { class: "brand" }, h("strong", {}, h("bdi", {}, document.body.dataset.site || t("console"))), document.body.dataset.site && h("span", { class: "muted small" }, t("console"))),
    h("nav", { "aria-label": t("views") }, h("ul", {}, Object.values(links).map((one) => h("li", {}, one)))),
    preferences(() => { leave(); start(); }, signOut));
  const shade = h("div", { class: "shade", onclick: () => openMenu(false) });
  const skip = h("a", { class: "skip", href: "#content", onclick: (event) => { event.preventDefault(); main.focus(); } }, t("skip"));
  document.body.append(skip, bar, side, shade, main, ...announcer());
  page = { main, links, menu, where, badge, bar, side };
  waiting.start();
  show();
}

function link(name) {
  return h("a", { href: `#/${name}`, class: "view-link", onclick: () => openMenu(false) }, icon(name), h("span", {}, t(name)), name === "queue" && h("span", { class: "count", hidden: true }));
}

function openMenu(open) {
  if (open === page.side.classList.contains("open")) return;
  page.side.classList.toggle("open", open);
  page.main.inert = open;
  page.menu.setAttribute("aria-expanded", open);
  if (open) page.side.querySelector("a").focus();
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
  shown = { name, end, keys: {} };
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
  const badge = page.links.queue.querySelector(".count");
  badge.hidden = page.badge.hidden = !count;
  badge.textContent = page.badge.textContent = count;
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
  if (session.who.role !== role) { leave(); start(); }
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
