// Building the page. Text always becomes a text node: nothing here reads HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with properties and children: `on…` listens, `css` sets custom properties, the rest are attributes. */
export function h(name, props, ...children) {
  return filled(document.createElement(name), props, children);
}

/** The same for SVG. */
export function s(name, props, ...children) {
  return filled(document.createElementNS(SVG, name), props, children);
}

function filled(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "css") for (const [property, set] of Object.entries(value)) element.style.setProperty(property, set);
    else if (key === "value" && "value" in element) element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Text that somebody outside wrote, kept from turning the direction of what stands around it. */
export const said = (text, props) => h("bdi", props, text);

/** Paragraphs of such text, line breaks kept by the style sheet. */
export const paragraphs = (text) => h("p", { class: "said", dir: "auto" }, text);

/** Text with the ranges that matched marked; ranges count characters as Python does, by code point. */
export function marked(text, marks) {
  const characters = Array.from(text);
  const parts = [];
  let place = 0;
  for (const [start, end] of marks) {
    parts.push(characters.slice(place, start).join(""), h("mark", {}, characters.slice(start, end).join("")));
    place = end;
  }
  parts.push(characters.slice(place).join(""));
  return h("p", { class: "said", dir: "auto" }, parts);
}

/** An address that may be a link: http(s) or one of this site; null for any other. */
export function safeAddress(address) {
  if (/^\/(?![/\\])/.test(address)) return new URL(address, location.origin).href;
  return /^https?:\/\//i.test(address) ? address : null;
}

/** A link that opens beside the console. */
export function outside(address, label, props) {
  const href = safeAddress(address);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer", ...props }, label) : h("span", props, label);
}

const ICONS = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
  queue: "M4 5h16v11H9l-5 4ZM8 9h8M8 12.5h5",
  gaps: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM9.6 9.4a2.5 2.5 0 1 1 3.3 2.7c-.7.3-.9.7-.9 1.6M12 16.6v.2",
  statistics: "M4 20h16M7 17v-5M12 17V7M17 17v-8",
  versions: "M12 4 4 8l8 4 8-4ZM4 12l8 4 8-4M4 16l8 4 8-4",
  settings: "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M13 5v4M7 10v4M13 15v4",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "m6 6 12 12M18 6 6 18",
  copy: "M9 9h10v11H9ZM5 15V4h10",
  open: "M13 4h7v7M20 4l-9 9M18 14v6H4V6h6",
  back: "m14 6-6 6 6 6",
  keys: "M3 7h18v10H3ZM7 10.5h.1M12 10.5h.1M17 10.5h.1M8 14h8",
  out: "M10 5H5v14h5M15 8l4 4-4 4M19 12H9",
  send: "M4 12 20 4l-5 16-3.5-6.5Z",
  add: "M12 5v14M5 12h14",
  up: "M12 19V6M6.5 11.5 12 6l5.5 5.5",
  down: "M12 5v13M6.5 12.5 12 18l5.5-5.5",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  undo: "M8 6 4 10l4 4M4 10h10a5.5 5.5 0 0 1 0 11H9",
  quote: "M5 4h9l5 5v11H5ZM14 4v5h5M8 13h8M8 16.5h5",
  person: "M12 4a3.8 3.8 0 1 0 0 7.6A3.8 3.8 0 0 0 12 4ZM5 20c.6-3.6 3.4-5.6 7-5.6s6.4 2 7 5.6",
  check: "m5 12.5 4.5 4.5L19 7.5",
};

/** An icon; the words beside it say what it means. */
export function icon(name) {
  return s("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }, s("path", { d: ICONS[name] }));
}

/** A button with words; more properties as in `h`. */
export function button(label, onclick, props = {}, picture = null) {
  const { class: more = "", ...rest } = props;
  return h("button", { type: "button", class: `button ${more}`, onclick, ...rest }, picture && icon(picture), label);
}

let names = 0;

/** An id that no other element has. */
export const freshId = (kind) => `${kind}-${++names}`;

/** A labelled control; `make(id)` gives it. */
export function field(label, make, hint = null) {
  const id = freshId("field");
  const control = make(id);
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { for: id, class: "label" }, label), control, hint && h("p", { id: `${id}-hint`, class: "hint" }, hint));
}

/** A drop-down of [value, label] pairs. */
export function select(id, options, chosen, onchange) {
  const list = h("select", { id, class: "select", onchange: () => onchange?.(list.value) }, options.map(([value, label]) => h("option", { value }, label)));
  list.value = chosen;
  return list;
}

/** Tabs above one panel; `tabs` are [name, label], `choose(name)` fills it. Left and right move, as in other tab lists. */
export function tabList(label, tabs, chosen, panel, choose) {
  panel.id ||= freshId("panel");
  panel.setAttribute("role", "tabpanel");
  const buttons = tabs.map(([name, text]) => h("button", {
    type: "button", role: "tab", id: `${panel.id}-${name}`, "aria-controls": panel.id, onclick: () => pick(name),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(tabs.findIndex(([one]) => one === name) + step + tabs.length) % tabs.length][0];
      pick(next);
      document.getElementById(`${panel.id}-${next}`).focus();
    },
  }, text));
  function show(name) {
    buttons.forEach((tab, place) => {
      const selected = tabs[place][0] === name;
      tab.setAttribute("aria-selected", selected);
      tab.tabIndex = selected ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", `${panel.id}-${name}`);
  }
  function pick(name) {
    show(name);
    choose(name);
  }
  show(chosen);
  return h("div", { class: "tabs", role: "tablist", "aria-label": label }, buttons);
}

/** A share from 0 to 1 as a bar with its figure. */
export function bar(share, label, figure) {
  return h("span", { class: "bar" },
    label && h("span", { class: "bar-label" }, label),
    h("span", { class: "bar-track", "aria-hidden": "true", css: { "--share": Math.max(0, Math.min(1, share)) } }),
    h("span", { class: "figure" }, figure));
}
