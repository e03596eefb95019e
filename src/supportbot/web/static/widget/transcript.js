/** @import { MessageOut } from "../shared/api.d.ts" */
/** @import { Failure } from "./api.js" */

/**
 * @typedef {object} Unsent  what is known of a message beside what the service stores
 * @property {string} [choice]  the article that was chosen
 * @property {string} [section]  the section of it that was chosen
 * @property {string | null} [behind]  the id of the last stored message when it was written
 * @property {Failure} [failure]  why it could not be sent
 * @property {number} [until]  when it may be sent again, in milliseconds since 1970
 * @property {boolean} [slow]  its answer takes long
 * @property {boolean} [coming]  it is an answer of which more is to come
 * @property {boolean} [fresh]  it is an answer that has just become whole
 */

/** @typedef {Partial<MessageOut> & Pick<MessageOut, "author" | "text"> & Unsent} Entry  without `id` until the service has it */

/** What was said, in order; what the service does not have yet stands at the end. */
export class Transcript {
  /** @type {Entry[]} */
  entries = [];
  /** The highest number of a stored message. */
  last = 0;

  /**
   * @param {{ entryChanged(entry: Entry): void, entryRemoved(entry: Entry): void }} view
   * @param {(unsent: Entry[]) => void} keepUnsent  called when other entries are unsent than before
   */
  constructor(view, keepUnsent) {
    this.view = view;
    this.keepUnsent = keepUnsent;
  }

  get unsent() {
    return this.entries.filter((entry) => !entry.id && entry.author === "visitor");
  }

  /** Whether a message is on its way. */
  get sending() {
    return this.unsent.some((entry) => !entry.failure);
  }

  get lastId() {
    return this.entries.findLast((entry) => entry.id)?.id ?? null;
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#insert(entry);
    this.change(entry);
    if (!entry.id) this.keepUnsent(this.unsent);
    return entry;
  }

  /**
   * Change an entry and show it, unless it was cleared meanwhile.
   * @param {Entry} entry
   * @param {Partial<Entry>} [changes]
   */
  change(entry, changes = {}) {
    Object.assign(entry, changes);
    if (this.entries.includes(entry)) this.view.entryChanged(entry);
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.view.entryRemoved(entry);
    this.keepUnsent(this.unsent);
  }

  /**
   * Note that the service has an entry: it moves above what is unsent.
   * @param {Entry} entry
   * @param {string} id
   */
  adopt(entry, id) {
    Object.assign(entry, { id, failure: undefined });
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.#insert(entry);
    this.change(entry);
    this.keepUnsent(this.unsent);
  }

  /**
   * Take a message of the service: one known by its id, one of ours of which no reply came, or a new one. Return whether it is new.
   * @param {MessageOut} message
   */
  merge(message) {
    this.last = Math.max(this.last, message.number);
    const lost = message.author === "visitor" && this.unsent.find((entry) => this.#isSame(entry, message));
    const entry = this.entries.find((one) => one.id === message.id) ?? lost;
    if (!entry) {
      this.add(message);
      return true;
    }
    if (!entry.id) this.adopt(entry, message.id);
    const { text, ...others } = message; // of a visitor's message the stored text may have secrets taken out
    const isNews = entry.coming || (entry.helpful ?? null) !== message.helpful;
    Object.assign(entry, entry.author === "visitor" ? others : message, { coming: false });
    if (isNews) this.change(entry); // else it stays as it is shown, with the tab chosen and the comment begun in it
    return false;
  }

  clear() {
    this.entries = [];
    this.last = 0;
  }

  /** @param {Entry} entry */
  #insert(entry) {
    const unsent = this.entries.findIndex((one) => !one.id);
    this.entries.splice(entry.id && unsent >= 0 ? unsent : this.entries.length, 0, entry);
  }

  /**
   * Whether a stored message is an entry whose reply got lost. What is stored may have secrets taken out.
   * @param {Entry} entry
   * @param {MessageOut} message
   */
  #isSame(entry, message) {
    const behind = this.entries.find((one) => one.id === entry.behind)?.number ?? 0;
    return message.number > behind && (message.text.trim() === entry.text.trim() || /\[[^\]]+\]/.test(message.text));
  }
}
