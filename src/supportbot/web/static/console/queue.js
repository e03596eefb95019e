// The queue on the left, the open conversation on the right.

import { bdi, h } from "../shared/dom.js";
import { conversationPanel } from "./conversation.js";
import { empty, loading } from "./loading.js";
import { known, t, waited } from "./texts.js";
import { waiting } from "./waiting.js";

/** @import { QueueItem } from "../shared/api.d.ts" */
/** @import { Place, View } from "./main.js" */

/**
 * @param {Place} place
 * @returns {View}
 */
export function queueView({ body, rest, signal }) {
  /** @type {{ id: string, end: AbortController, panel: ReturnType<typeof conversationPanel> } | null} */
  let open = null;
  const list = h("ul", { class: "queue-list", "aria-label": t("queue.list") });
  const offline = h("p", { class: "note", role: "alert", hidden: true }, t("queue.offline"));
  const nothing = empty(t("queue.empty"));
  const first = loading();
  const pane = h("section", { class: "pane", "aria-label": t("conversation") });
  const split = h("div", { class: "split" }, h("div", { class: "queue-side" }, offline, first, nothing, list), pane);
  body.append(split);
  /** @type {Map<string, ReturnType<typeof queueRow>>} */
  const rows = new Map();

  function update() {
    const items = waiting.items;
    offline.hidden = !waiting.failing;
    if (items) first.remove();
    nothing.hidden = !items || items.length > 0;
    list.hidden = !items?.length;
    for (const [id, row] of rows) if (!items?.some((one) => one.id === id)) { row.element.remove(); rows.delete(id); }
    (items ?? []).forEach((item, place) => {
      const row = rows.get(item.id) ?? queueRow(item.id);
      rows.set(item.id, row);
      row.fill(item, waiting.isUnread(item), item.id === open?.id);
      // Moving an element takes the focus from it: only what stands elsewhere is moved.
      if (list.children[place] !== row.element) list.insertBefore(row.element, list.children[place] ?? null);
    });
  }

  /** @param {string | undefined} id */
  function show(id) {
    open?.end.abort();
    open = null;
    split.classList.toggle("opened", Boolean(id));
    if (!id) {
      pane.replaceChildren(empty(t("queue.pick")));
      return update();
    }
    const end = new AbortController();
    open = { id, end, panel: conversationPanel(pane, id, AbortSignal.any([signal, end.signal])) };
    update();
  }

  const tick = setInterval(() => rows.forEach((row) => row.tick()), 1000);
  signal.addEventListener("abort", () => clearInterval(tick));
  waiting.addEventListener("change", update, { signal });
  show(rest[0]);

  const links = () => [...list.querySelectorAll("a")];
  const move = (/** @type {number} */ step) => () => {
    const all = links();
    const now = all.findIndex((one) => one === document.activeElement);
    all[Math.max(0, Math.min(all.length - 1, now + step))]?.focus();
  };
  return {
    moved: ({ rest: [id] }) => { if (id !== open?.id) show(id); },
    keys: {
      j: { what: "next", run: move(1) },
      ArrowDown: { what: "next", run: move(1) },
      k: { what: "previous", run: move(-1) },
      ArrowUp: { what: "previous", run: move(-1) },
      o: { what: "conversation", run: () => links().find((one) => one === document.activeElement)?.click() },
      r: { what: "reply", run: () => open?.panel.focusReply() },
      i: { what: "insert", run: () => open?.panel.insert() },
    },
  };
}

/**
 * Return one line of the queue; `fill` shows what has changed.
 * @param {string} id
 */
function queueRow(id) {
  const time = h("span", { class: "figure" });
  const state = h("span", { class: "badge" });
  const reason = h("span", { class: "small muted" });
  const last = h("span", { class: "last", dir: "auto" });
  const dot = h("span", { class: "dot" }, h("span", { class: "hidden-text" }, t("queue.unread")));
  const anchor = h("a", { href: `#/queue/${id}` }, h("span", { class: "queue-top" }, dot, state, h("span", { class: "hidden-text" }, t("waited")), time), last, reason);
  /** @type {string | null} */
  let since = null;
  const tick = () => { time.textContent = since ? waited(since) : ""; };
  return {
    element: h("li", {}, anchor),
    tick,
    /**
     * @param {QueueItem} item
     * @param {boolean} unread
     * @param {boolean} isOpen
     */
    fill(item, unread, isOpen) {
      since = item.waiting_since;
      tick();
      const mine = item.state === "agent";
      state.className = mine ? "badge" : "badge warn";
      state.replaceChildren(mine ? bdi(t("queue.agent", { name: item.agent ?? "" })) : t("queue.waiting"));
      reason.textContent = item.reason ? known("reason", item.reason) : "";
      const text = item.last_message || t("queue.no.text");
      if (last.textContent !== text) last.textContent = text;
      dot.hidden = !unread;
      anchor.classList.toggle("unread", unread);
      if (isOpen) anchor.setAttribute("aria-current", "true");
      else anchor.removeAttribute("aria-current");
    },
  };
}
