import assert from "node:assert/strict";
import test from "node:test";
import { answerText, stepLists } from "../../src/supportbot/web/static/shared/message.js";

const step = (number, text, platform = null) => ({ number, text, platform, path: [] });
const answer = (given) => ({ text: "", warning: null, steps: [], notes: [], sources: [], choices: [], ...given });
const view = { t: (key) => `<${key}>`, platforms: { app: "In the app" } };
const BASE = "https://help.example";

test("a list of steps ends where the numbers begin anew", () => {
  const lists = stepLists([step(1, "a"), step(2, "b"), step(1, "c"), step(1, "d", "app"), step(2, "e", "app")]);
  assert.deepEqual([...lists].map(([platform, own]) => [platform, own.map((list) => list.map((one) => one.text))]), [
    [null, [["a", "b"], ["c"]]],
    ["app", [["d", "e"]]],
  ]);
});

test("steps of platforms that alternate are put together", () => {
  const lists = stepLists([step(1, "a", "app"), step(1, "b", "web"), step(2, "c", "app")]);
  assert.deepEqual([...lists.keys()], ["app", "web"]);
  assert.equal(lists.get("app")[0].length, 2);
});

test("an answer as text has its warning first and its source last", () => {
  const text = answerText(answer({
    warning: "Careful.", text: "Do this.", steps: [step(1, "a"), step(2, "b")], notes: ["n"],
    sources: [{ title: "Title", url: "/articles/x#part" }],
  }), view, BASE);
  assert.equal(text, "Careful.\n\nDo this.\n\n1. a\n2. b\n\nn\n\n<source>: Title https://help.example/articles/x#part");
});

test("platforms are named where there are several, by their labels or else their ids", () => {
  const steps = [step(1, "a", "app"), step(1, "b", "web")];
  assert.equal(answerText(answer({ steps }), view, BASE), "In the app\n1. a\nweb\n1. b");
  assert.equal(answerText(answer({ steps: steps.slice(1) }), view, BASE), "1. b");
});

test("a warning that is the whole answer is not said twice, and an unsafe address not at all", () => {
  const sources = [{ title: "Title", url: "javascript:alert(1)" }];
  assert.equal(answerText(answer({ warning: "w", text: "w", sources }), view, BASE), "w\n\n<source>: Title ");
});
