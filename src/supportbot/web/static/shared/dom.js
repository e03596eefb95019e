// Build elements. Text always becomes a text node: nothing here parses HTML.

/** @typedef {Node | string | number | false | null | undefined | Child[]} Child */
/** @typedef {{ [on: `on${string}`]: (event: any) => unknown, [name: string]: any }} Props */

/**
 * Return a new element. In `props`, `on…` adds a listener, `css` sets custom properties, `value` the value of a control, and
 * the rest are attributes: true gives an empty one; null, undefined and false give none.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export const h = (name, props, ...children) => filled(document.createElement(name), props, children);

/**
 * Return a new SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export const svg = (name, props, ...children) => filled(document.createElementNS("http://www.w3.org/2000/svg", name), props, children);

/**
 * @template {HTMLElement | SVGElement} E
 * @param {E} element
 * @param {Props | null | undefined} props
 * @param {Child[]} children
 * @returns {E}
 */
function filled(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "css") for (const [property, set] of Object.entries(value)) element.style.setProperty(property, set);
    else if (key === "value" && "value" in element) element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...nodes(children));
  return element;
}

/**
 * Return children as `append` takes them: flat, without null, undefined and false.
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
export const nodes = (children) => /** @type {any[]} */ (children).flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

/**
 * Return text from outside, isolated from the writing direction around it.
 * @param {Child} text
 * @param {Props} [props]
 */
export const bdi = (text, props) => h("bdi", props, text);

/**
 * Return a decorative icon of 24 by 24 units, drawn as one line.
 * @param {string} path  its `d` attribute
 */
export const glyph = (path) => svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }, svg("path", { d: path }));

let ids = 0;

/**
 * Return an id that no other element of this script has.
 * @param {string} kind
 */
export const freshId = (kind) => `${kind}-${++ids}`;
