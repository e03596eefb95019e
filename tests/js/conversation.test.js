import assert from "node:assert/strict";
import test from "node:test";
import { Failure } from "../../src/supportbot/web/static/widget/api.js";
import { Conversation } from "../../src/supportbot/web/static/widget/conversation.js";

const view = Object.fromEntries(["entryChanged", "entryRemoved", "cleared", "stateChanged", "tell", "returned"].map((name) => [name, () => {}]));

/** A place that things are stored in. */
function place() {
  let kept = {};
  return { get: () => kept, set: (given) => { kept = JSON.parse(JSON.stringify({ ...kept, ...given })); } };
}

test("a section that was chosen is sent with its article, also when it is sent again after a new beginning of the page", async () => {
  const sent = [];
  const api = { request: async (_method, _path, { body }) => { sent.push(JSON.parse(JSON.stringify(body))); throw new Failure("connection"); } };
  const passing = place();
  await new Conversation(api, place(), passing, view).ask("Web", "withdraw", "77b0");
  const later = new Conversation(api, place(), passing, view);
  await later.catchUp();
  await later.deliver(later.transcript.entries[0]);
  const wanted = { question: "Web", choice: "withdraw", section: "77b0", locale: "" };
  assert.deepEqual(sent, [wanted, wanted]);
});

test("the choice of a whole article is sent without a section", async () => {
  const sent = [];
  const api = { request: async (_method, _path, { body }) => { sent.push(body.section); throw new Failure("connection"); } };
  await new Conversation(api, place(), place(), view).ask("Withdraw", "withdraw", "");
  assert.deepEqual(sent, [undefined]);
});
