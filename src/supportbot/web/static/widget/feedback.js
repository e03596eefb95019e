import { copyText } from "../shared/clipboard.js";
import { freshId, h } from "../shared/dom.js";
import { answerText } from "../shared/message.js";
import { icon } from "./icons.js";

/** @import { AnswerOut } from "../shared/api.d.ts" */
/** @import { Widget } from "./widget.js" */
/** @import { Entry } from "./transcript.js" */

const REASONS = /** @type {const} */ (["wrong", "incomplete", "unclear", "outdated", "other"]);

/**
 * Return what stands below an answer: whether it helped and, if not, why; and the button that copies it.
 * @param {Entry} entry
 * @param {AnswerOut} answer
 * @param {Widget} widget
 */
export function feedback(entry, answer, widget) {
  const { t } = widget;
  const box = h("div", { class: "feedback" });
  const copy = copyButton(answer, widget);

  /**
   * @param {boolean} helpful
   * @param {boolean} focus  whether what had the focus goes away now
   */
  function thank(helpful, focus) {
    const thanks = h("p", { class: "small muted", tabindex: -1 }, t("thanks"));
    const offer = !helpful && widget.site.person_available !== false
      && h("div", { class: "offer to-person" }, h("span", { class: "small" }, t("offer")), personButton(widget, "not_helpful"));
    box.replaceChildren(h("div", { class: "feedback-row" }, thanks, copy), ...(offer ? [offer] : []));
    if (focus) thanks.focus();
  }

  /**
   * @param {"helpful" | "not"} verdict
   * @param {() => void} then
   * @param {[string?, string?]} why  reason and comment
   */
  async function give(verdict, then, ...why) {
    try {
      await widget.conversation.rate(entry, verdict, ...why);
      then();
      widget.announce(t("thanks"));
    } catch (error) {
      widget.conversation.problem(error);
      box.querySelector(".failure")?.remove();
      box.append(h("p", { class: "failure small", role: "alert" }, t("notGiven")));
    }
  }

  function askWhy() {
    const name = freshId("reason");
    const radios = REASONS.map((value) => h("input", { type: "radio", name, value }));
    const comment = h("textarea", { class: "input", rows: 2, maxlength: 1000, "aria-label": t("comment"), placeholder: t("comment") });
    const form = h("form", { class: "why", onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      give("not", () => thank(false, true), radios.find((radio) => radio.checked)?.value, comment.value.trim());
    } },
    h("fieldset", {}, h("legend", { class: "small" }, t("why")),
      h("div", { class: "reasons" }, radios.map((radio, place) => h("label", { class: "reason" }, radio, h("span", {}, t(`why.${REASONS[place]}`)))))),
    comment, h("button", { class: "button small primary" }, t("give")));
    box.replaceChildren(form);
    radios[0].focus();
    form.scrollIntoView({ block: "nearest" });
  }

  if (typeof entry.helpful === "boolean") {
    thank(entry.helpful, false);
  } else {
    const verdicts = h("div", { class: "verdicts", role: "group", "aria-label": t("helped") },
      h("span", { class: "small muted" }, t("helped")),
      h("button", { type: "button", class: "button small quiet", onclick: () => give("helpful", () => thank(true, true)) }, icon("up"), t("helpful")),
      h("button", { type: "button", class: "button small quiet", onclick: () => give("not", askWhy) }, icon("down"), t("not")));
    box.append(h("div", { class: "feedback-row" }, verdicts, copy));
  }
  return box;
}

/**
 * @param {AnswerOut} answer
 * @param {Widget} widget
 */
function copyButton(answer, widget) {
  const { t, base } = widget;
  const button = h("button", { type: "button", class: "icon-button", "aria-label": t("copy"), title: t("copy"), onclick: async () => {
    const done = await copyText(answerText(answer, { t, platforms: widget.site.platforms }, base));
    widget.announce(t(done ? "copied" : "notCopied"));
    button.replaceChildren(icon(done ? "done" : "copy"));
    setTimeout(() => button.replaceChildren(icon("copy")), 2000);
  } }, icon("copy"));
  return button;
}

/**
 * Return the button that asks for a person, unless the site offers none.
 * @param {Widget} widget
 * @param {"no_answer" | "not_helpful"} reason
 */
export const personButton = (widget, reason) => widget.site.person_available !== false
  && h("button", { type: "button", class: "button small to-person", onclick: () => widget.person(reason) }, icon("person"), widget.t("person"));
