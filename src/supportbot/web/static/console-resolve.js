// Resolving a group: what is to change, what that would change, then the change. Nothing is applied that was not seen.

import { articlePicker } from "./console-article-picker.js";
import { call, finished } from "./console-api.js";
import { button, field, h, said } from "./console-dom.js";
import { differenceTable } from "./console-differences.js";
import { openDialog } from "./console-dialog.js";
import { progressBar } from "./console-load.js";
import { problem, t } from "./console-texts.js";
import { toast } from "./console-toast.js";

/** Open the dialog; `kind` is "add" or "out_of_scope", `done` is called after the change. */
export function openResolving(group, kind, done) {
  openDialog(t(`resolve.${kind}.title`), (close, signal) => resolving(group, kind, done, close, signal), "wide");
}

function resolving(group, kind, done, close, signal) {
  let article = group.nearest, action = kind === "add" ? "question" : "out_of_scope", seen = null;
  let question, topic, choiceList;
  const wrong = h("p", { class: "note danger", role: "alert", hidden: true });
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

  const fields = [
    field(t("resolve.question"), (id) => (question = h("input", { id, class: "input", value: group.question, maxlength: 500, dir: "auto", oninput: changed })), t("resolve.question.hint")),
    group.questions.length > 1 && h("div", { class: "row tags" }, group.questions.slice(0, 6).map((text) => button(said(text), () => { question.value = text; changed(); }, { class: "small quiet" }))),
  ];
  if (kind === "add") {
    const choice = field(t("article"), (id) => {
      const picker = articlePicker(id, (chosen) => { article = chosen; changed(); }, group.nearest);
      choiceList = picker.element;
      return picker.input;
    });
    choice.append(choiceList);
    fields.push(choice, h("fieldset", {}, h("legend", { class: "label" }, t("resolve.as")), ["question", "pinned"].map(way)));
  } else {
    fields.push(field(t("resolve.topic"), (id) => (topic = h("input", { id, class: "input", value: t("resolve.topic.default"), maxlength: 100, dir: "auto", oninput: changed })), t("resolve.topic.hint")));
  }

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
    const more = kind === "add" ? { article_id: article.article_id } : { topic: topic.value.trim() };
    return { action, question: text, also: group.questions.filter((one) => one !== text).slice(0, 100), ...more };
  }

  function fail(text) {
    wrong.textContent = text;
    wrong.hidden = false;
  }

  async function preview(event) {
    event.preventDefault();
    wrong.hidden = true;
    const body = wanted();
    if (typeof body === "string") return fail(body);
    const bar = progressBar(t("preview.running"));
    look.disabled = true;
    seen = null;
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
      fail(problem(error));
    } finally {
      look.disabled = false;
    }
  }

  async function confirm() {
    wrong.hidden = true;
    apply.disabled = true;
    try {
      await call("/v1/gaps/resolve", { body: seen });
      close();
      toast(t("resolved"));
      done();
    } catch (error) {
      fail(problem(error));
      apply.disabled = false;
    }
  }

  return h("form", { class: "stack", novalidate: true, onsubmit: preview }, ...fields, wrong, stale, outcome,
    h("div", { class: "row end sticky" }, button(t("cancel"), close), look, apply));
}

function shownPreview(result) {
  const others = result.others ?? [];
  return [
    h("h3", {}, t("preview.title")),
    h("h4", {}, t("preview.files")),
    result.files.length ? result.files.map(fileDiff) : h("p", { class: "muted" }, t("preview.no.files")),
    h("h4", {}, t("preview.questions")),
    differenceTable(result.questions),
    h("h4", {}, t("preview.others")),
    h("p", { class: others.length ? "note" : "muted" }, others.length ? t("preview.others.some", { asked: result.asked, n: others.length }) : t("preview.others.none", { asked: result.asked })),
    others.length > 0 && differenceTable(others),
  ].flat().filter(Boolean);
}

/** Lines added and removed; told by sign and words, not by colour alone. */
function fileDiff(one) {
  const line = (sign, kind) => (text) => h("li", { class: kind }, h("span", { "aria-hidden": "true" }, sign), h("span", { class: "hidden-text" }, `${t(`line.${kind}`)}: `), said(text));
  return h("figure", { class: "diff" },
    h("figcaption", { class: "small" }, said(one.name)),
    h("ul", {}, one.removed.map(line("−", "removed")), one.added.map(line("+", "added"))));
}
