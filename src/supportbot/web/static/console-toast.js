// Short confirmations, seen and read out.

import { h } from "./console-dom.js";

const SHOWN_MS = 4000;
let toasts = null;
let quiet = null;

/** The live regions; put into the page once. */
export function announcer() {
  toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  quiet = h("div", { class: "hidden-text", role: "log", "aria-live": "polite" });
  return [toasts, quiet];
}

/** Confirm something; above the dialog that is open, since what is behind one is neither seen nor read out. */
export function toast(text) {
  const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (toasts && toasts.parentElement !== place) place.append(toasts);
  const one = h("p", { class: "toast" }, h("bdi", {}, text));
  toasts?.replaceChildren(one);
  setTimeout(() => one.remove(), SHOWN_MS);
}

/** Have something read out that can be seen elsewhere. */
export function announce(text) {
  quiet?.replaceChildren(h("p", {}, text));
}
