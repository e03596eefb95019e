import { Failure, pause } from "./api.js";
import { addPart, begun } from "./incoming.js";
import { eventsOf } from "./stream.js";
import { Transcript } from "./transcript.js";

/** @import { ConversationOut, MessageOut, Reply, State } from "../shared/api.d.ts" */
/** @import { Api } from "./api.js" */
/** @import { Stored } from "./storage.js" */
/** @import { StreamEvent } from "./stream.js" */
/** @import { Entry } from "./transcript.js" */

/**
 * @typedef {object} ConversationView  what is told of changes
 * @property {(entry: Entry) => void} entryChanged
 * @property {(entry: Entry) => void} entryRemoved
 * @property {() => void} cleared
 * @property {() => void} stateChanged
 * @property {(name: string, detail: object) => void} tell  tells the page around the widget
 * @property {(text: string, kind: "long" | "refused") => void} returned  the service refused a text
 */

/**
 * An answer that is being received.
 * @typedef {{ question: Entry, entry: Entry | null, lastEvent: string, done: boolean }} Receiving
 */

const SLOW_SECONDS = 4;
const ANSWER_SECONDS = 60;
const SILENCE_SECONDS = 40; // a live stream gives a sign of life every 15
const RESUME_AFTER_SECONDS = [0, 1, 2, 4, 8];
const MOST_RETRY_SECONDS = 30;
const PAGE = 200; // messages in one reply
const WITH_PERSON = ["waiting", "agent"];

/** A conversation with the service: no message gets lost, none is sent twice. */
export class Conversation {
  /** @type {string | null} */
  #shownId = null; // the conversation that the transcript is of
  /** @type {Entry[] | null} */
  #unsentBefore = null; // what was on its way when the page was left
  /** @type {AbortController | null} */
  #live = null;
  #wake = () => {};
  /** @type {State} */
  state = "bot";
  /** @type {string | null} */
  agent = null;
  /** Whether the service cannot be reached. */
  broken = false;
  /** The language of the interface, as a tag. */
  language = "";

  /**
   * @param {Api} api
   * @param {Stored} lasting  for all tabs: the token, the id of the conversation, its state, the last number read
   * @param {Stored} passing  for this tab: what is not sent yet
   * @param {ConversationView} view
   */
  constructor(api, lasting, passing, view) {
    this.api = api;
    this.lasting = lasting;
    this.view = view;
    this.transcript = new Transcript(view, (unsent) =>
      passing.set({ unsent: unsent.map(({ author, text, choice, section, behind }) => ({ author, text, choice, section, behind })) }));
    const { unsent } = passing.get();
    if (Array.isArray(unsent)) this.#unsentBefore = unsent;
  }

  /** @returns {string | null} */
  get id() {
    return this.lasting.get().conversation ?? null;
  }

  get withPerson() {
    return WITH_PERSON.includes(this.state);
  }

  /** Whether a person had it when any tab last looked. */
  get wasWithPerson() {
    return WITH_PERSON.includes(this.lasting.get().state);
  }

  get unread() {
    const seen = this.lasting.get().seen ?? 0;
    return this.transcript.entries.filter((entry) => entry.author === "agent" && (entry.number ?? 0) > seen).length;
  }

  markRead() {
    this.lasting.set({ seen: this.transcript.last });
  }

