// What happened over some days, in figures and plots.

import { h } from "../shared/dom.js";
import { call, withQuery } from "./api.js";
import { empty, fillWith } from "./loading.js";
import { field, select } from "./parts.js";
import { bars, figure, shareLine, stackedColumns, timeLines } from "./plots.js";
import { day, milliseconds, number, percent, t } from "./texts.js";

/** @import { Day, Statistics } from "../shared/api.d.ts" */
/** @import { Place, View } from "./main.js" */

const PERIODS = ["7", "30", "90"];
/** @typedef {Exclude<keyof Day, "day">} Count */

const OUTCOMES = /** @type {const} */ (["answered", "clarified", "declined"]);
const PERCENTILES = /** @type {const} */ (["p50", "p95"]);
const MOST_BARS = 10;

/**
 * @param {Place} place
 * @returns {View}
 */
export function statisticsView({ head, body, query, signal }) {
  let days = PERIODS.find((one) => one === query.get("days")) ?? "30";
  const period = field(t("days"), select(PERIODS.map((n) => [n, t("days.n", { n: Number(n) })]), days, (chosen) => {
    days = chosen;
    history.replaceState(null, "", withQuery("#/statistics", { days: days === "30" ? "" : days }));
    load();
  }));
  period.classList.add("inline");
  head.append(period);
  const load = () => fillWith(body, async () => shown(await call(withQuery("/v1/admin/statistics", { days }), { signal }), Number(days)));
  load();
  return { moved: null };
}

/**
 * @param {Statistics} found
 * @param {number} length  of the period, in days
 */
function shown(found, length) {
  const sum = (/** @type {Count} */ name) => found.days.reduce((total, one) => total + one[name], 0);
  const questions = sum("questions"), rated = sum("helpful") + sum("not_helpful");
  const share = (/** @type {number} */ count) => (questions ? t("of.questions", { share: percent(count / questions) }) : "");
  const every = everyDay(found.days, length);
  const names = every.map((one) => one.day);
  const ratings = every.map((one) => (one.helpful + one.not_helpful ? one.helpful / (one.helpful + one.not_helpful) : null));
  const series = OUTCOMES.map((name) => ({ name, label: t(`tile.${name}`), values: every.map((one) => one[name]) }));
  const rows = found.days.map((one) => [day(one.day), number(one.questions), ...OUTCOMES.map((name) => number(one[name])), number(one.handed_over)]);
  const ratingRows = found.days.filter((one) => one.helpful + one.not_helpful).map((one) => [day(one.day), percent(one.helpful / (one.helpful + one.not_helpful)), number(one.helpful + one.not_helpful)]);
  const handed = found.days.filter((one) => one.handed_over).map((one) => [day(one.day), number(one.handed_over)]);
  const speeds = new Map(found.speed.map((one) => [one.day, one]));
  const times = PERCENTILES.map((name) => ({ name, label: t(`tile.${name}`), values: names.map((one) => speeds.get(one)?.[name] ?? null) }));
  /** @type {[string, number][]} */
  const asked = found.questions.slice(0, MOST_BARS).map((one) => [one.question, one.count]);
  /** @type {[string, number][]} */
  const articles = found.articles.slice(0, MOST_BARS).map((one) => [one.title, one.answers]);
  /** @type {[string, number][]} */
  const votes = found.votes.slice(0, MOST_BARS).map((one) => [one.title, one.not_helpful]);
  const plain = (/** @type {[string, number][]} */ list) => list.map(([name, value]) => [name, number(value)]);
  return [
    h("dl", { class: "tiles" },
      tile("questions", number(questions), `${t("tile.conversations")} ${number(sum("conversations"))}`),
      ...OUTCOMES.map((name) => tile(name, number(sum(name)), share(sum(name)))),
      tile("handed_over", number(sum("handed_over")), share(sum("handed_over"))),
      tile("helpful", rated ? percent(sum("helpful") / rated) : "–", t("tile.helpful.n", { n: rated })),
      tile("p50", found.milliseconds_p50 === null ? "–" : milliseconds(found.milliseconds_p50)),
      tile("p95", found.milliseconds_p95 === null ? "–" : milliseconds(found.milliseconds_p95))),
    h("div", { class: "plots" },
      figure(t("plot.outcomes"), rows.length && stackedColumns(t("plot.outcomes"), names, series), [t("day"), t("tile.questions"), ...OUTCOMES.map((name) => t(`tile.${name}`)), t("tile.handed_over")], rows),
      ratingRows.length
        ? figure(t("plot.helpful"), shareLine(t("plot.helpful"), names, ratings), [t("day"), t("share"), t("tile.helpful")], ratingRows)
        : h("figure", { class: "card plot" }, h("figcaption", {}, h("h2", {}, t("plot.helpful"))), empty(t("plot.unrated"))),
      figure(t("plot.handed_over"), handed.length && stackedColumns(t("plot.handed_over"), names, [{ name: "handed_over", label: t("tile.handed_over"), values: every.map((one) => one.handed_over) }]), [t("day"), t("tile.handed_over")], handed),
      figure(t("plot.speed"), found.speed.length && timeLines(t("plot.speed"), names, times), [t("day"), ...times.map(({ label }) => label)], found.speed.map((one) => [day(one.day), ...PERCENTILES.map((name) => milliseconds(one[name]))])),
      figure(t("plot.articles"), bars(articles), [t("article"), t("answers")], plain(articles)),
      figure(t("plot.questions"), bars(asked), [t("question"), t("times")], plain(asked)),
      figure(t("plot.votes"), bars(votes), [t("article"), t("tile.helpful"), t("votes.not")], found.votes.map((one) => [one.title, number(one.helpful), number(one.not_helpful)]))),
  ];
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} [more]
 */
const tile = (name, value, more = "") => h("div", { class: "tile card" }, h("dt", { class: "small muted" }, t(`tile.${name}`)), h("dd", {}, h("strong", { class: "figure" }, value), h("span", { class: "small muted" }, more)));

/**
 * Return every day of the period, those on which nothing happened as well; days are those of UTC.
 * @param {Day[]} days
 * @param {number} length
 * @returns {Day[]}
 */
function everyDay(days, length) {
  const known = new Map(days.map((one) => [one.day, one]));
  const today = Date.now();
  return Array.from({ length }, (_, place) => {
    const name = new Date(today - (length - 1 - place) * 86_400_000).toISOString().slice(0, 10);
    return known.get(name) ?? { day: name, questions: 0, conversations: 0, answered: 0, clarified: 0, declined: 0, handed_over: 0, helpful: 0, not_helpful: 0 };
  });
}
