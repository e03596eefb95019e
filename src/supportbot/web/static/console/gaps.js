// What the bot could not answer, in groups; making a group part of an article, and taking such changes back; labels.

import { bdi, h } from "../shared/dom.js";
import { call, withQuery } from "./api.js";
import { confirmed } from "./dialog.js";
import { download } from "./download.js";
import { labelButtons, labelList } from "./labels.js";
import { empty, fillWith } from "./loading.js";
import { button, field, outside, select, tabs } from "./parts.js";
import { openResolving } from "./resolve.js";
import { day, known, moment, number, t } from "./texts.js";
import { toast } from "./toast.js";

/** @import { AuditEntryOut, GroupOut } from "../shared/api.d.ts" */
/** @import { Place, View } from "./main.js" */

const PERIODS = ["7", "30", "90", "365"];
const REVERTIBLE = ["corpus.question", "corpus.pinned", "corpus.out_of_scope"];
const TABS = ["report", "changes", "labels"];
const MOST = 200;

/**
 * @param {Place} place
 * @returns {View}
 */
export function gapsView({ head, body, query, signal }) {
  let days = PERIODS.find((one) => one === query.get("days")) ?? "30";
  let tab = "";
  const panel = h("div", { class: "panel" });
  const period = field(t("days"), select(PERIODS.map((n) => [n, t("days.n", { n: Number(n) })]), days, (chosen) => { days = chosen; note(); }));
  period.classList.add("inline");
  const save = button(t("gaps.export"), () => download(save, withQuery("/v1/gaps.csv", { days }), "gaps"), {}, "download");
  head.append(h("div", { class: "row" }, period, save));

  /** The choice into the address, without a new entry in the history. */
  function note() {
    history.replaceState(null, "", withQuery("#/gaps", { days: days === "30" ? "" : days, tab: tab === "report" ? "" : tab }));
    panel.replaceChildren();
    load();
  }

  const load = () => fillWith(panel, { changes, labels: () => labelList(signal, load) }[tab] ?? report);

  async function report() {
    const groups = await call(withQuery("/v1/gaps", { days, limit: MOST }), { signal });
    const intro = h("p", { class: "muted small" }, t("gaps.intro"));
    return groups.length ? [intro, h("ol", { class: "groups" }, groups.map(groupCard))] : empty(t("gaps.empty"));
  }

  async function changes() {
    const found = await call("/v1/changes?limit=200", { signal });
    return found.length ? h("ol", { class: "groups" }, found.map(changeCard)) : empty(t("changes.empty"));
  }

  const resolve = (/** @type {GroupOut} */ group, /** @type {"add" | "out_of_scope"} */ kind) => openResolving(group, kind, load);

  /** @param {GroupOut} group */
  function groupCard(group) {
    const counts = /** @type {const} */ (["declined", "clarified", "disliked"]).filter((name) => group[name]);
    const others = group.questions.filter((text) => text !== group.question);
    return h("li", { class: "group card" },
      h("div", { class: "group-count" }, h("strong", { class: "figure" }, number(group.count)), h("span", { class: "small muted" }, t("count.times", { n: group.count }).replace(/^[\d,.\s]+/, ""))),
      h("div", { class: "group-body" },
        h("h2", { dir: "auto" }, bdi(group.question)),
        h("p", { class: "row tags" },
          counts.map((name) => h("span", { class: `badge ${{ declined: "danger", clarified: "warn", disliked: "" }[name]}` }, t(`count.${name}`, { n: group[name] }))),
          h("span", { class: "small muted figure" }, datesOf(group))),
        group.nearest && h("p", { class: "small" }, h("span", { class: "muted" }, t("nearest")), outside(`/articles/${encodeURIComponent(group.nearest.article_id)}`, bdi(group.nearest.title))),
        others.length > 0 && h("details", {}, h("summary", { class: "small" }, t("spellings", { n: group.questions.length })), h("ul", { class: "spellings" }, others.map((text) => h("li", {}, bdi(text))))),
        h("div", { class: "row" },
          button(t("resolve.add"), () => resolve(group, "add"), { class: "small" }, "add"),
          button(t("resolve.out_of_scope"), () => resolve(group, "out_of_scope"), { class: "small" }),
          button(t("resolve.dismiss"), () => dismiss(group), { class: "small quiet" })),
        labelButtons(group.question, group.nearest, "gap")));
  }

  /** @param {GroupOut} group */
  function dismiss(group) {
    const send = { action: "dismiss", question: group.question, also: group.questions.filter((text) => text !== group.question).slice(0, 100) };
    confirmed(t("resolve.dismiss.title"), t("resolve.dismiss.why", { n: group.questions.length }), t("resolve.dismiss"), async () => {
      await call("/v1/gaps/resolve", { body: send });
      toast(t("resolved.dismiss"));
      load();
    });
  }

  /** @param {AuditEntryOut} change */
  function changeCard(change) {
    const revertible = REVERTIBLE.includes(change.action) && change.detail.changed && !change.reverted;
    return h("li", { class: "group card" }, h("div", { class: "group-body" },
      h("p", { class: "row tags" }, h("span", { class: "badge accent" }, known("action", change.action)), change.reverted && h("span", { class: "badge" }, t("reverted")),
        h("span", { class: "small muted" }, bdi(change.actor), " · ", h("span", { class: "figure" }, moment(change.at)))),
      h("h2", { dir: "auto" }, bdi(String(change.detail.question ?? ""))),
      change.subject && h("p", { class: "small" }, outside(`/articles/${encodeURIComponent(change.subject)}`, bdi(change.subject))),
      revertible && h("div", { class: "row" }, button(t("revert"), () => confirmed(t("revert.title"), t("revert.why"), t("revert"), async () => {
        await call(`/v1/changes/${change.id}/revert`, { method: "POST" });
        toast(t("reverted"));
        load();
      }), { class: "small" }, "undo"))));
  }

  const first = TABS.find((one) => one === query.get("tab")) ?? "report";
  body.append(tabs(t("gaps"), TABS, first, panel, (name) => { tab = name; note(); }), panel);
  return { moved: null };
}

/** @param {GroupOut} group */
const datesOf = (group) => [...new Set([day(group.first), day(group.last)])].join(" – ");
