import assert from "node:assert/strict";
import test from "node:test";
import { Failure } from "../../src/supportbot/web/static/widget/api.js";
import { addPart, begun } from "../../src/supportbot/web/static/widget/incoming.js";
import { eventsOf, parseEvents } from "../../src/supportbot/web/static/widget/stream.js";

const response = (pieces, { open = false } = {}) => new Response(new ReadableStream({
  start(controller) {
    for (const piece of pieces) controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
    if (!open) controller.close();
  },
}));

async function collected(reply, seconds = 5) {
  const names = [];
  for await (const events of eventsOf(reply, seconds)) names.push(...events.map((event) => [event.name, event.data]));
  return names;
}

test("events have an id, a name and data", () => {
  const [events, rest] = parseEvents('id: 7\nevent: text\ndata: {"text": "a: b"}\n\n');
  assert.deepEqual(events, [{ id: "7", name: "text", data: { text: "a: b" } }]);
  assert.equal(rest, "");
});

test("comments and events without a name are left out, the unfinished rest is given back", () => {
  const [events, rest] = parseEvents(': ping\r\n\r\ndata: 1\r\n\r\nevent: done\r\ndata: null\r\n\r\nevent: te');
  assert.deepEqual(events.map((event) => event.name), ["done"]);
  assert.equal(rest, "event: te");
});

test("events that come in pieces are put together, also within a character", async () => {
  const bytes = new TextEncoder().encode('event: text\ndata: {"text": "手機"}\n\n');
  const cut = bytes.length - 6; // within the second character
  assert.deepEqual(await collected(response([bytes.slice(0, cut), bytes.slice(cut), 'event: done\ndata: {}\n\n'])), [["text", { text: "手機" }], ["done", {}]]);
});

test("a stream that says nothing for too long fails as a lost connection", async () => {
  await assert.rejects(collected(response(["event: a\ndata: 1\n\n"], { open: true }), 0.05), (error) => error instanceof Failure && error.kind === "connection");
});

test("an answer grows by its events; those that repeat what its blocks hold add nothing", () => {
  const answer = begun({ outcome: "answer", script: "hant" });
  const [first, second] = [{ kind: "paragraph", text: "a" }, { kind: "step", text: "b", number: 1 }];
  for (const [name, data] of [
    ["warning", { text: "w" }], ["block", first], ["block", second], ["text", { text: "a" }], ["step", { number: 1 }], ["note", { text: "n" }],
    ["source", { title: "s" }], ["choices", { choices: [1] }], ["news of a later version", {}],
  ]) addPart(answer, { id: "", name, data });
  const { warning, blocks, sources, choices } = answer;
  assert.deepEqual({ warning, blocks, sources, choices }, { warning: "w", blocks: [first, second], sources: [{ title: "s" }], choices: [1] });
});
