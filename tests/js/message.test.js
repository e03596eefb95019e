import assert from "node:assert/strict";
import test from "node:test";
import { outline, placed } from "./fake-document.js";
import { answerText, messageParts } from "../../src/supportbot/web/static/shared/message.js";

const block = (kind, text, more) => ({ kind, text, number: null, path: [], rows: [], platform: null, ...more });
const step = (number, text, platform = null) => block("step", text, { number, platform });
const ROWS = [["Coin", "Fee"], ["BTC", "0.1"], ["two\nlines", "see https://example.com"]];
const table = block("table", "Coin | Fee\nBTC | 0.1", { rows: ROWS });
const answer = (blocks, given) => ({ blocks, warning: null, sources: [], choices: [], ...given });
const view = { t: (key) => `<${key}>`, platforms: { app: "In the app" } };
const BASE = "https://help.example";

const built = (...blocks) => placed(messageParts({ author: "bot", text: "", answer: answer(blocks) }, view));
const shown = (...blocks) => outline(built(...blocks));
const copied = (...blocks) => answerText(answer(blocks), view, BASE);

// --- what is shown

test("blocks stand in their order, whatever their kinds", () => {
  assert.equal(
    shown(block("note", "n"), block("heading", "h"), step(1, "a"), block("paragraph", "p"), block("code", "c"), block("heading", "i"), step(1, "b")),
    "div.note(p(n)) h3(h) ol(li(1 p(a))) p(p) pre(c) h3(i) ol(li(1 p(b)))");
});

test("what stands between two steps is within the first of them, and what follows the last one is below the list", () => {
  const between = [block("paragraph", "like this:"), block("code", "x = 1"), block("note", "n"), table];
  const [list, ...others] = built(step(1, "a"), ...between, step(2, "b"), step(3, "c"), block("code", "y = 2")).children;
  const [first, ...items] = list.children;
  assert.deepEqual(first.children.map((one) => one.name), ["span", "p", "p", "pre", "div", "div"]);
  assert.deepEqual(items.map(outline), ["2 p(b)", "3 p(c)"]);
  assert.deepEqual(others.map((one) => one.name), ["pre"]);
});

test("a list ends where the number does not go up, and at a heading", () => {
  assert.equal(shown(step(1, "a"), step(2, "b"), step(1, "c"), step(1, "d"), step(3, "e")),
    "ol(li(1 p(a)) li(2 p(b))) ol(li(1 p(c))) ol(li(1 p(d)) li(3 p(e)))");
  assert.equal(shown(step(1, "a"), block("note", "n"), step(1, "b")), "ol(li(1 p(a))) div.note(p(n)) ol(li(1 p(b)))");
  assert.equal(shown(step(1, "a"), block("heading", "h"), step(2, "b")), "ol(li(1 p(a))) h3(h) ol(li(2 p(b)))");
});

test("lines with a dash are a list, also within a list, a step and a note", () => {
  assert.equal(shown(block("paragraph", "a\n- b\n  - c\n  - d\n  more of b\n- e\nf")), "p(a) ul(li(b ul(li(c) li(d)) p(more of b)) li(e)) p(f)");
  assert.equal(shown(block("paragraph", "  - a\n- b\r")), "ul(li(a) li(b\r))");
  assert.equal(shown(step(1, "a:\n- b"), block("note", "- c")), "ol(li(1 p(a:) ul(li(b)))) div.note(ul(li(c)))");
});

test("a table has a header by column, and can be scrolled by keyboard", () => {
  const [box] = built(table).children;
  assert.deepEqual(box.attributes, { class: "scroll", role: "group", "aria-label": "<table>: Coin, Fee", tabindex: "0" });
  assert.equal(outline(box), "table(thead(tr(th(Coin) th(Fee))) tbody(tr(td(BTC) td(0.1)) tr(td(two\nlines) td(see  a(https://example.com) ))))");
  assert.deepEqual(box.all("th").map((one) => one.attributes.scope), ["col", "col"]);
  assert.equal(shown(block("table", "", { rows: [["", "a"]] })), "div(table(thead(tr(td() th(a))) tbody()))");
});

test("code stays as it is, in a box that can be scrolled by keyboard", () => {
  const [box] = built(block("code", "if a:\n    - b  https://example.com")).children;
  assert.equal(box.textContent, "if a:\n    - b  https://example.com");
  assert.deepEqual(box.attributes, { dir: "ltr", tabindex: "0", role: "group", "aria-label": "<code>" });
  assert.deepEqual(box.children.map((one) => one.name), ["code"]);
});

test("a note says that it is one", () => {
  const [box] = built(block("note", "n")).children;
  assert.deepEqual(box.attributes, { class: "note", role: "note", "aria-label": "<notes>" });
});

