import { bdi, h } from "./dom.js";
import { safeUrl } from "./url.js";

/**
 * Split a text at ranges [start, end), which count code points as Python does, not UTF-16 units. Every second piece is in a range.
 * @param {string} text
 * @param {[number, number][]} ranges  ascending, without overlap
 */
export function splitAt(text, ranges) {
  const characters = [...text];
  const edges = [0, ...ranges.flat(), characters.length];
  return edges.slice(1).map((end, place) => characters.slice(edges[place], end).join(""));
}

/**
 * Return a text with the ranges that match what was asked as <mark>.
 * @param {string} text
 * @param {[number, number][]} ranges
 */
export const marked = (text, ranges) => bdi(splitAt(text, ranges).map((piece, place) => (place % 2 ? h("mark", {}, piece) : piece)));

/**
 * Split a text at the web addresses in it. Every second piece is an address, without the punctuation that ends a sentence.
 * @param {string} text
 */
export function splitLinks(text) {
  const pieces = [];
  let place = 0;
  for (const found of text.matchAll(/https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/g)) {
    const address = found[0].replace(/[.,;:!?)'\]]+$/, "");
    if (!safeUrl(address, address)) continue;
    pieces.push(text.slice(place, found.index), address);
    place = found.index + address.length;
  }
  return [...pieces, text.slice(place)];
}

/**
 * Return a text with the web addresses in it as links.
 * @param {string} text
 */
export const linked = (text) => bdi(splitLinks(text).map((piece, place) => (place % 2 ? h("a", { href: safeUrl(piece, piece), target: "_blank", rel: "noopener noreferrer" }, piece) : piece)));

/**
 * Return lines of text as paragraphs; neighbouring lines that begin with "- " become a list. Two spaces in front of one, or of
 * a line without a dash, put it into the bullet above.
 * @param {string} text
 */
export function paragraphs(text) {
  const blocks = [];
  /** @type {HTMLElement[]} */
  let lists = []; // those that are open, the outermost first
  for (const line of text.split("\n").filter((one) => one.trim())) {
    const [, indent, dash, rest] = /** @type {string[]} */ (/^( *)(- )?([^]*)$/.exec(line));
    const depth = Math.min(indent.length >> 1, lists.length);
    const bullet = depth > 0 && lists[depth - 1].lastElementChild;
    if (dash) {
      lists.length = Math.min(lists.length, depth + 1);
      if (!lists[depth]) {
        lists.push(h("ul"));
        if (bullet) bullet.append(lists[depth]);
        else blocks.push(lists[depth]);
      }
      lists[depth].append(h("li", {}, linked(rest)));
    } else if (bullet) {
      lists.length = depth;
      bullet.append(h("p", {}, linked(rest)));
    } else {
      lists = [];
      blocks.push(h("p", {}, linked(line)));
    }
  }
  return blocks;
}
