// Plots as plain SVG: columns stacked by day, a line, bars. Each comes with its table.

import { bdi, h, svg } from "../shared/dom.js";
import { empty } from "./loading.js";
import { day, milliseconds, number, percent, t } from "./texts.js";

const HIGH = 220, LEFT = 40, BELOW = 24, ABOVE = 10;
const SHORT = /** @type {Intl.DateTimeFormatOptions} */ ({ month: "numeric", day: "numeric" });

/** @import { Child } from "../shared/dom.js" */

/**
 * What is drawn: a value for each day, null where there is none.
 * @typedef {{ name: string, label: string, values: (number | null)[] }} Series
 * @typedef {(value: number) => number} Scale  from a value, or the place of a day, to units of the drawing
 */

/**
 * Return a plot in its frame, with the numbers as a table below.
 * @param {string} title
 * @param {Child} plot
 * @param {string[]} columns  their names
 * @param {string[][]} rows  whose first column is a name
 */
export function figure(title, plot, columns, rows) {
  return h("figure", { class: "card plot" },
    h("figcaption", {}, h("h2", {}, title)),
    rows.length ? [plot, h("details", {}, h("summary", { class: "small" }, t("plot.table")), h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": title }, table(columns, rows)))] : empty(t("plot.none")));
}

/**
 * @param {string[]} columns
 * @param {string[][]} rows
 */
function table(columns, rows) {
  return h("table", { class: "table" },
    h("thead", {}, h("tr", {}, columns.map((name, place) => h("th", { scope: "col", class: place ? "figure" : "" }, name)))),
    h("tbody", {}, rows.map(([name, ...values]) => h("tr", {}, h("th", { scope: "row" }, bdi(name)), values.map((value) => h("td", { class: "figure" }, value))))));
}

/**
 * Return round steps for an axis, three or so.
 * @param {number} most
 */
function ticks(most) {
  const rough = Math.max(1, most / 3);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, place) => place * step);
}

/** Units of the drawing: about as many as pixels, so that its words are as large as others. */
const width = () => (innerWidth < 720 ? 340 : 560);

/**
 * Return the drawing with its axes.
 * @param {string} label
 * @param {string[]} days
 * @param {number[]} marks  of the upright axis
 * @param {(mark: number) => string} format
 * @param {(x: Scale, y: Scale, step: number) => Child} draw  returns what is drawn
 */
function axes(label, days, marks, format, draw) {
  const wide = width();
  const top = marks[marks.length - 1];
  const step = (wide - LEFT - 8) / days.length;
  /** @type {Scale} */
  const x = (place) => LEFT + (place + 0.5) * step;
  /** @type {Scale} */
  const y = (value) => ABOVE + (1 - value / top) * (HIGH - ABOVE - BELOW);
  const every = Math.ceil(days.length / (wide / 70));
  return svg("svg", { viewBox: `0 0 ${wide} ${HIGH}`, role: "img", "aria-label": label, class: "chart" },
    marks.map((value) => [
      svg("line", { x1: LEFT, x2: wide - 8, y1: y(value), y2: y(value), class: "grid" }),
      svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, format(value))]),
    days.map((one, place) => (days.length - 1 - place) % every === 0 && svg("text", { x: x(place), y: HIGH - 6, "text-anchor": "middle" }, day(one, SHORT))),
    draw(x, y, step));
}

/**
 * Return columns by day, the series stacked from below and told apart by patterns, not by hue alone.
 * @param {string} label
 * @param {string[]} days
 * @param {Series[]} series
 */
