import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { LANGUAGES, languageOf } from "../../src/supportbot/web/static/shared/locale.js";

const EXPECTED = JSON.parse(readFileSync(new URL("../data/languages.json", import.meta.url), "utf8"));

for (const [tag, language] of Object.entries(EXPECTED)) {
  test(`the language of "${tag}" is ${language}`, () => assert.equal(languageOf(tag), language));
}

test("the languages of the interface are tags of their own", () => {
  for (const language of Object.keys(LANGUAGES)) assert.equal(languageOf(language), language);
});
