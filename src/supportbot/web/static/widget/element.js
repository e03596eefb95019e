import { Widget } from "./widget.js";

/** The `<support-bot>` element. One on a page is alive; an element that the page wrote comes before the script's own. */
export class SupportBot extends HTMLElement {
  static observedAttributes = ["locale", "theme", "position"];
  /** @type {SupportBot | null} */
  static current = null;
  /** Whether the script made it. */
  automatic = false;
  /** @type {Widget | null} */
  widget = null;

  connectedCallback() {
    const { current } = SupportBot;
    if (current && current !== this) {
      if (!current.automatic) return;
      current.remove();
    }
    SupportBot.current = this;
    this.widget = new Widget(this);
    this.widget.start();
  }

  disconnectedCallback() {
    if (SupportBot.current !== this) return;
    SupportBot.current = null;
    this.widget?.end();
  }

  attributeChangedCallback() {
    if (SupportBot.current === this) this.widget?.rebuild();
  }
}
