// Labels: which article answers a question, as the team says. `supportbot tune` fits the bot's numbers on them.

import { bdi, h } from "../shared/dom.js";
import { call } from "./api.js";
import { articlePicker } from "./article-picker.js";
import { confirmed, openDialog } from "./dialog.js";
import { download } from "./download.js";
import { empty } from "./loading.js";
import { button, errorNote, field, outside } from "./parts.js";
import { known, moment, problem, t } from "./texts.js";
import { toast } from "./toast.js";

/** @import { Choice, LabelOut, LabelPage } from "../shared/api.d.ts" */

const MOST = 500; // the list shows; the table holds all

/**
 * Return the buttons that say which article answers a question.
 * @param {string} question
 * @param {Choice | null} article  the one that was proposed, if any
 * @param {"search" | "conversation" | "handoff" | "gap"} kind  where the question was met
 */
export function labelButtons(question, article, kind) {
  const said = h("span", { class: "small muted", role: "status" });
  const save = async (/** @type {Choice | null} */ chosen) => { said.textContent = await saved(question, chosen, kind); };
  const attempt = (/** @type {Choice | null} */ chosen) => save(chosen).catch((error) => toast(problem(error)));
  return h("div", { class: "row labelling", role: "group", "aria-label": t("label.group") },
    h("span", { class: "small muted", "aria-hidden": "true" }, t("label.group")),
    article && button(bdi(t("label.right", { title: article.title })), () => attempt(article), { class: "small quiet" }, "check"),
    button(t("label.other"), () => openChoosing(question, save), { class: "small quiet" }),
    button(t("label.none"), () => attempt(null), { class: "small quiet" }),
    said);
}

/**
 * Return the button that says that a found article answers the question.
 * @param {string} question
 * @param {Choice} article
 */
export const rightArticle = (question, article) => button(t("label.this"), () => saved(question, article, "search").then(toast, (error) => toast(problem(error))), { class: "small quiet" }, "check");

/**
 * Store a label and return what to say of it. Throws `ApiError`.
 * @param {string} question
 * @param {Choice | null} article
 * @param {string} kind
 */
async function saved(question, article, kind) {
  await call("/v1/labels", { body: { question, article: article?.article_id ?? null, kind } });
  return article ? t("label.saved", { title: article.title }) : t("label.saved.none");
}

/**
 * @param {string} question
 * @param {(article: Choice) => Promise<void>} save
 */
function openChoosing(question, save) {
  openDialog(t("label.other.title"), (close) => {
    /** @type {Choice | null} */
    let article = null;
    const wrong = errorNote();
    const go = h("button", { class: "button primary" }, t("save"));
    const send = async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!article) return wrong.say(t("resolve.article.missing"));
      go.disabled = true;
      try {
        await save(article);
        close();
      } catch (error) {
        wrong.say(problem(error));
        go.disabled = false;
      }
    };
    return h("form", { class: "stack", novalidate: true, onsubmit: send },
      h("p", { dir: "auto" }, bdi(question)),
      field(t("article"), articlePicker((chosen) => { article = chosen; })),
      wrong.element,
      h("div", { class: "row end" }, button(t("cancel"), close), go));
  }, "narrow");
}

/**
 * Return the list of labels, with their number, the table to save, and what to do with it.
 * @param {AbortSignal} signal
 * @param {() => void} reload
 */
export async function labelList(signal, reload) {
  /** @type {LabelPage} */
  const { total, labels } = await call(`/v1/labels?limit=${MOST}`, { signal });
  const intro = [h("p", { class: "muted small" }, t("labels.intro")), h("p", { class: "small" }, t("labels.use"), " ", h("code", {}, "supportbot tune labels.csv"))];
  if (!total) return [intro, empty(t("labels.empty"))];
  const save = button(t("labels.download"), () => download(save, "/v1/labels.csv", "labels"), { class: "small" }, "download");
  return [
    intro,
    h("div", { class: "row" }, h("strong", { class: "figure" }, t("labels.count", { n: total })), save),
    h("ol", { class: "groups" }, labels.map((one) => labelCard(one, reload))),
    total > labels.length && h("p", { class: "muted small" }, t("labels.more", { n: labels.length })),
  ];
}

/**
 * @param {LabelOut} label
 * @param {() => void} reload
 */
function labelCard(label, reload) {
  const remove = () => confirmed(t("label.remove.title"), t("label.remove.why"), t("remove"), async () => {
    await call(`/v1/labels/${label.id}`, { method: "DELETE" });
    reload();
  });
  return h("li", { class: "group card" }, h("div", { class: "group-body" },
    h("h2", { dir: "auto" }, bdi(label.question)),
    h("p", { class: "row tags" },
      label.article ? outside(`/articles/${encodeURIComponent(label.article)}`, bdi(label.title)) : h("span", { class: "badge" }, t("label.none")),
      label.kind && h("span", { class: "badge" }, bdi(known("label.kind", label.kind))),
      h("span", { class: "small muted figure" }, moment(label.at))),
    h("div", { class: "row" }, button(t("remove"), remove, { class: "small quiet" }))));
}
