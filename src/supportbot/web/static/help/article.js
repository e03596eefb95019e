import { copyText } from "../shared/clipboard.js";
import { h } from "../shared/dom.js";
import { tabList } from "../shared/tabs.js";
import { say } from "./say.js";

/**
 * Make the sections for App and Web tabs. A link into one that is hidden opens it.
 * @param {HTMLElement} group
 */
export function platformTabs(group) {
  const tabs = /** @type {HTMLElement[]} */ ([...group.querySelectorAll(":scope > [role=tablist] > [role=tab]")]);
  const panels = tabs.map((tab) => /** @type {HTMLElement} */ (document.getElementById(tab.getAttribute("aria-controls") ?? "")));
  const select = tabList(tabs, (shown) => panels.forEach((panel, place) => panel.toggleAttribute("data-selected", place === shown)));

  function selectTarget() {
    const target = linkedElement();
    const place = panels.findIndex((panel) => target && panel.contains(target));
    if (place < 0 || panels[place].hasAttribute("data-selected")) return;
    select(place);
    target?.scrollIntoView();
  }

  panels.forEach((panel, place) => {
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tabs[place].id);
  });
  select(0);
  selectTarget();
  group.dataset.ready = "";
  addEventListener("hashchange", selectTarget);
  document.addEventListener("click", (event) => { // the same link twice changes no hash
    const link = /** @type {Element} */ (event.target).closest?.("a");
    if (!event.defaultPrevented && link?.hash) setTimeout(selectTarget);
  });
}

function linkedElement() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return null; // a broken escape in the address
  }
}

/**
 * Send a vote without a reload, and thank in its place.
 * @param {HTMLFormElement} form
 */
export function voteInPlace(form) {
  const place = /** @type {HTMLElement} */ (form.parentElement);
  const { thanks = "", failed = "" } = form.dataset;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = event.submitter?.getAttribute("formaction") ?? form.action;
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((button) => { button.disabled = true; });
    const sent = await fetch(address, { method: "POST", headers: { Accept: "application/json" } }).then((response) => response.ok, () => false);
    if (sent) {
      const said = h("p", { id: "vote", tabindex: "-1" }, thanks);
      place.replaceChildren(said);
      said.focus();
      say(thanks);
    } else {
      buttons.forEach((button) => { button.disabled = false; });
      place.querySelector("[role=alert]")?.remove();
      place.append(h("p", { role: "alert" }, failed));
    }
  });
}

/**
 * Have the sign at a heading copy its link.
 * @param {HTMLElement} body
 */
export function copyLinks(body) {
  body.addEventListener("click", async (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest(".heading-link"));
    if (link && (await copyText(link.href))) say(body.dataset.copied ?? "");
  });
}

/**
 * Mark in the list of contents where the reader is.
 * @param {HTMLElement} contents
 */
export function followReading(contents) {
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver((entries) => {
    const top = entries.find((entry) => entry.isIntersecting);
    if (!top) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(top.target.id)?.setAttribute("aria-current", "true");
  }, { rootMargin: "0px 0px -70% 0px" });
  for (const id of links.keys()) {
    const heading = document.getElementById(id);
    if (heading) observer.observe(heading);
  }
}
