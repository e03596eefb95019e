import assert from "node:assert/strict";
import test from "node:test";
import { Transcript } from "../../src/supportbot/web/static/widget/transcript.js";

function transcript() {
  const told = { changed: [], removed: [], unsent: null };
  const view = { entryChanged: (entry) => told.changed.push(entry), entryRemoved: (entry) => told.removed.push(entry) };
  return Object.assign(new Transcript(view, (unsent) => { told.unsent = unsent.map((entry) => entry.text); }), { told });
}

const stored = (number, author, text, more) => ({ id: `m${number}`, number, author, text, agent: null, answer: null, helpful: null, ...more });
const texts = (one) => one.entries.map((entry) => entry.text);

test("what is unsent stands at the end, and is kept until the service has it", () => {
  const one = transcript();
  one.add({ author: "visitor", text: "mine" });
  one.merge(stored(1, "agent", "theirs"));
  assert.deepEqual(texts(one), ["theirs", "mine"]);
  assert.deepEqual(one.told.unsent, ["mine"]);
  assert.equal(one.sending, true);
  one.adopt(one.entries[1], "m2");
  one.merge(stored(3, "bot", "answer"));
  assert.deepEqual(texts(one), ["theirs", "mine", "answer"]);
  assert.deepEqual(one.told.unsent, []);
  assert.equal(one.sending, false);
});

test("a failed message is unsent, but not on its way", () => {
  const one = transcript();
  one.add({ author: "visitor", text: "mine", failure: {} });
  assert.equal(one.sending, false);
  assert.equal(one.unsent.length, 1);
});

test("a message whose reply got lost is found by its text, with what was written shown", () => {
  const one = transcript();
  one.merge(stored(1, "visitor", "hello"));
  const entry = one.add({ author: "visitor", text: "my mail is a@b.example", behind: "m1", failure: {} });
  assert.equal(one.merge(stored(2, "visitor", "my mail is [email]")), false);
  assert.deepEqual([entry.id, entry.text, entry.failure], ["m2", "my mail is a@b.example", undefined]);
  assert.equal(one.entries.length, 2);
});

test("an earlier message with the same text is not that one", () => {
  const one = transcript();
  one.merge(stored(5, "visitor", "before"));
  one.add({ author: "visitor", text: "again", behind: "m5", failure: {} });
  assert.equal(one.merge(stored(4, "visitor", "again")), true);
  assert.equal(one.unsent.length, 1);
});

test("a message that is known is drawn anew only for news", () => {
  const one = transcript();
  one.merge(stored(1, "bot", "answer"));
  one.told.changed.length = 0;
  one.merge(stored(1, "bot", "answer"));
  assert.equal(one.told.changed.length, 0);
  one.merge(stored(1, "bot", "answer", { helpful: true }));
  assert.equal(one.told.changed.length, 1);
  assert.equal(one.last, 1);
});

test("what was cleared is not shown any more", () => {
  const one = transcript();
  const entry = one.add({ author: "visitor", text: "mine" });
  one.clear();
  one.told.changed.length = 0;
  one.change(entry, { slow: true });
  assert.equal(one.told.changed.length, 0);
  assert.equal(one.last, 0);
});
