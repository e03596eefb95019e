// Parts that the views share.

import { freshId, h } from "../shared/dom.js";
import { tabList } from "../shared/tabs.js";
import { safeUrl } from "../shared/url.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/** @import { Child, Props } from "../shared/dom.js" */
/** @import { Icon } from "./icons.js" */

/**
 * Return text with its line breaks, in its own writing direction.
 * @param {string} text
 */
export const plain = (text) => h("p", { class: "said", dir: "auto" }, text);

/**
 * Return a link that opens beside the console; only the label where the address is not safe.
 * @param {string} address
 * @param {Child} label
 * @param {Props} [props]
 */
export function outside(address, label, props) {
  const href = safeUrl(address, location.href);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer", ...props }, label) : h("span", props, label);
}

/**
 * Return a button with words.
 * @param {Child} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {Props} [props]
 * @param {Icon | null} [picture]
 */
export function button(label, onclick, props = {}, picture = null) {
  const { class: more = "", ...rest } = props;
  return h("button", { type: "button", class: `button ${more}`, onclick, ...rest }, picture && icon(picture), label);
}

/**
 * Return a control with its label.
 * @param {string} label
 * @param {HTMLElement} content  the control, or what holds it
 * @param {string} [hint]
 */
export function field(label, content, hint) {
  const control = /** @type {HTMLElement} */ (content.matches("input, select, textarea") ? content : content.querySelector("input"));
  control.id ||= freshId("field");
  if (hint) control.setAttribute("aria-describedby", `${control.id}-hint`);
  return h("div", { class: "field" }, h("label", { for: control.id, class: "label" }, label), content, hint && h("p", { id: `${control.id}-hint`, class: "hint" }, hint));
}

/**
 * Return a drop-down list.
 * @param {string[][]} options  values and labels
 * @param {string} chosen
 * @param {(value: string) => void} [onchange]
 */
export function select(options, chosen, onchange) {
  const list = h("select", { class: "select", onchange: () => { onchange?.(list.value); } }, options.map(([value, label]) => h("option", { value }, label)));
  list.value = chosen;
  return list;
}

/** Return a place that says what went wrong: `say(text)` shows it, an empty text hides it. */
export function errorNote() {
  const element = h("p", { class: "note danger", role: "alert", hidden: true });
  const say = (/** @type {string} */ text) => {
    element.textContent = text;
    element.hidden = !text;
  };
  return { element, say };
}

/**
 * Return tabs above one panel. `show(name)` fills it, now and whenever a tab is chosen.
 * @param {string} label
 * @param {string[]} names  the keys of their texts
 * @param {string} chosen
 * @param {HTMLElement} panel
 * @param {(name: string) => void} show
 */
export function tabs(label, names, chosen, panel, show) {
  panel.id ||= freshId("panel");
  panel.setAttribute("role", "tabpanel");
  const buttons = names.map((name) => h("button", { type: "button", role: "tab", id: `${panel.id}-${name}`, "aria-controls": panel.id }, t(name)));
  const select = tabList(buttons, (place) => {
    panel.setAttribute("aria-labelledby", buttons[place].id);
    show(names[place]);
  });
  select(names.indexOf(chosen));
  return h("div", { class: "tabs", role: "tablist", "aria-label": label }, buttons);
}

/**
 * Return a share from 0 to 1 as a bar with its figure.
 * @param {number} share
 * @param {Child} label
 * @param {string} figure
 */
export function bar(share, label, figure) {
  return h("span", { class: "bar" },
    label && h("span", { class: "bar-label" }, label),
    h("span", { class: "bar-track", "aria-hidden": "true", css: { "--share": Math.max(0, Math.min(1, share)) } }),
    h("span", { class: "figure" }, figure));
}
