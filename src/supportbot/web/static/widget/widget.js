import { h } from "../shared/dom.js";
import { languageOf } from "../shared/locale.js";
import { lookup } from "../shared/texts.js";
import { Api } from "./api.js";
import { Conversation } from "./conversation.js";
import { icon } from "./icons.js";
import { FULL_SCREEN, Panel } from "./panel.js";
import { Stored } from "./storage.js";
import { TEXTS } from "./texts.js";

/** @import { Site } from "../shared/api.d.ts" */
/** @import { Language } from "../shared/locale.js" */
/** @import { Entry } from "./transcript.js" */

/** The script tag that brought this script. */
export const SCRIPT = /** @type {HTMLScriptElement | null} */ (document.currentScript);

const STYLE = "{{style}}"; // filled in when the script is joined

/** The widget in its element: a button, and behind it the panel. */
export class Widget {
  /** @type {Language} */
  language = "zh-Hant";
  /** @type {Panel | null} */
  panel = null;
  /** Whether changes are neither scrolled to nor read out: until the stored messages are shown. */
  quiet = true;
  t = lookup(TEXTS, () => this.language);

  #accent = new CSSStyleSheet();
  #ended = new AbortController();
  /** @type {Language | null} */
  #siteLanguage = null; // that the site was asked for in
  /** @type {HTMLElement | null} */
  #focusBefore = null;
  #announcing = 0;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const url = host.getAttribute("url") || new URL(SCRIPT?.src || location.href).origin;
    this.base = new URL(url, location.href).href.replace(/\/$/, "");
    this.api = new Api(this.base);
    this.lasting = new Stored("localStorage", `supportbot ${this.base}`);
    this.passing = new Stored("sessionStorage", `supportbot ${this.base}`);
    /** @type {Partial<Site>} */
    this.site = { style: this.lasting.get().style };
    this.conversation = new Conversation(this.api, this.lasting, this.passing, this);
    this.badge = h("span", { class: "unread" });
    this.launcher = h("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", onclick: () => this.open() }, icon("chat"), this.badge);
    this.announcer = h("p", { class: "hidden-text", role: "status" });
    this.section = h("section", { class: "widget sb-body" }, this.launcher, this.announcer);
    this.#dress();
    this.rebuild();
    this.root.replaceChildren(this.section);
  }

  /** Begin to live: the element is there for commands and events. */
  start() {
    this.#listen();
    if (this.passing.get().open) this.open({ focus: false });
    whenIdle(() => this.#awake());
    this.tell("ready", {});
  }

  end() {
    this.#ended.abort();
    this.conversation.stop();
  }

  get isOpen() {
    return this.panel !== null && !this.panel.element.hidden;
  }

  /** Whether nothing can be sent now: the bot is still answering. */
  get busy() {
    return !this.conversation.withPerson && this.conversation.transcript.sending;
  }

  // --- how it looks

  #dress() {
    const sheet = new CSSStyleSheet();
    this.root.adoptedStyleSheets = [sheet, this.#accent];
    // Sizes follow what the reader set in the browser, not the font size that the page gives its root.
    sheet.replaceSync(":host { all: initial !important }");
    const size = parseFloat(getComputedStyle(this.host).fontSize) || 16;
    sheet.replaceSync(STYLE.replace(/(\d*\.?\d+)rem\b/g, (_, number) => `${number * size}px`));
    if (this.site.style) this.#accent.replaceSync(this.site.style);
  }

  /** Build all parts in the language that was chosen in the menu, else that of the tag, the page, or the browser. */
  rebuild() {
    const tag = this.lasting.get().language || this.host.getAttribute("locale") || document.documentElement.lang || navigator.language;
    this.language = tag ? languageOf(tag) ?? "en" : "zh-Hant";
    this.host.lang = this.conversation.language = this.language;
    this.#paint();
    this.section.setAttribute("aria-label", this.t("title"));
    const { panel, isOpen } = this;
    if (panel) {
      panel.composer.suggestions.close();
      panel.element.remove();
      this.panel = null;
      const { log } = this.#furnish();
      if (isOpen) this.#reveal();
      log.drawAll();
      log.toEnd();
    }
    this.#showUnread();
  }

  /** Set the theme: the tag's own, else what a page that has one says in <html data-theme>, else the system's. */
  #paint() {
    const theme = this.host.getAttribute("theme");
    this.host.dataset.theme = theme === "light" || theme === "dark" ? theme : document.documentElement.dataset.theme || "auto";
  }

  /** Return the panel, built when it is needed first. */
  #furnish() {
    if (!this.panel) {
      this.panel = new Panel(this);
      this.launcher.after(this.panel.element);
      this.stateChanged();
    }
    return this.panel;
  }

  #showUnread() {
    const { unread } = this.conversation;
    const shown = !this.isOpen && unread > 0;
    this.badge.hidden = !shown;
    this.badge.textContent = unread > 9 ? "9+" : String(unread);
    this.launcher.setAttribute("aria-label", this.t("open") + (shown ? ` (${this.t("unread", { n: unread })})` : ""));
  }

  // --- what goes on by itself

  #listen() {
    const { signal } = this.#ended;
    addEventListener("online", () => this.panel && (this.stateChanged(), this.conversation.online()), { signal });
    addEventListener("offline", () => this.stateChanged(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.isOpen && this.conversation.catchUp(), { signal });
    matchMedia(FULL_SCREEN).addEventListener("change", () => this.panel?.fit(), { signal });
    visualViewport?.addEventListener("resize", () => this.panel?.fit(), { signal });
    const watcher = new MutationObserver(() => this.#paint());
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    signal.addEventListener("abort", () => watcher.disconnect());
  }

  /** When the page has nothing better to do: ask for the colour, and whether an agent wrote meanwhile. */
  async #awake() {
    this.#loadSite();
    if (this.isOpen || !this.conversation.wasWithPerson) return;
    this.#furnish();
    await this.conversation.catchUp();
    this.quiet = false;
    this.stateChanged();
  }

  /** Ask for what the site's admins set. Without it the widget's own words do. */
  async #loadSite() {
    const { language } = this;
    if (this.#siteLanguage !== language) {
      this.#siteLanguage = language; // asked for once: a greeting drawn twice would take the focus from what stands in it
      try {
        const site = await this.api.json("GET", `/v1/site?locale=${language}`);
        if (this.#siteLanguage !== language) return; // another was chosen meanwhile
        this.site = site;
        this.lasting.set({ style: site.style });
        this.#accent.replaceSync(site.style);
        this.panel?.welcome();
        this.panel?.log.drawAll(); // with its labels of platforms
        this.stateChanged();
      } catch {
        if (this.#siteLanguage === language) this.#siteLanguage = null; // the next opening tries again
      }
    }
    this.section.classList.add("settled");
  }

  // --- opening and closing

  async open({ focus = true } = {}) {
    if (this.isOpen) return focus && this.focusIn();
    const { activeElement } = document;
    this.#focusBefore = activeElement === document.body || activeElement === this.host ? null : /** @type {HTMLElement | null} */ (activeElement);
    const panel = this.#reveal();
    if (focus) this.focusIn();
    this.passing.set({ open: true });
    this.tell("open", {});
    this.#loadSite();
    await this.conversation.catchUp();
    this.conversation.markRead();
    if (this.quiet) panel.log.toLastQuestion();
    this.quiet = false;
  }

  #reveal() {
    const panel = this.#furnish();
    panel.element.hidden = false;
    this.launcher.hidden = true;
    this.section.classList.add("open", "settled");
    panel.fit();
    panel.composer.grow();
    return panel;
  }

  close() {
    const { panel } = this;
    if (!panel || !this.isOpen) return;
    panel.composer.suggestions.close();
    panel.toggleMenu(false);
    panel.element.hidden = true;
    this.launcher.hidden = false;
    this.section.classList.remove("open");
    this.conversation.markRead();
    this.passing.set({ open: false });
    this.stateChanged();
    (this.#focusBefore?.isConnected ? this.#focusBefore : this.launcher).focus();
    this.tell("close", {});
  }

  /** Put the focus into the panel. On a touch screen the keyboard would hide the answer: there the field waits for a touch. */
  focusIn() {
    const touch = matchMedia("(pointer: coarse)").matches;
    (touch ? this.panel?.element : this.panel?.composer.field)?.focus({ preventScroll: true });
  }

  // --- what visitors and pages do

  /**
   * Open the panel and ask.
   * @param {string} text
   */
  async askFor(text) {
    await this.open();
    if (!this.#ended.signal.aborted) this.panel?.composer.submitLater(text);
  }

  /**
   * @param {string} text
   * @param {string} [choice]  the id of an offered article
   * @param {string} [section]  the id of an offered section of it
   */
  ask(text, choice, section) {
    if (!this.busy) this.conversation.ask(text, choice, section);
  }

  /** @param {string} text */
  submit(text) {
    return Boolean(this.panel?.composer.submit(text));
  }

  /** @param {Entry} entry */
  retry(entry) {
    if (this.busy) return;
    this.panel?.composer.field.focus({ preventScroll: true });
    this.conversation.deliver(entry);
  }

  /** @param {string} reason  as the API names it */
  async person(reason) {
    try {
      await this.conversation.askForPerson(reason, this.t("personAsk"));
      this.panel?.log.toEnd();
      this.panel?.composer.field.focus();
    } catch {
      this.panel?.composer.complain(this.t("failedAction"));
    }
  }

  async backToBot() {
    try {
      await this.conversation.backToBot();
      this.panel?.composer.field.focus();
    } catch (error) {
      this.conversation.problem(error);
      this.panel?.composer.complain(this.t("failedAction"));
    }
  }

  /** @param {Language} language */
  speak(language) {
    this.lasting.set({ language });
    this.rebuild();
    this.panel?.menuButton.focus();
    this.#loadSite();
  }

  // --- what the conversation tells (see ConversationView)

  /** @param {Entry} entry */
  entryChanged(entry) {
    this.panel?.log.changed(entry);
    this.panel?.composer.update();
    if (this.isOpen) this.conversation.markRead();
    this.#showUnread();
  }

  /** @param {Entry} entry */
  entryRemoved(entry) {
    this.panel?.log.remove(entry);
  }

  cleared() {
    this.panel?.log.clear();
    this.#showUnread();
  }

  stateChanged() {
    if (!this.panel) return;
    this.section.dataset.state = this.conversation.state;
    this.panel.update();
    this.#showUnread();
  }

  /**
   * Dispatch an event of the widget to the page.
   * @param {string} name
   * @param {object} detail
   */
  tell(name, detail) {
    this.host.dispatchEvent(new CustomEvent(`supportbot:${name}`, { detail, bubbles: true, composed: true }));
  }

  /**
   * @param {string} text
   * @param {"long" | "refused"} kind
   */
  returned(text, kind) {
    this.panel?.composer.returned(text, kind);
  }

  /**
   * Have a text read out to those who hear the page. It is soon gone, so that nobody comes across it a second time.
   * @param {string} text
   */
  announce(text) {
    clearTimeout(this.#announcing);
    this.announcer.textContent = text;
    this.#announcing = setTimeout(() => this.announcer.replaceChildren(), 2000);
  }
}

/** @param {() => void} task */
function whenIdle(task) {
  if ("requestIdleCallback" in window) requestIdleCallback(task, { timeout: 3000 });
  else setTimeout(task, 200);
}
