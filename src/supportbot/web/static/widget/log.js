import { bdi, h } from "../shared/dom.js";
import { LANGUAGE_OF_SCRIPT } from "../shared/locale.js";
import { answerText, messageParts } from "../shared/message.js";
import { safeUrl } from "../shared/url.js";
import { feedback, personButton } from "./feedback.js";
import { icon } from "./icons.js";
import { TEXTS } from "./texts.js";

/** @import { AnswerOut, Choice, Source } from "../shared/api.d.ts" */
/** @import { Child } from "../shared/dom.js" */
/** @import { Text } from "./texts.js" */
/** @import { Widget } from "./widget.js" */
/** @import { Entry } from "./transcript.js" */

const NEAR_END = 80; // pixels
const NEAREST = 3;

/** What the page has told of the visitor. */
export const visitor = { name: "" };

/** The messages on the screen, and where their reader is. */
export class Log {
  /** @type {Map<Entry, HTMLElement>} */
  #nodes = new Map();
  /** @type {Map<Entry, number>} */
  #countdowns = new Map();

  /** @param {Widget} widget */
  constructor(widget) {
    const { t } = widget;
    this.widget = widget;
    this.element = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": t("log"), tabindex: 0, onscroll: () => { if (this.#isAtEnd()) this.latest.hidden = true; } });
    this.latest = h("button", { type: "button", class: "button small latest", hidden: true, onclick: () => (this.toEnd(), this.element.focus()) }, icon("latest"), t("latest"));
    this.starters = h("div", { class: "starters" });
    this.greeting = h("div", { class: "welcome" });
    this.element.append(this.greeting);
  }

  /** Show the greeting and the questions to begin with, above the messages. */
  welcome() {
    const { t, site, conversation } = this.widget;
    const { name } = visitor;
    const starters = (site.starters ?? []).map((text) => h("li", {}, h("button", {
      type: "button", class: "choice", onclick: () => this.widget.submit(text) && this.widget.focusIn(),
    }, bdi(text), icon("next"))));
    this.starters = h("div", { class: "starters" },
      starters.length > 0 && [h("h3", { class: "label" }, t("starters")), h("ul", { class: "choices", role: "list" }, starters)]);
    this.greeting.replaceChildren(
      h("p", { class: "hello" }, bdi(name ? t("helloName", { name }) : t("hello"))),
      h("p", { class: "muted" }, bdi(site.greeting || t("greeting"))),
      this.starters);
    this.#showStarters(conversation.transcript.entries);
  }

