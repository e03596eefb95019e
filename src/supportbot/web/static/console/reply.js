// The reply box: drafts kept by conversation, Ctrl or Cmd and Enter sends, parts of articles can be put in.

import { bdi, h } from "../shared/dom.js";
import { session } from "./api.js";
import { articlePicker } from "./article-picker.js";
import { asText, partsOf } from "./copy.js";
import { fillWith } from "./loading.js";
import { button, field, plain } from "./parts.js";
import { t } from "./texts.js";
import { toast } from "./toast.js";

const MOST = 4000;
const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** @import { Choice, State } from "../shared/api.d.ts" */

/**
 * Return the box to reply to a conversation in.
 * @param {string} id
 * @param {(text: string) => Promise<boolean>} send  tells whether a reply was taken
 * @param {AbortSignal} signal
 */
export function replyBox(id, send, signal) {
  const place = `console.draft.${id}`;
  let busy = false;
  const text = h("textarea", {
    class: "input", rows: 3, maxlength: MOST, placeholder: t("reply.placeholder"), dir: "auto", value: sessionStorage.getItem(place) ?? "",
    oninput: kept,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); submit(); }
    },
  });
  const box = field(t("reply"), text, t("reply.hint", { key: apple ? "⌘ + Enter" : "Ctrl + Enter" }));
  const state = h("p", { class: "small muted reply-state" });
  const go = h("button", { class: "button primary" }, t("reply.send"));
  const parts = h("div", { class: "part-list" });
  const inserter = h("div", { class: "inserter card", hidden: true, onkeydown: (event) => { if (event.key === "Escape") { close(); text.focus(); } } },
    field(t("picker.article"), articlePicker((article) => { if (article) choose(article); else parts.replaceChildren(); })),
    parts);
  const open = button(t("reply.insert"), () => (inserter.hidden ? insert() : close()), { class: "small", "aria-expanded": "false" }, "quote");
  const element = h("form", { class: "reply", onsubmit: (event) => { event.preventDefault(); submit(); } }, state, inserter, box, h("div", { class: "row" }, go, open));

  function kept() {
    if (text.value) sessionStorage.setItem(place, text.value);
    else sessionStorage.removeItem(place);
  }

  async function submit() {
    const written = text.value.trim();
    if (!written || busy) return text.focus();
    busy = go.disabled = true;
    text.readOnly = true;
    go.textContent = t("reply.sending");
    const taken = await send(written);
    if (taken) text.value = "";
    kept();
    busy = go.disabled = text.readOnly = false;
    go.textContent = t("reply.send");
    text.focus();
  }

  function insert() {
    if (element.hidden || box.hidden) return false;
    inserter.hidden = false;
    open.setAttribute("aria-expanded", "true");
    inserter.querySelector("input")?.focus();
  }

  function close() {
    inserter.hidden = true;
    open.setAttribute("aria-expanded", "false");
  }

  /** @param {Choice} article */
  function choose(article) {
    parts.replaceChildren();
    fillWith(parts, async () => (await partsOf(article.article_id, signal)).map((part) => h("div", { class: "part" },
      h("div", {}, h("p", { class: "small muted" }, bdi(part.heading || part.title)), plain(part.text)),
      button(t("reply.insert.part"), () => put(asText(part)), { class: "small", "aria-label": `${t("reply.insert.part")}: ${part.heading || part.title}` }, "add"))));
  }

  /** @param {string} words */
  function put(words) {
    const before = text.value.slice(0, text.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n\n" : "";
    text.setRangeText(gap + words, text.selectionStart, text.selectionEnd, "end");
    kept();
    close();
    text.focus();
    toast(t("reply.inserted"));
  }

  return {
    element,
    focus: () => { if (box.hidden) return false; text.focus(); },
    insert,
    /**
     * Show what a reply would do in a state.
     * @param {State} now
     * @param {string | null | undefined} agent
     */
    show(now, agent) {
      const closed = now === "closed";
      box.hidden = go.hidden = open.hidden = closed;
      if (closed) close();
      const other = now === "agent" && agent && agent !== session.who?.name;
      state.textContent = closed ? t("reply.closed") : other ? t("reply.other", { name: agent }) : now === "agent" ? "" : t("reply.takes");
      state.hidden = !state.textContent;
    },
  };
}
