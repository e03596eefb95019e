// Where the articles come from: the sources, what the last sync did, what the next one would do, syncing now.

import { bdi, h } from "../shared/dom.js";
import { call, finished } from "./api.js";
import { empty, fillWith, progressBar } from "./loading.js";
import { button } from "./parts.js";
import { planList, planSummary } from "./plan.js";
import { known, moment, number, problem, t } from "./texts.js";

/** @import { JobOut, SourceOut, SourcesOut } from "../shared/api.d.ts" */
/** @import { Place, View } from "./main.js" */

const EXAMPLE = `version: 1
sources:
  help:
    path: ../export/help
    prune: true
  site:
    url: https://help.example.com/sitemap.xml
    locales: [zh-tw]
`;

/**
 * @param {Place} place
 * @returns {View}
 */
export function sourcesView({ body, signal }) {
  const list = h("div", { class: "stack" });
  const last = h("section", { class: "card stack", hidden: true });
  const outcome = h("div", { class: "stack", "aria-live": "polite" });
  const plan = button(t("sources.plan"), () => start(true));
  const sync = button(t("sources.sync"), () => start(false), { class: "primary" });
  const act = h("section", { class: "card stack", hidden: true },
    h("h2", {}, t("sources.sync")), h("p", { class: "muted small" }, t("sources.why")), h("div", { class: "row" }, plan, sync), outcome);
  body.append(h("section", { class: "card stack" }, h("h2", {}, t("sources.list")), list), act, last);

  const load = () => fillWith(list, async () => {
    const found = /** @type {SourcesOut} */ (await call("/v1/admin/sources", { signal }));
    act.hidden = !found.sources.length;
    last.hidden = !found.last;
    if (found.last) last.replaceChildren(...lastSync(found.last));
    if (found.running && !plan.disabled) follow(found.running);
    return shown(found);
  });

  /** @param {boolean} planOnly */
  async function start(planOnly) {
    busy(true);
    try {
      await follow(await call("/v1/admin/sync", { body: { plan: planOnly }, signal }));
    } catch (error) {
      told(error);
    }
  }

  /**
   * Show the progress of a job, then what came of it.
   * @param {JobOut} job
   */
  async function follow(job) {
    const planOnly = job.kind === "sync.plan";
    const bar = progressBar(t(planOnly ? "sources.planning" : "sources.syncing"));
    busy(true);
    outcome.replaceChildren(bar.element);
    try {
      const result = await finished(job, bar.show, signal);
      const parts = planOnly ? planList(result, "h4") : [planSummary(result)]; // the rest of a sync is listed as the last one
      outcome.replaceChildren(h("h3", {}, t(planOnly ? "sources.plan.title" : "sources.done.title")), ...parts);
      busy(false);
      if (!planOnly) load();
    } catch (error) {
      told(error);
    }
  }

  /** @param {any} error */
  function told(error) {
    if (error.name === "AbortError") return;
    outcome.replaceChildren(h("p", { class: "note danger" }, problem(error)));
    busy(false);
    load();
  }

  /** @param {boolean} so */
  function busy(so) {
    plan.disabled = sync.disabled = so;
  }

  load();
  return {};
}

/** @param {SourcesOut} found */
function shown({ file, exists, error, minutes, sources }) {
  if (error) return [h("p", { class: "note danger" }, t("sources.invalid")), h("p", { class: "mono" }, bdi(error))];
  if (!sources.length) return [empty(t(exists ? "sources.none" : "sources.missing")), example(file)];
  return [
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": t("sources.list") }, h("table", { class: "table" },
      h("thead", {}, h("tr", {},
        h("th", { scope: "col" }, t("sources.name")), h("th", { scope: "col", class: "figure" }, t("versions.articles")),
        ["sources.last", "sources.changes", "sources.faults"].map((name) => h("th", { scope: "col" }, t(name))))),
      h("tbody", {}, sources.map(row)))),
    h("p", { class: "muted small" }, minutes ? t("sources.minutes", { n: minutes }) : t("sources.by.hand"), " ", h("span", { class: "mono" }, bdi(file))),
  ];
}

/** @param {SourceOut} source */
function row({ name, place, options, articles, run }) {
  const set = Object.entries(options).map(([key, value]) => `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`);
  return h("tr", {},
    h("th", { scope: "row" }, bdi(name), h("p", { class: "mono small muted" }, bdi(place)), set.length > 0 && h("p", { class: "small muted" }, bdi(set.join(" · ")))),
    h("td", { class: "figure" }, number(articles)),
    h("td", {}, run ? [h("span", { class: "figure" }, moment(run.at)), h("p", { class: "small muted" }, bdi(known("actor", run.actor)))] : t("sources.never")),
    h("td", {}, run && (run.read || run.complete) && badges(run.counts)),
    h("td", { class: "small" }, run && faults(run)));
}

/** @param {Record<string, number>} counts */
function badges(counts) {
  const told = Object.entries(counts).filter(([kind]) => kind !== "same");
  if (!told.length) return h("span", { class: "muted small" }, t("sources.unchanged"));
  return h("span", { class: "row tags" }, told.map(([kind, n]) => h("span", { class: `badge ${kind === "conflict" ? "danger" : ""}` }, `${known("change", kind)} ${number(n)}`)));
}

/** @param {{ read: number, complete: boolean, broken: string[], more_broken: number }} run */
function faults({ read, complete, broken, more_broken }) {
  if (broken.length) return h("details", {},
    h("summary", {}, t("sources.broken", { n: broken.length + more_broken })), h("ul", { class: "lines" }, broken.map((line) => h("li", {}, bdi(line)))));
  if (!complete && !read) return h("span", { class: "badge warn" }, t("sources.empty"));
  return h("span", { class: "muted" }, t("sources.fine"));
}

/** @param {string} file */
const example = (file) => h("div", { class: "stack" },
  h("p", {}, t("sources.how"), " ", h("span", { class: "mono" }, bdi(file))),
  h("pre", { class: "example mono", tabindex: "0", role: "region", "aria-label": t("sources.example") }, EXAMPLE));

/** @param {JobOut} job */
function lastSync(job) {
  const who = h("p", { class: "small muted" }, h("span", { class: "figure" }, moment(job.updated)), " · ", bdi(known("actor", job.actor)));
  return [h("h2", {}, t("sources.last")), who, ...(job.state === "failed" ? [h("p", { class: "note danger" }, bdi(job.result?.error ?? ""))] : planList(job.result, "h3"))];
}