  /** @param {Entry[]} entries */
  #showStarters(entries) {
    this.starters.hidden = entries.some((entry) => entry.text !== "expired");
  }

  // --- drawing

  /**
   * Show an entry that is new or has changed, scroll to it if its reader is at the end, and have it read out once it is whole.
   * @param {Entry} entry
   */
  changed(entry) {
    const isNew = !this.#nodes.has(entry);
    const own = entry.author === "visitor";
    const atEnd = this.#isAtEnd();
    this.draw(entry);
    this.#showStarters(this.widget.conversation.transcript.entries);
    if (this.widget.quiet) return;
    if (entry.fresh) this.#toAnswer(/** @type {HTMLElement} */ (this.#nodes.get(entry)));
    else if (atEnd || (isNew && own)) this.toEnd();
    else if (isNew && entry.author !== "bot") this.latest.hidden = false;
    if (entry.fresh || (isNew && !own && !entry.coming)) {
      this.widget.announce(`${this.#speaker(entry)}: ${entry.answer ? answerText(entry.answer, this.#view, this.widget.base) : this.#text(entry)}`);
    }
    entry.fresh = false;
  }

  /**
   * Put an entry where it belongs, in place of how it looked before.
   * @param {Entry} entry
   */
  draw(entry) {
    const { entries } = this.widget.conversation.transcript;
    const node = this.#drawn(entry);
    const old = this.#nodes.get(entry);
    const before = this.#nodes.get(entries[entries.indexOf(entry) - 1]) ?? this.greeting;
    if (old && old.previousElementSibling === before) {
      old.replaceWith(node);
    } else {
      old?.remove();
      before.after(node);
    }
    this.#nodes.set(entry, node);
    clearInterval(this.#countdowns.get(entry));
    if (entry.failure?.kind === "limited") this.#countDown(entry, node);
  }

  drawAll() {
    this.widget.conversation.transcript.entries.forEach((entry) => this.draw(entry));
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.#nodes.get(entry)?.remove();
    this.#nodes.delete(entry);
  }

  clear() {
    this.#nodes.forEach((node) => node.remove());
    this.#nodes.clear();
    this.latest.hidden = true;
    this.#showStarters([]);
  }

  /** @param {Entry} entry */
  #drawn(entry) {
    if (entry.author === "event") return h("p", { class: "message event small muted" }, this.#text(entry));
    const parts = messageParts({ answer: null, ...entry }, this.#view);
    if (entry.author === "visitor") {
      return h("div", { class: "message visitor" },
        h("div", { class: "bubble" }, h("span", { class: "hidden-text" }, `${this.#speaker(entry)}: `), parts),
        !entry.id && (entry.failure ? this.#failure(entry) : this.#pending(entry)));
    }
    return h("div", { class: `message ${entry.author}`, lang: entry.answer && LANGUAGE_OF_SCRIPT[entry.answer.script] },
      h("p", { class: "speaker small" }, icon(entry.author === "agent" ? "person" : "chat"), bdi(this.#speaker(entry))),
      h("div", { class: "content" }, parts, entry.answer && !entry.coming && this.#whatNext(entry, entry.answer)));
  }

  get #view() {
    const { t, site } = this.widget;
    return {
      t,
      platforms: site.platforms,
      source: (/** @type {Source} */ source) => this.#source(source),
      choose: (/** @type {Choice} */ { title, article_id, section }) => this.widget.ask(title, article_id, section),
    };
  }

  /** @param {Source} source */
  #source({ title, heading, url, updated }) {
    const { t, language, base } = this.widget;
    const day = updated && new Date(`${updated}T00:00`).toLocaleDateString(language, { dateStyle: "medium" });
    const facts = [t("source"), day && t("updated", { date: day })].filter(Boolean).join(" · ");
    const content = [icon("article"), h("span", { class: "source-lines" },
      h("span", { class: "source-title" }, bdi(title)),
      heading && heading !== title && h("span", { class: "source-heading" }, bdi(heading)),
      h("span", { class: "small muted" }, facts))];
    const href = safeUrl(url, base);
    if (!href) return h("div", { class: "source" }, content);
    return h("a", { class: "source", href, target: "_blank", rel: "noopener" }, content, this.#newTab(), icon("out"));
  }

  #newTab() {
    return h("span", { class: "hidden-text" }, this.widget.t("newTab"));
  }

  /**
   * What can be done next: say whether an answer helped; where none was found, read the nearest articles or ask for a person.
   * @param {Entry} entry
   * @param {AnswerOut} answer
   * @returns {Child}
   */
  #whatNext(entry, answer) {
    const { t, base } = this.widget;
    if (answer.outcome === "answer") return feedback(entry, answer, this.widget);
    if (answer.outcome !== "decline") return null;
    const articles = answer.candidates.slice(0, NEAREST).map(({ article_id, title, url }) => h("li", {},
      h("a", { class: "choice", href: safeUrl(url || `/articles/${encodeURIComponent(article_id)}`, base), target: "_blank", rel: "noopener" },
        bdi(title), this.#newTab(), icon("out"))));
    return [
      articles.length > 0 && [h("h3", { class: "label" }, t("nearest")), h("ul", { class: "choices", role: "list" }, articles)],
      personButton(this.widget, "no_answer"),
    ];
  }

  /** @param {Entry} entry */
  #speaker(entry) {
    if (entry.author === "agent") return entry.agent || this.widget.t("agent");
    return this.widget.t(entry.author === "visitor" ? "you" : "bot");
  }

  /** @param {Entry} entry */
  #text({ author, text }) {
    const key = `event.${text}`;
    return author === "event" && Object.hasOwn(TEXTS, key) ? this.widget.t(/** @type {Text} */ (key)) : text;
  }

  // --- what is not sent yet

  /** @param {Entry} entry */
  #pending(entry) {
    const waiting = this.widget.conversation.withPerson ? "sending" : "typing";
    return h("p", { class: "pending small muted", role: "status" },
      h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), this.widget.t(entry.slow ? "slow" : waiting));
  }

  /** @param {Entry} entry */
  #failure(entry) {
    const kind = entry.failure?.kind;
    const text = /** @type {Record<string, Text>} */ ({ offline: "failedOffline", connection: "failedConnection", limited: "failedLimit" })[kind ?? ""] ?? "failedServer";
    return h("div", { class: "failure small", role: "alert" },
      h("span", {}, this.widget.t(text, { n: entry.failure?.seconds || 1 })),
      h("button", { type: "button", class: "button small", disabled: kind === "limited", onclick: () => this.widget.retry(entry) }, this.widget.t("retry")));
  }

  /**
   * Count the seconds until a message may be sent again; only the end is read out.
   * @param {Entry} entry
   * @param {HTMLElement} node
   */
  #countDown(entry, node) {
    const { t } = this.widget;
    const box = /** @type {HTMLElement} */ (node.querySelector(".failure"));
    const text = /** @type {HTMLElement} */ (box.querySelector("span"));
    const button = /** @type {HTMLButtonElement} */ (box.querySelector("button"));
    const end = (entry.until ??= Date.now() + (entry.failure?.seconds || 1) * 1000);
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      text.textContent = left > 0 ? t("failedLimit", { n: left }) : t("failedLimitOver");
      button.disabled = left > 0;
      if (left > 0) return;
      clearInterval(this.#countdowns.get(entry));
      entry.until = undefined;
    };
    box.setAttribute("aria-live", "off");
    this.#countdowns.set(entry, setInterval(tick, 500));
    tick();
  }

  // --- where the reader is

  #isAtEnd() {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < NEAR_END;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.latest.hidden = true;
  }

  /**
   * Scroll so that a long answer is read from its beginning, with the question above it.
   * @param {HTMLElement} answer
   */
  #toAnswer(answer) {
    const question = /** @type {HTMLElement} */ (answer.previousElementSibling ?? answer);
    if (this.element.scrollHeight - question.offsetTop < this.element.clientHeight) this.toEnd();
    else this.element.scrollTop = question.offsetTop - 12;
  }

  toLastQuestion() {
    const question = this.widget.conversation.transcript.entries.findLast((entry) => entry.author === "visitor");
    const node = question && this.#nodes.get(question);
    if (node) this.#toAnswer(/** @type {HTMLElement} */ (node.nextElementSibling ?? node));
  }
}