  get #path() {
    return `/v1/conversations/${this.id}`;
  }

  /** @returns {string | undefined} */
  get #token() {
    return this.lasting.get().token;
  }

  /** Show what is stored: on the first opening, and whenever another tab or an agent may have gone on. */
  async catchUp() {
    if (this.id !== this.#shownId) this.#clear();
    this.#unsentBefore?.forEach((entry) => this.transcript.add({ ...entry, failure: new Failure("connection") }));
    this.#unsentBefore = null;
    if (!this.id) return;
    try {
      await this.#read();
    } catch (error) {
      if (!this.#startedAnew(error)) this.problem(error);
    }
    this.#follow();
  }

  /**
   * Send a question, or the choice of an offered article or section.
   * @param {string} text
   * @param {string} [choice]  the id of the article
   * @param {string} [section]  the id of its section; empty for the whole article
   */
  async ask(text, choice, section) {
    if (this.id !== this.#shownId) await this.catchUp();
    const entry = this.transcript.add({ author: "visitor", text, choice, section, behind: this.transcript.lastId });
    this.view.tell("question", { text, conversation_id: this.id });
    await this.deliver(entry);
  }

  /**
   * Send an entry; a second time only if the service does not have it.
   * @param {Entry} entry
   */
  async deliver(entry) {
    const again = entry.failure !== undefined;
    this.transcript.change(entry, { failure: undefined });
    const slow = setTimeout(() => this.transcript.change(entry, { slow: true }), SLOW_SECONDS * 1000);
    try {
      if (again && this.id) await this.#read().catch((error) => this.#startAnewOrThrow(error));
      if (!entry.id) await this.#post(entry);
    } catch (error) {
      this.#failed(entry, error);
    } finally {
      clearTimeout(slow);
      this.transcript.change(entry, { slow: false });
    }
  }

  /** The network is back: send what failed for want of it. */
  async online() {
    for (const entry of this.transcript.unsent.filter((one) => one.failure?.kind === "offline")) await this.deliver(entry);
    if (this.id) await this.catchUp();
  }

  /** Begin a new conversation; whoever waits for a person waits no longer. */
  restart() {
    if (this.state === "waiting") this.api.request("DELETE", `${this.#path}/handoff`, { token: this.#token }).catch(() => {});
    this.lasting.set({ conversation: null, state: "bot", seen: 0 });
    this.#clear();
    this.transcript.keepUnsent([]);
  }

  /**
   * Ask for a person; where no conversation has begun, with these words. Throws `Failure`.
   * @param {string} reason
   * @param {string} words
   */
  async askForPerson(reason, words) {
    if (!this.id) return this.ask(words);
    try {
      this.#take(await this.api.json("POST", `${this.#path}/handoff`, { body: { reason }, token: this.#token }));
      this.#follow();
    } catch (error) {
      if (this.#startedAnew(error)) return this.ask(words);
      this.problem(error);
      throw error;
    }
  }

  /** Go back from waiting for a person to the bot. Throws `Failure`. */
  async backToBot() {
    try {
      this.#take(await this.api.json("DELETE", `${this.#path}/handoff`, { token: this.#token }));
    } catch (error) {
      this.#startAnewOrThrow(error);
    }
  }

  /**
   * Say whether an answer helped. Throws `Failure`.
   * @param {Entry} entry
   * @param {"helpful" | "not"} verdict
   * @param {string} [reason]
   * @param {string} [comment]
   */
  async rate(entry, verdict, reason, comment) {
    const body = { verdict, reason: reason || undefined, comment: comment || undefined };
    await this.api.request("POST", `${this.#path}/messages/${entry.id}/feedback`, { body, token: this.#token });
    entry.helpful = verdict === "helpful";
    this.view.tell("feedback", { message_id: entry.id, ...body });
  }

  /** @param {any} error */
  problem(error) {
    if (error.kind === "connection" || error.kind === "offline") this.#setBroken(true);
    this.view.tell("error", { kind: error.kind ?? "server", status: error.status ?? 0 });
  }

  /** End the live stream. */
  stop() {
    this.#live?.abort();
    this.#live = null;
  }

  // --- sending, and receiving the answer

  /**
   * @param {Entry} entry
   * @param {number} [tries]
   * @returns {Promise<void>}
   */
  async #post(entry, tries = 2) {
    const { text, choice, section } = entry;
    const body = { question: text, choice, section: section || undefined, conversation_id: this.id ?? undefined, locale: this.language };
    const signal = AbortSignal.timeout(ANSWER_SECONDS * 1000);
    let response;
    try {
      response = await this.api.request("POST", "/v1/chat", { body, token: this.#token, stream: true, signal });
    } catch (error) {
      if (tries && error instanceof Failure && error.kind === "busy") return pause(error.seconds || 1).then(() => this.#post(entry, tries - 1));
      if (tries && this.#startedAnew(error)) return this.#post(entry, 0);
      throw error;
    }
    const receiving = { question: entry, entry: null, lastEvent: "", done: false };
    try {
      await this.#receive(response, receiving);
    } catch (error) {
      if (!entry.id || !(error instanceof Failure)) throw error; // not even the beginning of the answer came
    }
    if (!receiving.done) await this.#resume(receiving);
    this.#follow();
  }

  /**
   * Take the events of an answer into its entry.
   * @param {Response} response
   * @param {Receiving} receiving
   */
  async #receive(response, receiving) {
    for await (const events of eventsOf(response, ANSWER_SECONDS)) {
      if (!this.transcript.entries.includes(receiving.question)) { // the visitor began anew meanwhile
        receiving.done = true;
        return;
      }
      for (const event of events) {
        receiving.lastEvent = event.id || receiving.lastEvent;
        this.#takeEvent(receiving, event);
      }
      if (receiving.entry) this.transcript.change(receiving.entry);
    }
  }

  /**
   * @param {Receiving} receiving
   * @param {StreamEvent} event
   */
  #takeEvent(receiving, event) {
    const { name, data } = event;
    if (name === "start") {
      this.lasting.set({ token: data.visitor_token, conversation: data.conversation_id });
      this.#shownId = data.conversation_id;
      this.#setBroken(false);
      this.transcript.adopt(receiving.question, data.question_id);
      if (!data.message_id) return;
      receiving.entry = this.#answering(data);
      if (data.state !== this.state) this.#become(data.state);
      return;
    }
    if (name === "done") receiving.done = true;
    const { entry } = receiving;
    if (!entry?.answer) return;
    if (name !== "done") return addPart(entry.answer, event);
    const { visitor_token, ...whole } = data; // the token is no business of the page around
    this.transcript.change(entry, { answer: whole, coming: false, fresh: true });
    this.view.tell("answer", whole);
  }

  /**
   * Return the entry of an answer that begins to come.
   * @param {Reply} start
   */
  #answering(start) {
    const id = start.message_id ?? "";
    const known = this.transcript.entries.find((entry) => entry.id === id);
    if (known) return Object.assign(known, { answer: begun(start) });
    return this.transcript.add({ id, author: "bot", text: "", answer: begun(start), coming: true });
  }

  /**
   * Take the rest of an answer whose stream broke; where that fails, the conversation has it.
   * @param {Receiving} receiving
   */
  async #resume(receiving) {
    try {
      if (!receiving.entry) throw new Failure("connection");
      const path = `${this.#path}/messages/${receiving.entry.id}/stream`;
      const response = await this.api.request("GET", path, { token: this.#token, stream: true, lastEvent: receiving.lastEvent });
      await this.#receive(response, receiving);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
    if (receiving.done) return;
    for (const seconds of RESUME_AFTER_SECONDS) {
      await pause(seconds);
      try {
        return await this.#read();
      } catch (error) {
        if (this.#startedAnew(error)) return;
        this.#setBroken(true);
      }
    }
  }

  /**
   * @param {Entry} entry
   * @param {any} error
   */
  #failed(entry, error) {
    if (!(error instanceof Failure)) console.error(error);
    const failure = error instanceof Failure ? error : new Failure("server");
    this.view.tell("error", { kind: failure.kind, status: failure.status });
    if (entry.id || !this.transcript.entries.includes(entry)) return; // it arrived; only its answer is not here yet
    if (failure.kind === "long" || failure.kind === "refused") {
      this.transcript.remove(entry);
      this.view.returned(entry.text, failure.kind);
    } else {
      this.transcript.change(entry, { failure });
    }
  }

  // --- reading what the service has

  /** Read the messages behind the last number known. */
  async #read() {
    for (;;) {
      const after = this.transcript.last;
      const found = await this.api.json("GET", `${this.#path}?after=${after}`, { token: this.#token });
      this.#take(found);
      if (found.messages.length < PAGE || this.transcript.last === after) return;
    }
  }

  /** @param {ConversationOut} found */
  #take(found) {
    this.#shownId = found.id;
    found.messages.forEach((message) => this.#merge(message));
    this.#setBroken(false);
    this.#become(found.state);
  }

  /** @param {MessageOut} message */
  #merge(message) {
    if (!this.transcript.merge(message)) return;
    if (message.author === "agent") {
      this.agent = message.agent;
      this.#become("agent");
    }
    if (message.author === "event") this.#become(message.text === "closed" ? "closed" : "bot");
  }

  /** Follow the conversation live as long as a person has it. */
  async #follow() {
    if (this.#live || !this.id || !this.withPerson) return;
    const live = (this.#live = new AbortController());
    let wait = 1;
    while (this.#live === live && this.withPerson) {
      try {
        const options = { token: this.#token, stream: true, signal: live.signal };
        const response = await this.api.request("GET", `${this.#path}/events?after=${this.transcript.last}`, options);
        this.#setBroken(false);
        wait = 1;
        for await (const events of eventsOf(response, SILENCE_SECONDS)) {
          if (this.#live !== live) return;
          events.filter(({ name }) => name === "message").forEach(({ data }) => this.#merge(data));
          if (!this.withPerson) break;
        }
      } catch (error) {
        if (live.signal.aborted || this.#startedAnew(error)) return;
        this.#setBroken(true);
      }
      if (!this.withPerson) break;
      await Promise.race([pause(wait, live.signal), new Promise((wake) => (this.#wake = () => wake(undefined)))]);
      wait = Math.min(MOST_RETRY_SECONDS, wait * 2);
    }
    if (this.#live === live) this.stop();
  }

  // --- where it stands

  /**
   * Begin anew if the visitor's token has expired or the conversation is gone, and return whether it is so. What is unsent stays.
   * @param {any} error
   */
  #startedAnew(error) {
    if (error.kind !== "expired" && error.kind !== "gone") return false;
    this.lasting.set({ conversation: null, state: "bot", seen: 0, ...(error.kind === "expired" && { token: null }) });
    const { unsent } = this.transcript;
    this.#clear();
    this.transcript.add({ id: "expired", author: "event", text: "expired" });
    unsent.forEach((entry) => this.transcript.add(Object.assign(entry, { behind: null })));
    return true;
  }

  /** @param {any} error */
  #startAnewOrThrow(error) {
    if (!this.#startedAnew(error)) throw error;
  }

  #clear() {
    this.stop();
    this.transcript.clear();
    this.#shownId = this.id;
    this.agent = null;
    this.#setBroken(false);
    this.#become("bot");
    this.view.cleared();
  }

  /**
   * Note whether the service can be reached; as soon as it can, the live stream need not wait.
   * @param {boolean} broken
   */
  #setBroken(broken) {
    if (!broken) this.#wake();
    if (broken === this.broken) return;
    this.broken = broken;
    this.view.stateChanged();
  }

  /** @param {State} state */
  #become(state) {
    const changed = state !== this.state;
    this.state = state;
    this.lasting.set({ state });
    if (state === "agent") this.agent ??= this.transcript.entries.findLast((entry) => entry.agent)?.agent ?? null;
    this.view.stateChanged();
    if (changed) this.view.tell("handoff", { state, agent: state === "agent" ? this.agent : null, conversation_id: this.id });
  }
}
