import { Combobox } from "../shared/combobox.js";
import { h } from "../shared/dom.js";
import { SCRIPTS } from "../shared/locale.js";
import { marked } from "../shared/text.js";
import { icon } from "./icons.js";

/** @import { Suggested } from "../shared/api.d.ts" */
/** @import { Widget } from "./widget.js" */

const LONGEST = 2000; // characters of a message, as code points
const COUNTED_FROM = 1800;
const LONGEST_SUGGESTED = 60;
const SUGGESTIONS = 5;
const HIGHEST = 140; // pixels

/** Where the visitor writes: the field, suggestions while typing, the button that sends, and what is wrong with the text. */
export class Composer {
  /** @param {Widget} widget */
  constructor(widget) {
    const { t } = widget;
    this.widget = widget;
    const list = h("ul", { class: "suggestions", role: "listbox", id: "suggestions", "aria-label": t("suggestions"), hidden: true });
    this.field = h("textarea", {
      class: "field-text", rows: 1, "aria-haspopup": "listbox", "aria-describedby": "hint", autocomplete: "off", enterkeyhint: "send",
      value: widget.passing.get().draft ?? "", oninput: () => this.#typed(),
    });
    this.send = h("button", { class: "icon-button send", "aria-label": t("send") }, icon("send"));
    this.hint = h("p", { class: "hint small", id: "hint" });
    this.error = h("p", { class: "failure small", role: "alert", hidden: true });
    this.element = h("form", { class: "composer", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), this.submit()) },
      list, this.error, h("div", { class: "field-box" }, this.field, this.send), this.hint);
    this.suggestions = new Combobox(this.field, list, {
      load: (text, signal) => this.#suggested(text, signal),
      option: (one) => marked(one.text, one.marks),
      pick: (one) => this.submit(one.text) && this.#empty(),
      found: (found) => found.length && widget.announce(t("suggested", { n: found.length })),
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.#typed();
  }

  /**
   * @param {string} text
   * @param {AbortSignal} signal
   * @returns {Promise<Suggested[]> | Suggested[]}
   */
  #suggested(text, signal) {
    if (text.length > LONGEST_SUGGESTED || text.includes("\n") || this.widget.conversation.withPerson) return [];
    const query = new URLSearchParams({ q: text, script: SCRIPTS[this.widget.language], limit: String(SUGGESTIONS) });
    return this.widget.api.json("GET", `/v1/suggestions?${query}`, { signal });
  }

  #typed() {
    const { value } = this.field;
    const { length } = [...value];
    this.widget.passing.set({ draft: value });
    this.grow();
    this.complain(length > LONGEST ? this.widget.t("tooLong", { limit: LONGEST }) : "");
    this.update();
  }

  /** Make the field as high as its text. */
  grow() {
    this.field.style.blockSize = "auto";
    if (this.field.scrollHeight) this.field.style.blockSize = `${Math.min(this.field.scrollHeight, HIGHEST)}px`;
  }

  /** Show whether a message can be sent now, to whom, and what to mind. */
  update() {
    const { length } = [...this.field.value];
    this.hint.textContent = length > COUNTED_FROM ? `${length} / ${LONGEST}` : this.widget.site.safety ?? "";
    const label = this.widget.t(this.widget.conversation.withPerson ? "write" : "ask");
    this.field.setAttribute("aria-label", label);
    this.field.placeholder = label;
    this.send.disabled = this.widget.busy || !this.#canSend(this.field.value);
  }

  /** @param {string} text */
  #canSend(text) {
    return Boolean(text.trim()) && [...text].length <= LONGEST;
  }

  /** @param {string} text */
  complain(text) {
    this.error.hidden = !text;
    if (this.error.textContent !== text) this.error.textContent = text;
    if (text) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /**
   * While an input method composes, Enter takes a word and sends nothing.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.submit();
  }

  /**
   * Send a text, or what was typed. Return false while that is not possible.
   * @param {string} [text]
   */
  submit(text = this.field.value) {
    if (this.widget.busy || !this.#canSend(text)) return false;
    this.suggestions.close();
    if (this.field.value === text) this.#empty();
    this.widget.ask(text.trim());
    return true;
  }

  /**
   * Send a question of the page. Where that is not possible now it waits in the field, unless something stands there.
   * @param {string} text
   */
  submitLater(text) {
    if (!this.submit(text) && !this.field.value) this.#put(text);
  }

  /**
   * Put back what the service refused, above what was typed since.
   * @param {string} text
   * @param {"long" | "refused"} kind
   */
  returned(text, kind) {
    this.#put([text, this.field.value].filter(Boolean).join("\n"));
    this.complain(this.widget.t(kind === "long" ? "tooLong" : "refused", { limit: LONGEST }));
  }

  #empty() {
    this.#put("");
  }

  /** @param {string} text */
  #put(text) {
    this.field.value = text;
    this.#typed();
  }
}
