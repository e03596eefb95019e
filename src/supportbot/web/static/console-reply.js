// The reply box: drafts kept by conversation, Ctrl or Cmd and Enter sends, parts of articles can be put in.

import { articlePicker } from "./console-article-picker.js";
import { asText, partsOf } from "./console-copy.js";
import { button, field, h, paragraphs, said } from "./console-dom.js";
import { fillWith } from "./console-load.js";
import { session } from "./console-api.js";
import { t } from "./console-texts.js";
import { toast } from "./console-toast.js";

const MOST = 4000;
const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** `send(text)` tells whether it was taken. */
export function replyBox(id, send, signal) {
  const place = `console.draft.${id}`;
  let text, picker, busy = false;
  const box = field(t("reply"), (name) => (text = h("textarea", {
    id: name, class: "input", rows: 3, maxlength: MOST, placeholder: t("reply.placeholder"), dir: "auto", value: sessionStorage.getItem(place) ?? "",
    oninput: kept,
    onkeydown: (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); submit(); }
    },
  })), t("reply.hint", { key: apple ? "⌘ + Enter" : "Ctrl + Enter" }));
  const state = h("p", { class: "small muted reply-state" });
  const go = h("button", { class: "button primary" }, t("reply.send"));
  const parts = h("div", { class: "part-list" });
  const inserter = h("div", { class: "inserter card", hidden: true, onkeydown: (event) => { if (event.key === "Escape") { close(); text.focus(); } } },
    field(t("picker.article"), (name) => {
      picker = articlePicker(name, (article) => { if (article) choose(article); else parts.replaceChildren(); });
      return picker.input;
    }));
  inserter.querySelector(".field").append(picker.element);
  inserter.append(parts);
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
    picker.input.focus();
  }

  function close() {
    inserter.hidden = true;
    open.setAttribute("aria-expanded", "false");
  }

  function choose(article) {
    parts.replaceChildren();
    fillWith(parts, async () => (await partsOf(article.article_id, signal)).map((part) => h("div", { class: "part" },
      h("div", {}, h("p", { class: "small muted" }, said(part.heading || part.title)), paragraphs(part.text)),
      button(t("reply.insert.part"), () => put(asText(part)), { class: "small", "aria-label": `${t("reply.insert.part")}: ${part.heading || part.title}` }, "add"))));
  }

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
    /** What a reply would do in this state. */
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
