// Messages as they are shown and copied: for the widget and the console, while an answer comes and when it is read again.

import { bdi, freshId, glyph, h } from "./dom.js";
import { tabList } from "./tabs.js";
import { linked, paragraphs } from "./text.js";
import { safeUrl } from "./url.js";

/** @import { AnswerOut, Block, Choice, MessageOut, Source } from "./api.d.ts" */
/** @import { Child } from "./dom.js" */

/**
 * @typedef {"notes" | "table" | "code" | "platform" | "choices" | "sections" | "source"} Label
 * @typedef {object} View  the page around a message
 * @property {(key: Label) => string} t
 * @property {Record<string, string>} [platforms]  labels by id, as the site has them; one without a label shows its id
 * @property {(source: Source) => Child} [source]  how a source looks; without it none is shown
 * @property {(choice: Choice) => void} [choose]  what a choice does; without it choices can only be read
 *
 * @typedef {[string, Child[]]} Page  what holds for a platform: its label and its content
 */

const WARNING = "M12 4l9 15.500H3z M12 10v4.500 M12 17v.01";
const NEXT = "M9.500 6l6 6-6 6";

/**
 * Return what stands in a message, in reading order.
 * @param {Pick<MessageOut, "author" | "text" | "answer">} message
 * @param {View} view
 * @returns {Child[]}
 */
export function messageParts({ author, text, answer }, view) {
  if (!answer) return author === "visitor" ? [bdi(text, { class: "said" })] : paragraphs(text);
  return [
    answer.warning && h("div", { class: "note danger warning" }, glyph(WARNING), bdi(answer.warning)),
    platformRuns(answer).map((run) => runParts(run, view)),
    view.source && answer.sources.map(view.source),
    answer.choices.length > 0 && choiceList(answer, view),
  ];
}

/**
 * Return what an answer says, but for its warning, as runs of blocks by platform: neighbours that hold for platforms are one
 * run, those that hold for all another.
 * @param {AnswerOut} answer
 */
function platformRuns({ blocks, warning }) {
  /** @type {Map<Block["platform"], Block[]>[]} */
  const runs = [];
  for (const block of blocks.filter(({ text }) => text !== warning)) {
    let run = runs.at(-1);
    if (!run || run.has(null) !== (block.platform === null)) runs.push((run = new Map()));
    run.set(block.platform, [...(run.get(block.platform) ?? []), block]);
  }
  return runs;
}

/**
 * Return a run of blocks, those of several platforms in tabs.
 * @param {Map<Block["platform"], Block[]>} run
 * @param {View} view
 * @returns {Child[]}
 */
function runParts(run, view) {
  const { t, platforms = {} } = view;
  const pages = [...run].map(([platform, blocks]) => /** @type {Page} */ ([platform === null ? "" : platforms[platform] ?? platform, blockParts(blocks, view)]));
  if (pages.length > 1) return [platformTabs(pages, t)];
  const [[label, content]] = pages;
  return [label !== "" && h("p", { class: "platform" }, h("span", { class: "badge" }, label)), content];
}

/**
 * Return blocks in their order. Steps are one list as long as their numbers go up; what stands between two of them is shown
 * within the first. A heading ends a list.
 * @param {Block[]} blocks
 * @param {View} view
 */
function blockParts(blocks, view) {
  /** @type {(Block | Block[][])[]} */
  const pieces = []; // a list: each step with what stands below it
  for (const block of blocks) {
    const place = pieces.findLastIndex((piece) => Array.isArray(piece) || piece.kind === "heading");
    const list = pieces[place];
    const last = Array.isArray(list) && list[list.length - 1];
    if (block.kind !== "step") {
      pieces.push(block);
    } else if (last && Number(block.number) > Number(last[0].number)) {
      last.push(.../** @type {Block[]} */ (pieces.splice(place + 1)));
      list.push([block]);
    } else {
      pieces.push([[block]]);
    }
  }
  return pieces.map((piece) => (Array.isArray(piece) ? stepList(piece, view) : blockPart(piece, view)));
}

/**
 * @param {Block[][]} items
 * @param {View} view
 */
const stepList = (items, view) => h("ol", { class: "steps", role: "list" }, items.map(([{ number, text }, ...below]) =>
  h("li", {}, h("span", { class: "number" }, number), paragraphs(text), below.map((block) => blockPart(block, view)))));