test("a run of several platforms is in tabs, each with all that holds for its platform", () => {
  const root = built(
    block("paragraph", "for all"), block("heading", "h", { platform: "app" }), step(1, "a", "app"), step(1, "b", "web"), block("code", "c", { platform: "web" }),
    step(2, "d", "web"), step(2, "e", "app"), block("note", "for all"));
  const panels = root.all((one) => one.attributes.role === "tabpanel");
  assert.deepEqual(root.all((one) => one.attributes.role === "tab").map((one) => one.textContent), ["In the app", "web"]);
  assert.deepEqual(panels.map(outline), ["h3(h) ol(li(1 p(a)) li(2 p(e)))", "ol(li(1 p(b) pre(c)) li(2 p(d)))"]);
  assert.deepEqual(panels.map((one) => one.hidden), [false, true]);
  assert.deepEqual(root.children.map((one) => one.name), ["p", "div", "div"]);
});

test("a run of one platform has its badge, and no other has one", () => {
  assert.equal(shown(step(1, "a"), step(2, "b", "app"), step(3, "c", "app")), "ol(li(1 p(a))) p(In the app) ol(li(2 p(b)) li(3 p(c)))");
  assert.equal(shown(step(1, "a", "app"), block("paragraph", "p"), step(1, "b", "web")), "p(In the app) ol(li(1 p(a))) p(p) p(web) ol(li(1 p(b)))");
});

test("a menu path is in its step's sentence only", () => {
  assert.equal(shown({ ...step(1, "Open A → B"), path: ["A", "B"] }), "ol(li(1 p(Open A → B)))");
});

test("the warning comes first, and is not said twice where it is the whole answer", () => {
  const parts = (...blocks) => outline(placed(messageParts({ author: "bot", text: "", answer: answer(blocks, { warning: "w" }) }, view)));
  assert.equal(parts(block("paragraph", "p")), "div(svg(path()) w) p(p)");
  assert.equal(parts(block("paragraph", "w")), "div(svg(path()) w)");
});

test("an answer of which nothing has come yet is empty", () => {
  assert.equal(shown(), "");
});

test("a kind of a later version is shown as text", () => {
  assert.equal(shown(block("picture", "a flower")), "p(a flower)");
});

test("what visitors and agents write is shown as they wrote it", () => {
  const message = { text: "- a\n  - b", answer: null };
  assert.equal(outline(placed(messageParts({ ...message, author: "visitor" }, view))), "- a\n  - b");
  assert.equal(outline(placed(messageParts({ ...message, author: "agent" }, view))), "ul(li(a ul(li(b))))");
});

test("articles to choose from stand alone, other sections of an article below a label and its source; both tell what was chosen", () => {
  const choices = [{ article_id: "a", title: "A", section: "" }, { article_id: "b", title: "B", section: "9f1c" }];
  const chosen = [];
  const choosing = { ...view, source: ({ title }) => title, choose: (one) => chosen.push(one) };
  const parts = (outcome, seen) => placed(messageParts(
    { author: "bot", text: "", answer: answer([block("paragraph", "p")], { outcome, choices, sources: [{ title: "s" }] }) }, seen));
  assert.equal(outline(parts("clarify", view)), "p(p) ul(li(A) li(B))");
  assert.equal(outline(parts("answer", view)), "p(p) h3(<sections>) ul(li(A) li(B))");
  const root = parts("answer", choosing);
  assert.equal(outline(root).replace(/ svg\(path\(\)\)/g, ""), "p(p) s h3(<sections>) ul(li(button(A)) li(button(B)))");
  assert.deepEqual(root.all("ul").map((one) => one.attributes["aria-label"]), ["<sections>"]);
  root.all("button").forEach((one) => one.onclick());
  assert.deepEqual(chosen, choices);
});

// --- what is copied and read out

test("an answer as text has its warning first, its blocks in their order and its source last", () => {
  const blocks = [block("paragraph", "Do this.\n- or\n  - that"), step(1, "a"), block("code", "x = 1\n  y"), step(2, "b"), step(3, "c"), block("note", "n"), block("note", "m")];
  const text = answerText(answer(blocks, { warning: "Careful.", sources: [{ title: "Title", url: "/articles/x#part" }] }), view, BASE);
  assert.equal(text, "Careful.\n\nDo this.\n- or\n  - that\n\n1. a\n\nx = 1\n  y\n\n2. b\n3. c\n\nn\nm\n\n<source>: Title https://help.example/articles/x#part");
});

test("a table as text has a line for each row", () => {
  assert.equal(copied(block("heading", "Fees"), table), "Fees\nCoin | Fee\nBTC | 0.1\ntwo lines | see https://example.com");
});

test("platforms are named where there are several, by their labels or else their ids", () => {
  const steps = [step(1, "a", "app"), step(1, "b", "web"), step(2, "c", "app")];
  assert.equal(copied(...steps), "In the app\n1. a\n2. c\n\nweb\n1. b");
  assert.equal(copied(block("heading", "Here", { platform: "app" }), ...steps), "In the app\nHere\n1. a\n2. c\n\nweb\n1. b");
  assert.equal(copied(steps[1]), "1. b");
});

test("a warning that is the whole answer is not copied twice, and an unsafe address not at all", () => {
  const sources = [{ title: "Title", url: "javascript:alert(1)" }];
  assert.equal(answerText(answer([block("paragraph", "w")], { warning: "w", sources }), view, BASE), "w\n\n<source>: Title ");
});

test("code is copied with the spaces that it begins with", () => {
  assert.equal(copied(block("code", "  x = 1\ny")), "  x = 1\ny");
});
