import { Failure } from "./api.js";

/** @typedef {{ id: string, name: string, data: any }} StreamEvent */

/**
 * Split what has come of a server-sent event stream into its whole events with a name, and the rest.
 * @param {string} text
 * @returns {[StreamEvent[], string]}
 */
export function parseEvents(text) {
  const blocks = text.split(/\r?\n\r?\n/);
  const rest = blocks.pop() ?? "";
  return [blocks.map(parseEvent).filter((event) => event.name), rest];
}

/** @param {string} block */
function parseEvent(block) {
  const event = { id: "", name: "", data: null };
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    if (field === "id") event.id = value;
    if (field === "event") event.name = value;
    if (field === "data") event.data = JSON.parse(value);
  }
  return event;
}

/**
 * Yield the events of a response as they come, those of one piece together. Throws `Failure` when the stream breaks or
 * sends nothing for `seconds`.
 * @param {Response} response
 * @param {number} seconds
 */
export async function* eventsOf(response, seconds) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      let timer = 0;
      const silence = /** @type {Promise<never>} */ (new Promise((_, fail) => (timer = setTimeout(() => fail(new Failure("connection")), seconds * 1000))));
      const read = reader.read().catch(() => { throw new Failure("connection"); });
      const { done, value } = await Promise.race([read, silence]).finally(() => clearTimeout(timer));
      if (done) return;
      let events;
      [events, rest] = parseEvents(rest + decoder.decode(value, { stream: true }));
      if (events.length) yield events;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
