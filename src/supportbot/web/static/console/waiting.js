// The queue as it is now: asked for every two seconds while the page is seen, more seldom behind, with longer and
// longer pauses while the service does not answer. What was read is kept for the tab.

import { call, pause } from "./api.js";
import { t } from "./texts.js";
import { announce } from "./toast.js";

const SEEN_SECONDS = 2;
const HIDDEN_SECONDS = 15;
const MOST_SECONDS = 30;
const MOST = 100;
const PLACE = "console.read";

/** @import { QueueItem } from "../shared/api.d.ts" */

class Waiting extends EventTarget {
  /** The conversations, the longest waiting first; null before the first reply. */
  items = /** @type {QueueItem[] | null} */ (null);
  /** Whether the last request failed. */
  failing = false;
  /** @type {AbortController | null} */
  #end = null;
  /** @type {Record<string, number>} */
  #read = JSON.parse(sessionStorage.getItem(PLACE) ?? "{}");

  get count() { return (this.items ?? []).filter((one) => one.state === "waiting").length; }
  get unread() { return (this.items ?? []).filter((one) => this.isUnread(one)).length; }

  /** @param {QueueItem} item */
  isUnread(item) { return (this.#read[item.id] ?? 0) < item.messages; }

  /**
   * Note that a conversation was read so far.
   * @param {string} id
   * @param {number} messages
   */
  markRead(id, messages) {
    if (this.#read[id] >= messages) return;
    this.#read[id] = messages;
    sessionStorage.setItem(PLACE, JSON.stringify(this.#read));
    this.#tell();
  }

  start() {
    if (this.#end) return;
    const end = (this.#end = new AbortController());
    this.#poll(end.signal).catch((error) => { if (error.name !== "AbortError") throw error; });
  }

  stop() {
    this.#end?.abort();
    this.#end = null;
    this.items = null;
  }

  /** Ask at once, as after a reply. */
  async refresh() {
    this.#take(await call(`/v1/queue?limit=${MOST}`, { signal: this.#end?.signal }));
  }

  /** @param {AbortSignal} signal */
  async #poll(signal) {
    for (let failures = 0; ; ) {
      try {
        await this.refresh();
        failures = 0;
        if (this.failing) { this.failing = false; this.#tell(); }
      } catch (error) {
        if (error.name === "AbortError") return;
        failures += 1;
        this.failing = true;
        this.#tell();
      }
      const seconds = document.hidden ? HIDDEN_SECONDS : SEEN_SECONDS;
      await this.#rest(Math.min(MOST_SECONDS, seconds * 2 ** failures), signal);
    }
  }

  /**
   * Wait, but no longer than until the page comes to the front.
   * @param {number} seconds
   * @param {AbortSignal} signal
   */
  async #rest(seconds, signal) {
    const rest = new AbortController();
    const wake = () => { if (!document.hidden) rest.abort(); };
    document.addEventListener("visibilitychange", wake);
    try {
      await pause(seconds, AbortSignal.any([signal, rest.signal]));
    } catch (error) {
      if (signal.aborted) throw error;
    } finally {
      document.removeEventListener("visibilitychange", wake);
    }
  }

  /** @param {QueueItem[]} items */
  #take(items) {
    const before = this.items && new Set(this.items.map((one) => one.id));
    this.items = items;
    const fresh = before ? items.filter((one) => !before.has(one.id) && one.state === "waiting") : [];
    if (fresh.length) announce(t("queue.new", { text: fresh[0].last_message }));
    this.#tell();
  }

  #tell() { this.dispatchEvent(new Event("change")); }
}

export const waiting = new Waiting();
