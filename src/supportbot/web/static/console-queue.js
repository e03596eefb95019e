// The queue on the left, the open conversation on the right.

import { conversationPanel } from "./console-conversation.js";
import { h, said } from "./console-dom.js";
import { empty, loading } from "./console-load.js";
import { known, t, waited } from "./console-texts.js";
import { waiting } from "./console-waiting.js";

export function queueView({ body, rest, signal }) {
  let open = null; // the id, and what ends its updates
  const list = h("ul", { class: "queue-list", "aria-label": t("queue.list") });
  const offline = h("p", { class: "note", role: "alert", hidden: true }, t("queue.offline"));
  const nothing = empty(t("queue.empty"));
  const first = loading();
  const pane = h("section", { class: "pane", "aria-label": t("conversation") });
  const split = h("div", { class: "split" }, h("div", { class: "queue-side" }, offline, first, nothing, list), pane);
  body.append(split);
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

  function show(id) {
    open?.end.abort();
    open = null;
    split.classList.toggle("opened", Boolean(id));
    if (!id) {
      pane.replaceChildren(empty(t("queue.pick")));
      return update();
    }
    open = { id, end: new AbortController(), panel: null };
    open.panel = conversationPanel(pane, id, AbortSignal.any([signal, open.end.signal]));
    update();
  }

  const tick = setInterval(() => rows.forEach((row) => row.tick()), 1000);
  signal.addEventListener("abort", () => clearInterval(tick));
  waiting.addEventListener("change", update, { signal });
  show(rest[0]);

  const links = () => [...list.querySelectorAll("a")];
  const move = (step) => () => {
    const all = links();
    const now = all.indexOf(document.activeElement);
    all[Math.max(0, Math.min(all.length - 1, now + step))]?.focus();
  };
  return {
    moved: ({ rest: [id] }) => { if (id !== open?.id) show(id); },
    keys: {
      j: { what: "next", run: move(1) },
      ArrowDown: { what: "next", run: move(1) },
      k: { what: "previous", run: move(-1) },
      ArrowUp: { what: "previous", run: move(-1) },
      o: { what: "conversation", run: () => document.activeElement.closest(".queue-list a")?.click() },
      r: { what: "reply", run: () => open?.panel.focusReply() },
      i: { what: "insert", run: () => open?.panel.insert() },
    },
  };
}

/** One line of the queue, filled anew as it changes. */
function queueRow(id) {
  const time = h("span", { class: "figure" });
  const state = h("span", { class: "badge" });
  const reason = h("span", { class: "small muted" });
  const last = h("span", { class: "last", dir: "auto" });
  const dot = h("span", { class: "dot" }, h("span", { class: "hidden-text" }, t("queue.unread")));
  const anchor = h("a", { href: `#/queue/${id}` }, h("span", { class: "queue-top" }, dot, state, h("span", { class: "hidden-text" }, t("waited")), time), last, reason);
  let since = null;
  const tick = () => { time.textContent = since ? waited(since) : ""; };
  return {
    element: h("li", {}, anchor),
    tick,
    fill(item, unread, isOpen) {
      since = item.waiting_since;
      tick();
      const mine = item.state === "agent";
      state.className = mine ? "badge" : "badge warn";
      state.replaceChildren(mine ? said(t("queue.agent", { name: item.agent ?? "" })) : t("queue.waiting"));
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