export function stackedColumns(label, days, series) {
  const totals = days.map((_, place) => series.reduce((sum, one) => sum + (one.values[place] ?? 0), 0));
  const chart = axes(label, days, ticks(Math.max(...totals)), number, (x, y, step) => {
    const wide = Math.min(36, step * 0.72);
    return days.map((one, place) => {
      let below = 0;
      const parts = series.map(({ name, label: what, values }) => {
        const value = values[place];
        if (!value) return null;
        const rect = svg("rect", { x: x(place) - wide / 2, width: wide, y: y(below + value), height: Math.max(0, y(below) - y(below + value)), class: `series ${name}`, fill: `url(#pattern-${name})` },
          svg("title", {}, `${day(one)} · ${what}: ${number(value)}`));
        below += value;
        return rect;
      });
      return svg("g", {}, parts);
    });
  });
  chart.prepend(svg("defs", {}, series.map(({ name }) => pattern(name))));
  return h("div", {}, legend(series), chart);
}

/** What tells the outcomes apart: full, stripes rising, stripes falling, dots. */
const PATTERNS = /** @type {Record<string, string>} */ ({
  answered: "",
  clarified: "M-1 7 7 -1M-1 1 1 -1M5 7 7 5",
  declined: "M0 3H6",
  handed_over: "M3 0V6M0 3H6",
});

/** @param {string} name */
function pattern(name) {
  return svg("pattern", { id: `pattern-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
    svg("rect", { width: 6, height: 6, class: `ground ${name}` }),
    PATTERNS[name] && svg("path", { d: PATTERNS[name], class: `lines ${name}` }));
}

/** @param {Series[]} series */
function legend(series) {
  return h("ul", { class: "legend small" }, series.map(({ name, label }) => h("li", {},
    svg("svg", { viewBox: "0 0 14 14", width: 14, height: 14, "aria-hidden": "true" }, svg("rect", { x: 0.5, y: 0.5, width: 13, height: 13, fill: `url(#pattern-${name})`, class: `series ${name}` })), label)));
}

/**
 * Return a line through the days that have a value.
 * @param {string} label
 * @param {string[]} days
 * @param {(number | null)[]} shares  from 0 to 1
 */
export const shareLine = (label, days, shares) =>
  axes(label, days, [0, 0.5, 1], (value) => percent(value), (x, y) => line("", shares, (share) => percent(share), days, x, y));

/**
 * Return lines of milliseconds by day; the second is dashed.
 * @param {string} label
 * @param {string[]} days
 * @param {Series[]} series
 */
export function timeLines(label, days, series) {
  const most = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const chart = axes(label, days, ticks(most), number, (x, y) => series.map(({ name, label: what, values }) =>
    line(name, values, (value) => `${what}: ${milliseconds(value)}`, days, x, y)));
  const names = series.map(({ name, label: what }) => h("li", {},
    svg("svg", { viewBox: "0 0 28 14", width: 28, height: 14, "aria-hidden": "true" }, svg("line", { x1: 1, x2: 27, y1: 7, y2: 7, class: `line ${name}` })), what));
  return h("div", {}, h("ul", { class: "legend small" }, names), chart);
}

/**
 * @param {string} name
 * @param {(number | null)[]} values
 * @param {(value: number) => string} says
 * @param {string[]} days
 * @param {Scale} x
 * @param {Scale} y
 */
function line(name, values, says, days, x, y) {
  const points = values.flatMap((value, place) => (value === null ? [] : [{ left: x(place), top: y(value), title: `${day(days[place])}: ${says(value)}` }]));
  return [
    svg("polyline", { points: points.map(({ left, top }) => `${left},${top}`).join(" "), class: `line ${name}` }),
    points.map(({ left, top, title }) => svg("circle", { cx: left, cy: top, r: 4, class: "point" }, svg("title", {}, title))),
  ];
}

/**
 * Return bars with names.
 * @param {[string, number][]} rows  the longest first
 */
export function bars(rows) {
  const most = Math.max(...rows.map(([, value]) => value), 1);
  return h("ol", { class: "bars" }, rows.map(([name, value]) => h("li", {}, h("span", { class: "bar-name" }, bdi(name)),
    h("span", { class: "bar-track", "aria-hidden": "true", css: { "--share": value / most } }), h("span", { class: "figure" }, number(value)))));
}
