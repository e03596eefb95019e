// Loading what a part of the page shows: a quiet sign meanwhile, plain words and another try when it fails.

import { h, nodes } from "../shared/dom.js";
import { button } from "./parts.js";
import { problem, t } from "./texts.js";

/** @import { ApiError } from "./api.js" */

/** Return the sign that something is under way. */
export const loading = () => h("p", { class: "loading muted", role: "status" }, h("span", { class: "spinner", "aria-hidden": "true" }), t("loading"));

const latest = new WeakMap();

/**
 * Fill an element with what `make()` gives once it is there. What stands there stays meanwhile, dimmed. Of several calls for
 * one element the last counts, whichever is done first.
 * @param {HTMLElement} place
 * @param {() => Promise<any>} make
 */
export async function fillWith(place, make) {
  const mine = {};
  latest.set(place, mine);
  const overtaken = () => latest.get(place) !== mine;
  if (place.childElementCount) place.classList.add("stale");
  else place.append(loading());
  try {
    const made = await make();
    if (overtaken()) return;
    place.replaceChildren(...nodes([made]));
  } catch (error) {
    if (error.name === "AbortError" || overtaken()) return;
    if (!(error.status >= 0)) throw error;
    place.replaceChildren(failed(error, () => { place.replaceChildren(); fillWith(place, make); }));
  } finally {
    if (!overtaken()) place.classList.remove("stale");
  }
}

/**
 * Return what went wrong, with another try.
 * @param {ApiError} error
 * @param {() => void} again
 */
export const failed = (error, again) => h("div", { class: "note danger row", role: "alert" }, h("span", {}, problem(error)), button(t("try.again"), again, { class: "small" }));

/**
 * Return a helpful sentence for where nothing is.
 * @param {string} text
 */
export const empty = (text) => h("p", { class: "empty muted" }, text);

/**
 * Return a progress bar; `show(done, total)` moves it; with a total of 0, which is not known, only `done` is told.
 * @param {string} label
 */
export function progressBar(label) {
  const progress = h("progress", { "aria-label": label, max: 1 });
  const text = h("p", { class: "small muted" }, label);
  const element = h("div", { class: "progress", role: "status" }, progress, text);
  return {
    element,
    /**
     * @param {number} done
     * @param {number} total
     */
    show(done, total) {
      if (!total) return void (done && (text.textContent = t("progress.so.far", { label, done })));
      progress.max = total;
      progress.value = done;
      text.textContent = t("progress", { label, done, total });
    },
  };
}
