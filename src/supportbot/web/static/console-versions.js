// Index versions: which serves, back to an older one, what two answer otherwise, building a new one.

import { call, finished } from "./console-api.js";
import { button, field, h, select } from "./console-dom.js";
import { confirmed } from "./console-dialog.js";
import { differenceTable } from "./console-differences.js";
import { fillWith, progressBar } from "./console-load.js";
import { number, problem, t } from "./console-texts.js";
import { toast } from "./console-toast.js";

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

  function shown(versions) {
    const pinned = versions.some((one) => one.pinned);
    return [
      pinned && h("p", { class: "note" }, t("versions.pinned.why")),
      h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("versions.list") }, h("table", { class: "table" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("versions.name")), ["articles", "chunks", "questions"].map((name) => h("th", { scope: "col", class: "figure" }, t(`versions.${name}`))), h("th", { scope: "col" }, t("actions")))),
        h("tbody", {}, versions.map((one) => h("tr", {},
          h("th", { scope: "row", class: "version-name" }, h("span", { class: "figures mono" }, one.name), " ",
            one.serving && h("span", { class: "badge accent" }, t("versions.serving")), one.pinned && h("span", { class: "badge warn" }, t("versions.pinned"))),
          ["articles", "chunks", "questions"].map((name) => h("td", { class: "figure" }, number(one[name]))),
          h("td", {}, !one.serving && button(t("versions.roll"), () => roll(one.name), { class: "small", "aria-label": `${t("versions.roll")}: ${one.name}` }))))))),
    ];
  }

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

/** The form that compares two versions, and what came of it. */
function comparison(versions, signal) {
  if (versions.length < 2) return h("p", { class: "muted" }, t("versions.one"));
  const names = versions.map((one) => [one.name, one.name]);
  const result = h("div", { class: "stack", "aria-live": "polite" });
  let before, after, count;
  const go = h("button", { class: "button" }, t("versions.compare.go"));
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
    field(t("before"), (id) => (before = select(id, names, versions[1].name))),
    field(t("after"), (id) => (after = select(id, names, versions[0].name))),
    field(t("versions.count"), (id) => (count = h("input", { id, class: "input", type: "number", min: 1, max: 5000, value: 300, inputmode: "numeric" }))),
    go), result);
}
