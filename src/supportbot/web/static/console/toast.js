// Short confirmations, seen and read out.

import { h } from "../shared/dom.js";

const SHOWN_MS = 4000;
const toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
const quiet = h("div", { class: "hidden-text", role: "log", "aria-live": "polite" });

/** The live regions of the page. */
export const liveRegions = [toasts, quiet];

/**
 * Confirm something; above the dialog that is open, since what is behind one is neither seen nor read out.
 * @param {string} text
 */
export function toast(text) {
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (toasts.parentElement !== place) place.append(toasts);
  const one = h("p", { class: "toast" }, h("bdi", {}, text));
  toasts.replaceChildren(one);
  setTimeout(() => one.remove(), SHOWN_MS);
}

/**
 * Have something read out that can be seen elsewhere.
 * @param {string} text
 */
export function announce(text) {
  quiet.replaceChildren(h("p", {}, text));
}
