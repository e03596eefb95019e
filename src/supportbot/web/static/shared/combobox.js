import { h } from "./dom.js";

const WAIT_MS = 120;

/**
 * Suggestions below a text field, by the ARIA combobox pattern: the arrow keys move, Enter picks, Escape closes, the focus
 * stays in the field. A look-up that fails suggests nothing.
 * @template T
 */
export class Combobox {
  /** @type {T[]} */
  #found = [];
  #active = -1;
  #timer = 0;
  #request = new AbortController();

  /**
   * @param {HTMLInputElement | HTMLTextAreaElement} field
   * @param {HTMLElement} list  an element of role "listbox" with an id
   * @param {object} source
   * @param {(text: string, signal: AbortSignal) => Promise<T[]> | T[]} source.load  what to suggest for a text
   * @param {(one: T) => import("./dom.js").Child} source.option  what to show of a suggestion
   * @param {(one: T) => void} source.pick
   * @param {(found: T[]) => void} [source.found]  called with what was loaded
   * @param {boolean} [source.autoselect]  whether the first suggestion is the active one at once
   */
  constructor(field, list, source) {
    this.field = field;
    this.list = list;
    this.source = source;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    // While an input method composes, the text is half a word; `compositionend` follows.
    field.addEventListener("input", (event) => /** @type {InputEvent} */ (event).isComposing || this.#later());
    field.addEventListener("compositionend", () => this.#later());
    field.addEventListener("blur", () => this.close());
    field.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
    this.close();
  }

  close() {
    this.#stop();
    this.#show([]);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#request.abort();
  }

  #later() {
    this.#stop();
    if (!this.field.value.trim()) return this.close();
    if (!this.source.autoselect) this.#activate(-1); // what was chosen is not what is being typed now
    this.#timer = setTimeout(() => this.#load(), WAIT_MS);
  }

  async #load() {
    this.#stop();
    const { signal } = (this.#request = new AbortController());
    const text = this.field.value.trim();
    /** @type {T[] | null} */
    let found = null;
    try {
      found = text ? await this.source.load(text, signal) : [];
    } catch { /* what was typed can still be sent */ }
    if (signal.aborted || !this.field.matches(":focus")) return;
    this.#show(found ?? []);
    if (found && text) this.source.found?.(found);
  }

  /** @param {T[]} found */
  #show(found) {
    this.#found = found;
    this.list.replaceChildren(...found.map((one, place) => h("li", {
      role: "option", id: `${this.list.id}-${place}`,
      onmousedown: (/** @type {Event} */ event) => event.preventDefault(), // the field keeps the focus
      onclick: () => this.#pick(place),
    }, this.source.option(one))));
    this.list.hidden = !found.length;
    if (this.field.getAttribute("role") === "combobox") this.field.setAttribute("aria-expanded", String(found.length > 0));
    this.#activate(found.length && this.source.autoselect ? 0 : -1);
  }

  /** @param {number} place */
  #activate(place) {
    this.#active = place;
    [...this.list.children].forEach((option, other) => option.setAttribute("aria-selected", String(other === place)));
    const option = this.list.children[place];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {number} place */
  #pick(place) {
    const one = this.#found[place];
    this.close();
    this.source.pick(one);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing || event.keyCode === 229) return; // 229: Safari's sign of an input method
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.#load();
      return;
    }
    if (step) {
      const field = this.source.autoselect ? 0 : 1; // without a first choice the field itself is one of the places
      const places = this.#found.length + field;
      this.#activate(((this.#active + field + step + places) % places) - field);
    } else if (event.key === "Enter" && this.#active >= 0) {
      this.#pick(this.#active);
    } else if (event.key === "Escape") {
      event.stopPropagation(); // what is around the field stays open
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }
}
