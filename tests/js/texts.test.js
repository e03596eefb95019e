import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { LANGUAGES } from "../../src/supportbot/web/static/shared/locale.js";
import { lookup } from "../../src/supportbot/web/static/shared/texts.js";
import { TEXTS as CONSOLE } from "../../src/supportbot/web/static/console/texts.js";
import { TEXTS as WIDGET } from "../../src/supportbot/web/static/widget/texts.js";

const STATIC = new URL("../../src/supportbot/web/static/", import.meta.url);
const source = (folder) => readdirSync(new URL(folder, STATIC)).filter((name) => name.endsWith(".js") && name !== "texts.js")
  .map((name) => readFileSync(new URL(folder + name, STATIC), "utf8")).join("\n");
const holes = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();

test("a text is in the language that holds now, with its holes filled", () => {
  let language = "zh-Hant";
  const t = lookup({ count: ["{n} 則", "{n} 条", "{n} message|{n} messages"] }, () => language, (value) => `<${value}>`);
  assert.equal(t("count", { n: 2 }), "<2> 則");
  language = "en";
  assert.equal(t("count", { n: 1 }), "<1> message");
  assert.equal(t("count", { n: 0 }), "<0> messages");
  assert.equal(t("count"), "{n} messages");
});

test("a value is not read as a pattern, and a text that is missing is an error", () => {
  const t = lookup({ hello: ["{name}，您好", "", ""] }, () => "zh-Hant");
  assert.equal(t("hello", { name: "$& {name}" }), "$& {name}，您好");
  assert.throws(() => t("toString"), /no text toString/);
});

for (const [folder, texts] of [["widget/", WIDGET], ["console/", CONSOLE]]) {
  const code = source(folder) + source("shared/").replace('t("source")', ""); // which only the widget asks for, in copied answers
  const asked = [...code.matchAll(/\bt\("([\w.]+)"/g)].map((found) => found[1]);

  test(`${folder}: every text is there in all languages, with the same holes`, () => {
    for (const [key, variants] of Object.entries(texts)) {
      assert.equal(variants.length, Object.keys(LANGUAGES).length, key);
      for (const text of variants) assert.deepEqual(holes(text), holes(variants[0]), key);
    }
  });

  test(`${folder}: every text that is asked for is there`, () => {
    assert.ok(asked.length > 40);
    assert.deepEqual(asked.filter((key) => !Object.hasOwn(texts, key)), []);
  });
}
