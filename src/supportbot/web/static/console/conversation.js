// One conversation: what was said and why, live, with the box to reply in.

import { bdi, h } from "../shared/dom.js";
import { messageParts } from "../shared/message.js";
import { call, pause } from "./api.js";
import { explanation } from "./explanation.js";
import { icon } from "./icons.js";
import { labelButtons } from "./labels.js";
import { failed, loading } from "./loading.js";
import { button, errorNote } from "./parts.js";
import { platformLabels } from "./platforms.js";
import { replyBox } from "./reply.js";
import { known, moment, problem, t } from "./texts.js";
import { toast } from "./toast.js";
import { waiting } from "./waiting.js";

const SECONDS = 2;
const MOST_SECONDS = 30;
const WHOLE_EVERY = 5; // ratings of older messages come only with the whole conversation
const PIECE = 200;

/** @import { ConversationOut, MessageOut } from "../shared/api.d.ts" */

/**
 * Show a conversation and keep it up to date.
 * @param {HTMLElement} pane
 * @param {string} id
 * @param {AbortSignal} signal
 */
export function conversationPanel(pane, id, signal) {
  const address = `/v1/queue/${encodeURIComponent(id)}`;
  /** @type {Map<string, { element: HTMLElement, helpful: boolean | null, number: number }>} */
  const shown = new Map();
  let platforms = {};
  const list = h("ol", { class: "messages" });
  const log = h("div", { class: "log", role: "log", "aria-label": t("messages"), tabindex: "0" }, list);
  const state = h("p", { class: "row conversation-state" });
  const wrong = errorNote();
  const handBack = button(t("hand.back"), () => act("hand-back", undefined, t("handed.back")), { class: "small" }, "undo");
  const end = button(t("end"), () => act("close", undefined, t("ended")), { class: "small" }, "check");
  const title = h("h2", { tabindex: "-1" }, t("conversation"));
  const reply = replyBox(id, (text) => act("reply", { text }, t("reply.sent")), signal);
  const first = loading();
  pane.replaceChildren(
    h("header", { class: "pane-head" },
      h("a", { href: "#/queue", class: "icon-button back", "aria-label": t("queue.back") }, icon("back")),
      h("div", {}, title, state),
      h("div", { class: "row" }, handBack, end)),
    first, log, wrong.element, reply.element);
  title.focus({ preventScroll: true });

  /** @param {ConversationOut} conversation */
  function take(conversation) {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    let added = false;
    const kind = conversation.handoff_reason ? "handoff" : "conversation";
    for (const [place, message] of conversation.messages.entries()) {
      const before = shown.get(message.id);
      if (before && before.helpful === message.helpful) continue;
      const element = messageItem(message, platforms);
      if (!before) element.append(labelling(conversation.messages, place, kind));
      if (before) before.element.querySelector(".rating-place")?.replaceWith(element.querySelector(".rating-place") ?? "");
      else { list.append(element); added = true; }
      shown.set(message.id, { element: before?.element ?? element, helpful: message.helpful, number: message.number });
    }
    if (added && atEnd) log.scrollTop = log.scrollHeight;
    const agent = conversation.messages.findLast((one) => one.agent)?.agent;
    const last = waiting.items?.find((one) => one.id === id)?.agent ?? agent;
    const label = { waiting: () => t("queue.waiting"), agent: () => t("queue.agent", { name: last ?? "" }), bot: () => t("state.bot"), closed: () => t("state.closed") };
    state.replaceChildren(
      h("span", { class: `badge ${conversation.state === "waiting" ? "warn" : ""}` }, bdi(label[conversation.state]())),
      conversation.handoff_reason ? h("span", { class: "small muted" }, known("reason", conversation.handoff_reason)) : "",
      h("span", { class: "small muted figure" }, moment(conversation.created)));
    const held = ["waiting", "agent"].includes(conversation.state);
    handBack.hidden = !held;
    end.hidden = conversation.state === "closed";
    reply.show(conversation.state, last);
    first.remove();
    waiting.markRead(id, number());
  }

  const number = () => Math.max(0, ...[...shown.values()].map((one) => one.number));

  /**
   * Read what came after a message; a long conversation comes in pieces.
   * @param {number} after
   */
  async function read(after) {
    for (;;) {
      const conversation = await call(`${address}?after=${after}`, { signal });
      take(conversation);
      if (conversation.messages.length < PIECE) return;
      after = conversation.messages.at(-1).number;
    }
  }

  async function follow() {
    platforms = await platformLabels();
    for (let round = 0, failures = 0; ; round += 1) {
      try {
        await read(round % WHOLE_EVERY ? number() : 0);
        failures = 0;
      } catch (error) {
        if (error.name === "AbortError") return;
        if (!shown.size) return void first.replaceWith(failed(error, () => conversationPanel(pane, id, signal)));
        failures += 1;
      }
      await pause(Math.min(MOST_SECONDS, (document.hidden ? 5 : 1) * SECONDS * 2 ** failures), signal);
    }
  }

  /**
   * Do something with the conversation and return whether it worked. If not, what went wrong and the latest state are shown.
   * @param {"reply" | "hand-back" | "close"} what
   * @param {object | undefined} body
   * @param {string} confirmation
   */
  async function act(what, body, confirmation) {
    wrong.say("");
    for (const one of [handBack, end]) one.disabled = true;
    try {
      take(await call(`${address}/${what}`, { method: "POST", body }));
      toast(confirmation);
      log.scrollTop = log.scrollHeight;
      waiting.refresh().catch(() => null); // the next round tells
      return true;
    } catch (error) {
      wrong.say(problem(error));
      if (error.status === 409) await read(0).catch(() => null);
      return false;
    } finally {
      for (const one of [handBack, end]) one.disabled = false;
    }
  }

  follow().catch((error) => { if (error.name !== "AbortError") throw error; });
  return { focusReply: reply.focus, insert: reply.insert };
}

/**
 * @param {MessageOut} message
 * @param {Record<string, string>} platforms
 */
function messageItem(message, platforms) {
  if (message.author === "event") return h("li", { class: "event small muted" }, h("span", {}, known("event", message.text), message.agent && [" · ", bdi(message.agent)]), " ", time(message));
  const name = message.author === "agent" ? t("author.agent", { name: message.agent ?? "" }) : t(`author.${message.author}`);
  return h("li", { class: `message from-${message.author}` },
    h("p", { class: "message-head small" }, h("strong", {}, bdi(name)), " ", time(message)),
    h("div", { class: "bubble" }, messageParts(message, { t, platforms })),
    h("span", { class: "rating-place" }, typeof message.helpful === "boolean" && h("span", { class: `badge ${message.helpful ? "ok" : "danger"}` }, t(message.helpful ? "rated.helpful" : "rated.not"))),
    message.answer && explanation(message.answer));
}

/**
 * Return the buttons to label a question: below its answer, or below the question while a person has the conversation.
 * @param {MessageOut[]} messages
 * @param {number} place
 * @param {"conversation" | "handoff"} kind
 */
function labelling(messages, place, kind) {
  const { answer, author, text } = messages[place];
  const asked = messages[place - 1];
  if (answer && !answer.intent && asked?.author === "visitor") return labelButtons(asked.text, answer.sources[0] ?? null, kind);
  return author === "visitor" && !messages[place + 1]?.answer ? labelButtons(text, null, kind) : "";
}

/** @param {MessageOut} message */
const time = (message) => h("time", { class: "muted figure", datetime: message.created }, moment(message.created));
