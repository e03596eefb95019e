// As much of a document as shared/dom.js asks for, so that what is built can be read in node: see `outline`.

class Element {
  children = [];
  attributes = {};
  style = { setProperty: () => {} };

  constructor(name) {
    this.name = name;
  }

  append(...nodes) {
    this.children.push(...nodes);
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }

  addEventListener(name, listener) {
    this[`on${name}`] = listener;
  }

  get lastElementChild() {
    return this.children.findLast((one) => one instanceof Element) ?? null;
  }

  get textContent() {
    return this.children.map((one) => one.textContent ?? String(one)).join("");
  }

  /** All elements below, in order, of a name or for which a test holds. */
  all(wanted) {
    const test = typeof wanted === "string" ? (one) => one.name === wanted : wanted;
    return this.children.flatMap((one) => (one instanceof Element ? [...(test(one) ? [one] : []), ...one.all(wanted)] : []));
  }
}

const create = (name) => new Element(name);
globalThis.document = { createElement: create, createElementNS: (_, name) => create(name) };

/** Put what `h` takes as children into one element. */
export function placed(children) {
  const root = create("root");
  root.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return root;
}

const TRANSPARENT = ["bdi", "code", "span"];

/** An element's inside in one line: `ol(li(1 p(Open it) pre(x = 1)))`. What is hidden is left out. */
export function outline(element) {
  return element.children.filter((one) => !one.hidden).map((one) => {
    if (!(one instanceof Element)) return String(one);
    const inside = outline(one);
    return TRANSPARENT.includes(one.name) ? inside : `${one.name}${one.attributes.class === "note" ? ".note" : ""}(${inside})`;
  }).join(" ");
}
