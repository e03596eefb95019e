// Loading what a part of the page shows: a quiet sign meanwhile, plain words and another try when it fails.

import { button, h } from "./console-dom.js";
import { problem, t } from "./console-texts.js";

/** The sign that something is under way. */
export const loading = () => h("p", { class: "loading muted", role: "status" }, h("span", { class: "spinner", "aria-hidden": "true" }), t("loading"));

const latest = new WeakMap();

/** Fill `place` with what `make()` gives once it is there. What stands there stays meanwhile, dimmed. Of several calls
    for one place the last one counts, whichever comes first. */
export async function fillWith(place, make) {
  const mine = {};
  latest.set(place, mine);
  const overtaken = () => latest.get(place) !== mine;
  if (place.childElementCount) place.classList.add("stale");
  else place.append(loading());
  try {
    const made = await make();
    if (overtaken()) return;
    place.replaceChildren(...[made].flat().filter(Boolean));
  } catch (error) {
    if (error.name === "AbortError" || overtaken()) return;
    if (!(error.status >= 0)) throw error;
    place.replaceChildren(failed(error, () => { place.replaceChildren(); fillWith(place, make); }));
  } finally {
    if (!overtaken()) place.classList.remove("stale");
  }
}

/** What went wrong, with another try. */
export const failed = (error, again) => h("div", { class: "note danger row", role: "alert" }, h("span", {}, problem(error)), button(t("try.again"), again, { class: "small" }));

/** A helpful sentence where nothing is. */
export const empty = (text) => h("p", { class: "empty muted" }, text);

/** A progress bar; `show(done, total)` moves it. */
export function progressBar(label) {
  const progress = h("progress", { "aria-label": label, max: 1 });
  const text = h("p", { class: "small muted" }, label);
  const element = h("div", { class: "progress", role: "status" }, progress, text);
  return {
    element,
    show(done, total) {
      if (!total) return;
      progress.max = total;
      progress.value = done;
      text.textContent = t("progress", { label, done, total });
    },
  };
}
