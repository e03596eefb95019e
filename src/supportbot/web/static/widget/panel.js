import { h } from "../shared/dom.js";
import { LANGUAGES } from "../shared/locale.js";
import { Composer } from "./composer.js";
import { icon } from "./icons.js";
import { Log } from "./log.js";

/** @import { Language } from "../shared/locale.js" */
/** @import { Widget } from "./widget.js" */

/** As in widget.css: there the panel covers the page. */
export const FULL_SCREEN = "(max-width: 480px), (max-height: 480px)";
const LEAST_KEYBOARD = 100; // pixels

/** What opens: a bar with the menu, the messages, and the field to write in. */
export class Panel {
  /** @type {{ element: HTMLElement, cancel: () => void } | null} */
  #dialog = null;
  #full = false;

  /** @param {Widget} widget */
  constructor(widget) {
    const { t } = widget;
    this.widget = widget;
    this.log = new Log(widget);
    this.composer = new Composer(widget);
    this.title = h("h2", { id: "title" });
    this.status = h("p", { class: "status small" });
    this.person = h("button", { type: "button", class: "button small person", onclick: () => widget.person("asked_for_person") }, icon("person"), h("span", {}, t("personShort")));
    this.menu = this.#makeMenu();
    this.menuButton = h("button", {
      type: "button", class: "icon-button", "aria-label": t("menu"), "aria-expanded": "false", "aria-controls": "menu", onclick: () => this.toggleMenu(),
    }, icon("more"));
    this.strip = h("div", { class: "strip", hidden: true },
      h("p", { class: "small" }, t("waitingHint")),
      h("button", { type: "button", class: "button small", onclick: () => widget.backToBot() }, t("back")));
    this.connection = h("p", { class: "connection small", role: "status", hidden: true });
    this.element = h("div", {
      class: "panel", role: "dialog", "aria-labelledby": "title", tabindex: -1, hidden: true, onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    },
    h("header", { class: "bar" },
      h("div", { class: "names" }, this.title, this.status),
      this.person, h("div", { class: "menu-box" }, this.menuButton, this.menu),
      h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: () => widget.close() }, icon("close"))),
    this.strip, this.connection, this.log.element, this.log.latest, this.composer.element);
    this.welcome();
  }

  /** Show the site's name and greeting. */
  welcome() {
    this.title.textContent = this.widget.site.name || this.widget.t("title");
    this.log.welcome();
  }

  /** Show who answers, and whether the service can be reached. */
  update() {
    const { t, conversation, site } = this.widget;
    const { state, agent, broken, withPerson } = conversation;
    const waiting = state === "waiting";
    this.status.textContent = waiting ? t("waiting") : state === "agent" ? t("agentHere", { name: agent || t("agent") }) : t("botStatus");
    this.strip.hidden = !waiting;
    this.person.hidden = site.person_available === false || withPerson;
    const trouble = !navigator.onLine ? t("offline") : broken ? t("reconnecting") : "";
    this.connection.hidden = !trouble;
    this.connection.textContent = trouble;
    this.composer.update();
  }

  /** Follow the size of the window: on a small screen the panel covers the page, but not the keyboard. */
  fit() {
    this.#full = matchMedia(FULL_SCREEN).matches;
    if (this.#full) this.element.setAttribute("aria-modal", "true");
    else this.element.removeAttribute("aria-modal");
    const keyboard = this.#full && visualViewport && visualViewport.height < innerHeight - LEAST_KEYBOARD;
    this.element.style.blockSize = keyboard ? `${visualViewport?.height}px` : "";
  }

  toggleMenu(show = this.menu.hidden) {
    this.menu.hidden = !show;
    this.menuButton.setAttribute("aria-expanded", String(show));
  }

  #makeMenu() {
    const { t, language } = this.widget;
    const languages = /** @type {[Language, string][]} */ (Object.entries(LANGUAGES)).map(([tag, name]) =>
      h("button", { type: "button", lang: tag, "aria-pressed": String(tag === language), onclick: () => this.widget.speak(tag) }, name));
    return h("div", { class: "menu", id: "menu", hidden: true },
      h("button", { type: "button", class: "menu-item", onclick: () => this.#confirmRestart() }, icon("restart"), t("restart")),
      h("div", { class: "languages", role: "group", "aria-label": t("language") }, languages));
  }

  #confirmRestart() {
    const { t, conversation } = this.widget;
    /** @param {HTMLElement} focus */
    const end = (focus) => {
      element.remove();
      this.#dialog = null;
      focus.focus();
    };
    const cancel = () => end(this.menuButton);
    const restart = () => {
      end(this.composer.field);
      conversation.restart();
      this.widget.announce(t("greeting"));
    };
    const first = h("button", { type: "button", class: "button", onclick: cancel }, t("cancel"));
    const element = h("div", { class: "veil" },
      h("div", { class: "question", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "confirm", "aria-describedby": "confirm-hint" },
        h("h3", { id: "confirm" }, t("restartAsk")), h("p", { id: "confirm-hint", class: "muted" }, t("restartHint")),
        h("div", { class: "buttons" }, first, h("button", { type: "button", class: "button primary", onclick: restart }, t("restart")))));
    this.toggleMenu(false);
    this.#dialog = { element, cancel };
    this.element.append(element);
    first.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      if (this.#dialog) this.#dialog.cancel();
      else if (!this.menu.hidden) this.toggleMenu(false), this.menuButton.focus();
      else this.widget.close();
    }
    if (event.key === "Tab" && (this.#full || this.#dialog)) this.#keepInside(event, this.#dialog?.element ?? this.element);
  }

  /**
   * Have Tab go round inside what covers the page.
   * @param {KeyboardEvent} event
   * @param {HTMLElement} within
   */
  #keepInside(event, within) {
    const all = /** @type {NodeListOf<HTMLButtonElement>} */ (within.querySelectorAll("button, a[href], input, textarea, [tabindex='0']"));
    const stops = [...all].filter((node) => node.checkVisibility() && node.tabIndex >= 0 && !node.disabled);
    const from = this.widget.root.activeElement;
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (from !== edge && within.contains(from) && from !== within) return;
    if (from === within && !event.shiftKey) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
  }
}
