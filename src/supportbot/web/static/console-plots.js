// Plots as plain SVG: columns stacked by day, a line, bars. Each comes with its table.

import { h, s, said } from "./console-dom.js";
import { empty } from "./console-load.js";
import { day, milliseconds, number, percent, t } from "./console-texts.js";

const HIGH = 220, LEFT = 40, BELOW = 24, ABOVE = 10;
const SHORT = { month: "numeric", day: "numeric" };

/** A plot in its frame, with the numbers as a table below. `rows` are arrays, the first column names the row. */
export function figure(title, plot, columns, rows) {
  return h("figure", { class: "card plot" },
    h("figcaption", {}, h("h2", {}, title)),
    rows.length ? [plot, h("details", {}, h("summary", { class: "small" }, t("plot.table")), h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": title }, table(columns, rows)))] : empty(t("plot.none")));
}

function table(columns, rows) {
  return h("table", { class: "table" },
    h("thead", {}, h("tr", {}, columns.map((name, place) => h("th", { scope: "col", class: place ? "figure" : "" }, name)))),
    h("tbody", {}, rows.map(([name, ...values]) => h("tr", {}, h("th", { scope: "row" }, said(name)), values.map((value) => h("td", { class: "figure" }, value))))));
}

/** Round steps for an axis up to `most`, three or so. */
function ticks(most) {
  const rough = Math.max(1, most / 3);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, place) => place * step);
}

/** Units of the drawing: about as many as pixels, so that its words are as large as others. */
const width = () => (innerWidth < 720 ? 340 : 560);

/** The drawing with its axes; `draw(x, y, width)` gives the marks. */
function axes(label, days, marks, format, draw) {
  const wide = width();
  const top = marks.at(-1);
  const step = (wide - LEFT - 8) / days.length;
  const x = (place) => LEFT + (place + 0.5) * step;
  const y = (value) => ABOVE + (1 - value / top) * (HIGH - ABOVE - BELOW);
  const every = Math.ceil(days.length / (wide / 70));
  return s("svg", { viewBox: `0 0 ${wide} ${HIGH}`, role: "img", "aria-label": label, class: "chart" },
    marks.map((value) => [
      s("line", { x1: LEFT, x2: wide - 8, y1: y(value), y2: y(value), class: "grid" }),
      s("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, format(value))]),
    days.map((one, place) => (days.length - 1 - place) % every === 0 && s("text", { x: x(place), y: HIGH - 6, "text-anchor": "middle" }, day(one, SHORT))),
    draw(x, y, step));
}

/** Columns by day, `series` stacked from below: [{name, label, values}]. Patterns tell them apart without hue. */
export function stackedColumns(label, days, series) {
  const totals = days.map((_, place) => series.reduce((sum, one) => sum + one.values[place], 0));
  const chart = axes(label, days, ticks(Math.max(...totals)), number, (x, y, step) => {
    const wide = Math.min(36, step * 0.72);
    return days.map((one, place) => {
      let below = 0;
      const parts = series.map(({ name, label: what, values }) => {
        const value = values[place];
        if (!value) return null;
        const rect = s("rect", { x: x(place) - wide / 2, width: wide, y: y(below + value), height: Math.max(0, y(below) - y(below + value)), class: `series ${name}`, fill: `url(#pattern-${name})` },
          s("title", {}, `${day(one)} · ${what}: ${number(value)}`));
        below += value;
        return rect;
      });
      return s("g", {}, parts);
    });
  });
  chart.prepend(s("defs", {}, series.map(({ name }) => pattern(name))));
  return h("div", {}, legend(series), chart);
}

/** What tells the outcomes apart: full, stripes rising, stripes falling, dots. */
const PATTERNS = {
  answered: null,
  clarified: { d: "M-1 7 7 -1M-1 1 1 -1M5 7 7 5" },
  declined: { d: "M0 3H6" },
  handed_over: { d: "M3 0V6M0 3H6" },
};

function pattern(name) {
  const lines = PATTERNS[name];
  return s("pattern", { id: `pattern-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
    s("rect", { width: 6, height: 6, class: `ground ${name}` }),
    lines && s("path", { d: lines.d, class: `lines ${name}` }));
}

function legend(series) {
  return h("ul", { class: "legend small" }, series.map(({ name, label }) => h("li", {},
    s("svg", { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" }, s("rect", { x: 0.5, y: 0.5, width: 13, height: 13, fill: `url(#pattern-${name})`, class: `series ${name}` })), label)));
}

/** A line through the days that have a value; shares from 0 to 1. */
export const shareLine = (label, days, shares) =>
  axes(label, days, [0, 0.5, 1], (value) => percent(value), (x, y) => line({ values: shares, says: (share) => percent(share) }, days, x, y));

/** Lines of milliseconds by day, `series` as in `stackedColumns`, null where nothing was answered; the second is dashed. */
export function timeLines(label, days, series) {
  const most = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const chart = axes(label, days, ticks(most), number, (x, y) => series.map(({ name, label: what, values }) =>
    line({ name, values, says: (value) => `${what}: ${milliseconds(value)}` }, days, x, y)));
  const names = series.map(({ name, label: what }) => h("li", {},
    s("svg", { viewBox: "0 0 28 14", width: 28, height: 14, "aria-hidden": "true" }, s("line", { x1: 1, x2: 27, y1: 7, y2: 7, class: `line ${name}` })), what));
  return h("div", {}, h("ul", { class: "legend small" }, names), chart);
}

function line({ name = "", values, says }, days, x, y) {
  const points = values.map((value, place) => (value === null ? null : [x(place), y(value), place])).filter(Boolean);
  return [
    s("polyline", { points: points.map(([left, top]) => `${left},${top}`).join(" "), class: `line ${name}` }),
    points.map(([left, top, place]) => s("circle", { cx: left, cy: top, r: 4, class: "point" }, s("title", {}, `${day(days[place])}: ${says(values[place])}`))),
  ];
}

/** Bars with names, the longest first: [[name, value]]. */
export function bars(rows) {
  const most = Math.max(...rows.map(([, value]) => value), 1);
  return h("ol", { class: "bars" }, rows.map(([name, value]) => h("li", {}, h("span", { class: "bar-name" }, said(name)),
    h("span", { class: "bar-track", "aria-hidden": "true", css: { "--share": value / most } }), h("span", { class: "figure" }, number(value)))));
}
