import assert from "node:assert/strict";
import test from "node:test";
import { splitAt, splitLinks } from "../../src/supportbot/web/static/shared/text.js";

test("ranges count code points, as the service does", () => {
  assert.deepEqual(splitAt("𠮷野家的😀手機", [[1, 3], [5, 7]]), ["𠮷", "野家", "的😀", "手機", ""]);
});

test("a text without ranges is one piece", () => {
  assert.deepEqual(splitAt("手機", []), ["手機"]);
});

test("every second piece is a marked one, empty ones between ranges that meet", () => {
  assert.deepEqual(splitAt("abcd", [[0, 2], [2, 4]]), ["", "ab", "", "cd", ""]);
});

test("the pieces are the whole text again", () => {
  const text = "請看 https://a.example/x（或 http://b.example）。";
  assert.equal(splitLinks(text).join(""), text);
  assert.equal(splitAt(text, [[0, 2], [5, 9]]).join(""), text);
});

test("addresses end before the punctuation of the sentence, and before Chinese text", () => {
  for (const [text, address] of [
    ["請看 https://example.com/help。謝謝", "https://example.com/help"],
    ["(see https://example.com/a.)", "https://example.com/a"],
    ["https://example.com/a?b=c&d=e#f!", "https://example.com/a?b=c&d=e#f"],
    ["https://example.com/a,https", "https://example.com/a,https"],
  ]) assert.equal(splitLinks(text)[1], address);
});

test("what is no web address stays text", () => {
  for (const text of ["javascript:alert(1)", "ftp://example.com", "https://", "example.com", "https://[x"]) {
    assert.deepEqual(splitLinks(text), [text]);
  }
});
