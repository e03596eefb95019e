// Resolving a group: what is to change, what that would change, then the change. Nothing is applied that was not seen.

import { bdi, h } from "../shared/dom.js";
import { call, finished } from "./api.js";
import { articlePicker } from "./article-picker.js";
import { openDialog } from "./dialog.js";
import { differenceTable } from "./differences.js";
import { progressBar } from "./loading.js";
import { button, errorNote, field } from "./parts.js";
import { problem, t } from "./texts.js";
import { toast } from "./toast.js";

/** @import { Choice, GroupOut } from "../shared/api.d.ts" */
/** @import { Child } from "../shared/dom.js" */

/**
 * Open the dialog that adds a group of questions to an article, or lists it as out of scope.
 * @param {GroupOut} group
 * @param {"add" | "out_of_scope"} kind
 * @param {() => void} done  called after the change
 */
export function openResolving(group, kind, done) {
  openDialog(t(`resolve.${kind}.title`), (close, signal) => resolving(group, kind, done, close, signal), "wide");
}

/**
 * @param {GroupOut} group
 * @param {"add" | "out_of_scope"} kind
 * @param {() => void} done
 * @param {() => void} close
 * @param {AbortSignal} signal
 */
function resolving(group, kind, done, close, signal) {
  /** @type {Choice | null} */
  let article = group.nearest;
  let action = kind === "add" ? "question" : "out_of_scope";
  const question = h("input", { class: "input", value: group.question, maxlength: 500, dir: "auto", oninput: changed });
  const topic = h("input", { class: "input", value: t("resolve.topic.default"), maxlength: 100, dir: "auto", oninput: changed });
  /** @type {object | undefined} */
  let seen; // what was previewed
  const wrong = errorNote();
  const outcome = h("section", { class: "preview", "aria-live": "polite" });
  const stale = h("p", { class: "note", role: "status", hidden: true }, t("preview.stale"));
  const look = h("button", { class: "button primary" }, t("preview"));
  const apply = button(t("confirm"), confirm, { class: "primary", hidden: true });

  /** What was previewed can be applied as long as the form says the same. */
  function changed() {
    if (!seen) return;
    const same = JSON.stringify(wanted()) === JSON.stringify(seen);
    apply.hidden = outcome.hidden = !same;
    stale.hidden = same;
    look.classList.toggle("primary", !same);
  }

  /** @type {Child[]} */
  const fields = [
    field(t("resolve.question"), question, t("resolve.question.hint")),
    group.questions.length > 1 && h("div", { class: "row tags" }, group.questions.slice(0, 6).map((text) => button(bdi(text), () => { question.value = text; changed(); }, { class: "small quiet" }))),
  ];
  if (kind === "add") {
    fields.push(field(t("article"), articlePicker((chosen) => { article = chosen; changed(); }, group.nearest)),
      h("fieldset", {}, h("legend", { class: "label" }, t("resolve.as")), ["question", "pinned"].map(way)));
  } else {
    fields.push(field(t("resolve.topic"), topic, t("resolve.topic.hint")));
  }

  /** @param {string} name */
  function way(name) {
    const radio = h("input", { type: "radio", name: "way", id: `way-${name}`, value: name, "aria-describedby": `way-${name}-hint`, onchange: () => { action = name; changed(); } });
    radio.checked = name === action;
    return h("div", { class: "choice" }, radio, h("div", {}, h("label", { for: `way-${name}` }, t(`resolve.as.${name}`)), h("p", { class: "hint", id: `way-${name}-hint` }, t(`resolve.as.${name}.hint`))));
  }

  /** What is sent, or what is missing. */
  function wanted() {
    const text = question.value.trim();
    if (!text) return t("resolve.question.missing");
    if (kind === "add" && !article) return t("resolve.article.missing");
    if (kind !== "add" && !topic.value.trim()) return t("resolve.topic.missing");
    const more = article && kind === "add" ? { article_id: article.article_id } : { topic: topic.value.trim() };
    return { action, question: text, also: group.questions.filter((one) => one !== text).slice(0, 100), ...more };
  }

  /** @param {Event} event */
  async function preview(event) {
    event.preventDefault();
    wrong.say("");
    const body = wanted();
    if (typeof body === "string") return wrong.say(body);
    const bar = progressBar(t("preview.running"));
    look.disabled = true;
    seen = undefined;
    apply.hidden = stale.hidden = true;
    outcome.hidden = false;
    outcome.replaceChildren(bar.element);
    try {
      const result = await finished(await call("/v1/gaps/preview", { body, signal }), bar.show, signal);
      seen = body;
      outcome.replaceChildren(...shownPreview(result));
      look.textContent = t("preview.again");
      changed();
      if (!apply.hidden) apply.focus();
    } catch (error) {
      if (error.name === "AbortError") return;
      outcome.replaceChildren();
      wrong.say(problem(error));
    } finally {
      look.disabled = false;
    }
  }

  async function confirm() {
    wrong.say("");
    apply.disabled = true;
    try {
      await call("/v1/gaps/resolve", { body: seen });
      close();
      toast(t("resolved"));
      done();
    } catch (error) {
      wrong.say(problem(error));
      apply.disabled = false;
    }
  }

  return h("form", { class: "stack", novalidate: true, onsubmit: preview }, ...fields, wrong.element, stale, outcome,
    h("div", { class: "row end sticky" }, button(t("cancel"), close), look, apply));
}

/** @param {any} result  of the job */
function shownPreview(result) {
  const others = result.others ?? [];
  return [
    h("h3", {}, t("preview.title")),
    h("h4", {}, t("preview.files")),
    result.files.length ? result.files.map(fileDiff) : h("p", { class: "muted" }, t("preview.no.files")),
    h("h4", {}, t("preview.questions")),
    differenceTable(result.questions),
    h("h4", {}, t("preview.others")),
    h("p", { class: others.length ? "note" : "muted" }, others.length ? t("preview.others.some", { asked: result.asked, n: others.length }) : t("preview.others.none", { n: result.asked })),
    others.length > 0 && differenceTable(others),
  ].flat().filter(Boolean);
}

/**
 * Return lines added and removed, told apart by sign and words, not by colour alone.
 * @param {{ name: string, removed: string[], added: string[] }} one
 */
function fileDiff(one) {
  const line = (/** @type {string} */ sign, /** @type {string} */ kind) => (/** @type {string} */ text) => h("li", { class: kind }, h("span", { "aria-hidden": "true" }, sign), h("span", { class: "hidden-text" }, `${t(`line.${kind}`)}: `), bdi(text));
  return h("figure", { class: "diff" },
    h("figcaption", { class: "small" }, bdi(one.name)),
    h("ul", {}, one.removed.map(line("−", "removed")), one.added.map(line("+", "added"))));
}
