// Index versions: which serves, back to an older one, what two answer otherwise, building a new one.

import { h } from "../shared/dom.js";
import { call, finished } from "./api.js";
import { confirmed } from "./dialog.js";
import { differenceTable } from "./differences.js";
import { fillWith, progressBar } from "./loading.js";
import { button, field, select } from "./parts.js";
import { number, problem, t } from "./texts.js";
import { toast } from "./toast.js";

/** @import { VersionOut } from "../shared/api.d.ts" */
/** @import { Place, View } from "./main.js" */

const COUNTS = /** @type {const} */ (["articles", "chunks", "questions"]);

/**
 * @param {Place} place
 * @returns {View}
 */
export function versionsView({ body, signal }) {
  const list = h("div", {});
  const compare = h("div", {});
  const force = h("input", { type: "checkbox", id: "force" });
  const built = h("div", { "aria-live": "polite" });
  const build = button(t("versions.reindex"), reindex, { class: "primary" });
  body.append(
    h("section", { class: "card stack" }, h("h2", {}, t("versions.list")), list),
    h("section", { class: "card stack" }, h("h2", {}, t("versions.reindex")), h("p", { class: "muted small" }, t("versions.reindex.why")),
      h("div", { class: "row" }, build, h("div", { class: "choice" }, force, h("label", { for: "force" }, t("versions.force")))), built),
    h("section", { class: "card stack" }, h("h2", {}, t("versions.compare")), h("p", { class: "muted small" }, t("versions.compare.why")), compare));

  const load = () => fillWith(list, async () => {
    const versions = (await call("/v1/admin/index", { signal })).reverse();
    compare.replaceChildren(comparison(versions, signal));
    return shown(versions);
  });

  /** @param {VersionOut[]} versions */
  function shown(versions) {
    const pinned = versions.some((one) => one.pinned);
    return [
      pinned && h("p", { class: "note" }, t("versions.pinned.why")),
      h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("versions.list") }, h("table", { class: "table" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("versions.name")), COUNTS.map((name) => h("th", { scope: "col", class: "figure" }, t(`versions.${name}`))), h("th", { scope: "col" }, t("actions")))),
        h("tbody", {}, versions.map((one) => h("tr", {},
          h("th", { scope: "row", class: "version-name" }, h("span", { class: "figures mono" }, one.name), " ",
            one.serving && h("span", { class: "badge accent" }, t("versions.serving")), one.pinned && h("span", { class: "badge warn" }, t("versions.pinned"))),
          COUNTS.map((name) => h("td", { class: "figure" }, number(one[name]))),
          h("td", {}, !one.serving && button(t("versions.roll"), () => roll(one.name), { class: "small", "aria-label": `${t("versions.roll")}: ${one.name}` }))))))),
    ];
  }

  /** @param {string} version */
  function roll(version) {
    confirmed(t("versions.roll.title", { version }), t("versions.roll.why"), t("versions.roll"), async () => {
      await call("/v1/admin/index/rollback", { body: { version } });
      toast(t("versions.rolled", { version }));
      load();
    });
  }

  async function reindex() {
    const bar = progressBar(t("versions.building"));
    build.disabled = true;
    built.replaceChildren(bar.element);
    try {
      const job = await call(`/v1/admin/reindex?force=${force.checked}`, { method: "POST", signal });
      const result = await finished(job, bar.show, signal);
      const counts = result.unchanged ? null : t("versions.built.counts", { added: result.added.length, changed: result.changed.length, removed: result.removed.length, embedded: result.embedded });
      built.replaceChildren(h("p", { class: "note plain" }, t(result.unchanged ? "versions.unchanged" : "versions.built", { version: result.version }), counts && h("span", { class: "small muted block" }, counts)));
      load();
    } catch (error) {
      if (error.name === "AbortError") return;
      built.replaceChildren(h("p", { class: "note danger" }, problem(error)));
    } finally {
      build.disabled = false;
    }
  }

  load();
  return {};
}

/**
 * Return the form that compares two versions, and what came of it.
 * @param {VersionOut[]} versions
 * @param {AbortSignal} signal
 */
function comparison(versions, signal) {
  if (versions.length < 2) return h("p", { class: "muted" }, t("versions.one"));
  const names = versions.map((one) => [one.name, one.name]);
  const result = h("div", { class: "stack", "aria-live": "polite" });
  const before = select(names, versions[1].name);
  const after = select(names, versions[0].name);
  const count = h("input", { class: "input", type: "number", min: 1, max: 5000, value: 300, inputmode: "numeric" });
  const go = h("button", { class: "button" }, t("versions.compare.go"));
  /** @param {Event} event */
  async function compare(event) {
    event.preventDefault();
    const bar = progressBar(t("versions.comparing"));
    go.disabled = true;
    result.replaceChildren(bar.element);
    try {
      const job = await call("/v1/admin/index/diff", { body: { before: before.value, after: after.value, questions: Number(count.value) || 1 }, signal });
      const found = await finished(job, bar.show, signal);
      const text = found.different ? t("versions.different", { asked: found.asked, n: found.different }) : t("versions.same", { asked: found.asked });
      result.replaceChildren(h("p", { class: "note plain" }, text), differenceTable(found.questions));
    } catch (error) {
      if (error.name !== "AbortError") result.replaceChildren(h("p", { class: "note danger" }, problem(error)));
    } finally {
      go.disabled = false;
    }
  }
  return h("form", { class: "stack", onsubmit: compare }, h("div", { class: "filters" },
    field(t("before"), before), field(t("after"), after), field(t("versions.count"), count), go), result);
}
