// Messages as they are shown and copied: for the widget and the console, while an answer comes and when it is read again.

import { bdi, freshId, glyph, h } from "./dom.js";
import { tabList } from "./tabs.js";
import { linked, paragraphs } from "./text.js";
import { safeUrl } from "./url.js";

/** @import { AnswerOut, Choice, MessageOut, Source, Step } from "./api.d.ts" */
/** @import { Child } from "./dom.js" */

/**
 * @typedef {"notes" | "path" | "platform" | "choices" | "source"} Label
 * @typedef {object} View  the page around a message
 * @property {(key: Label) => string} t
 * @property {Record<string, string>} [platforms]  labels by id, as the site has them; one without a label shows its id
 * @property {(source: Source) => Child} [source]  how a source looks; without it none is shown
 * @property {(choice: Choice) => void} [choose]  what a choice does; without it choices can only be read
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
  const { t } = view;
  return [
    answer.warning && h("div", { class: "note danger warning" }, glyph(WARNING), bdi(answer.warning)),
    answer.text !== answer.warning && paragraphs(answer.text),
    stepParts(answer.steps, view),
    answer.notes.length > 0 && h("div", { class: "notes", role: "group", "aria-label": t("notes") }, answer.notes.map((note) => h("div", { class: "note" }, paragraphs(note)))),
    view.source && answer.sources.map(view.source),
    answer.choices.length > 0 && choiceList(answer.choices, view),
  ];
}

/**
 * Return steps by platform, each as its lists: one ends where the numbers begin anew.
 * @param {Step[]} steps
 */
export function stepLists(steps) {
  /** @type {Map<Step["platform"], Step[][]>} */
  const platforms = new Map();
  for (const step of steps) {
    const lists = platforms.get(step.platform) ?? [];
    platforms.set(step.platform, lists);
    const last = lists.at(-1)?.at(-1);
    if (last && step.number > last.number) lists.at(-1)?.push(step);
    else lists.push([step]);
  }
  return platforms;
}

/**
 * Return steps as lists, those of several platforms in tabs.
 * @param {Step[]} steps
 * @param {View} view
 */
function stepParts(steps, { t, platforms = {} }) {
  const byPlatform = stepLists(steps);
  /** @param {Step["platform"]} platform */
  const lists = (platform) => (byPlatform.get(platform) ?? []).map((list) => stepList(list, t));
  const named = [...byPlatform.keys()].filter((platform) => platform !== null);
  if (named.length > 1) return [lists(null), platformTabs(named.map((platform) => [platforms[platform] ?? platform, lists(platform)]), t)];
  return [lists(null), named.map((platform) => [h("p", { class: "platform" }, h("span", { class: "badge" }, platforms[platform] ?? platform)), lists(platform)])];
}

/**
 * @param {Step[]} steps
 * @param {View["t"]} t
 */
const stepList = (steps, t) => h("ol", { class: "steps", role: "list" }, steps.map(({ number, text, path }) =>
  h("li", {}, h("span", { class: "number" }, number), linked(text), path.length > 1 && menuPath(path, t))));

/**
 * @param {string[]} path
 * @param {View["t"]} t
 */
const menuPath = (path, t) => h("ol", { class: "path", role: "list", "aria-label": t("path") }, path.map((one) => h("li", {}, bdi(one))));

/**
 * @param {[string, HTMLElement[]][]} pages  label and content
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
 * @param {Choice[]} choices
 * @param {View} view
 */
function choiceList(choices, { t, choose }) {
  const shown = choices.map((one) => (choose
    ? h("button", { type: "button", class: "choice", onclick: () => choose(one) }, bdi(one.title), glyph(NEXT))
    : h("span", { class: "badge" }, bdi(one.title))));
  return h("ul", { class: "choices", role: "list", "aria-label": t("choices") }, shown.map((one) => h("li", {}, one)));
}

/**
 * Return an answer as plain text: to be copied, and to be read out.
 * @param {AnswerOut} answer
 * @param {View} view
 * @param {string} base  what the address of its source is resolved against
 */
export function answerText(answer, { t, platforms = {} }, base) {
  const byPlatform = stepLists(answer.steps);
  const several = [...byPlatform.keys()].filter(Boolean).length > 1;
  const steps = [...byPlatform].flatMap(([platform, lists]) => [
    ...(platform && several ? [platforms[platform] ?? platform] : []),
    ...lists.flat().map((step) => `${step.number}. ${step.text}`),
  ]);
  const source = answer.sources[0];
  const link = source && `${t("source")}: ${source.title} ${safeUrl(source.url, base) ?? ""}`;
  return [answer.warning, answer.text !== answer.warning && answer.text, steps.join("\n"), answer.notes.join("\n"), link].filter(Boolean).join("\n\n");
}