/**
 * @param {Block} block
 * @param {View} view
 * @returns {Child}
 */
function blockPart({ kind, text, rows }, { t }) {
  if (kind === "heading") return h("h3", { class: "heading" }, bdi(text));
  if (kind === "note") return h("div", { class: "note", role: "note", "aria-label": t("notes") }, paragraphs(text));
  if (kind === "code") return h("pre", { dir: "ltr", tabindex: 0, role: "group", "aria-label": t("code") }, h("code", {}, text));
  if (kind === "table") return tableBox(rows, t);
  return paragraphs(text);
}

/**
 * @param {string[][]} rows
 * @param {View["t"]} t
 */
function tableBox([head = [], ...rows], t) {
  const columns = head.filter(Boolean).join(", ");
  return h("div", { class: "scroll", role: "group", "aria-label": `${t("table")}: ${columns}`, tabindex: 0 },
    h("table", { class: "table" },
      h("thead", {}, h("tr", {}, head.map((cell) => (cell ? h("th", { scope: "col" }, linked(cell)) : h("td"))))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, linked(cell))))))));
}

/**
 * @param {Page[]} pages
 * @param {View["t"]} t
 */
function platformTabs(pages, t) {
  const id = freshId("tabs");
  const tabs = pages.map(([label], place) => h("button", { type: "button", role: "tab", id: `${id}-tab-${place}`, "aria-controls": `${id}-panel-${place}` }, label));
  const panels = pages.map(([, content], place) => h("div", { role: "tabpanel", id: `${id}-panel-${place}`, "aria-labelledby": `${id}-tab-${place}`, tabindex: 0 }, content));
  const select = tabList(tabs, (shown) => panels.forEach((panel, place) => (panel.hidden = place !== shown)));
  select(0);
  return h("div", { class: "platforms" }, h("div", { class: "tabs", role: "tablist", "aria-label": t("platform") }, tabs), panels);
}

/**
 * Return what an answer offers: the articles that it asks about, or below a label the other sections of its own.
 * @param {AnswerOut} answer
 * @param {View} view
 * @returns {Child[]}
 */
function choiceList({ choices, outcome }, { t, choose }) {
  const isAnswered = outcome === "answer";
  const shown = choices.map((one) => (choose
    ? h("button", { type: "button", class: "choice", onclick: () => choose(one) }, bdi(one.title), glyph(NEXT))
    : h("span", { class: "badge" }, bdi(one.title))));
  return [
    isAnswered && h("h3", { class: "label" }, t("sections")),
    h("ul", { class: "choices", role: "list", "aria-label": t(isAnswered ? "sections" : "choices") }, shown.map((one) => h("li", {}, one))),
  ];
}

/**
 * Return an answer as plain text: to be copied, and to be read out.
 * @param {AnswerOut} answer
 * @param {View} view
 * @param {string} base  what the address of its source is resolved against
 */
export function answerText(answer, { t, platforms = {} }, base) {
  const said = platformRuns(answer).flatMap((run) => [...run].flatMap(([platform, blocks]) => [
    ...(platform !== null && run.size > 1 ? [{ kind: "heading", text: platforms[platform] ?? platform }] : []),
    ...blocks.map((block) => ({ kind: block.kind, text: blockText(block) })),
  ]));
  const text = said.map((block, place) => (place ? gap(said[place - 1].kind, block.kind) : "") + block.text).join("");
  const source = answer.sources[0];
  const link = source && `${t("source")}: ${source.title} ${safeUrl(source.url, base) ?? ""}`;
  return [answer.warning, text, link].filter(Boolean).join("\n\n");
}

/** @param {Block} block */
function blockText({ kind, text, number, rows }) {
  if (kind === "step") return `${number}. ${text}`;
  return kind === "table" ? rows.map((row) => row.map((cell) => cell.replaceAll("\n", " ")).join(" | ")).join("\n") : text;
}

/**
 * Return what parts two blocks in plain text: the steps of a list and neighbouring notes are close, and so is a heading to what follows.
 * @param {string} before
 * @param {string} kind
 */
const gap = (before, kind) => (before === "heading" || (before === kind && (kind === "step" || kind === "note")) ? "\n" : "\n\n");
