import assert from "node:assert/strict";
import test from "node:test";
import { safeUrl } from "../../src/supportbot/web/static/shared/url.js";

const BASE = "https://help.example/articles/one";

test("http(s) addresses and those of the own site are resolved", () => {
  for (const [address, resolved] of [
    ["https://other.example/a?b#c", "https://other.example/a?b#c"],
    ["HTTP://other.example", "http://other.example/"],
    ["/articles/two#part", "https://help.example/articles/two#part"],
    ["#part", "https://help.example/articles/one#part"],
    ["two", "https://help.example/articles/two"],
  ]) assert.equal(safeUrl(address, BASE), resolved);
});

test("anything else is refused", () => {
  for (const address of [
    "javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x",
    "blob:https://help.example/x", "file:///etc/passwd", "ftp://help.example/x", "mailto:a@help.example",
    "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "http://", "https://[", "", null, undefined,
  ]) assert.equal(safeUrl(address, BASE), null, String(address));
});

test("a base without an origin is not one that all such addresses share", () => {
  assert.equal(safeUrl("data:text/html,x", "data:text/html,y"), null);
});
