import assert from "node:assert/strict";
import test from "node:test";
import { nextTab } from "../../src/supportbot/web/static/shared/tabs.js";

test("arrows go round, Home and End to the ends, Space stays", () => {
  assert.equal(nextTab("ArrowRight", 2, 3), 0);
  assert.equal(nextTab("ArrowLeft", 0, 3), 2);
  assert.equal(nextTab("Home", 2, 3), 0);
  assert.equal(nextTab("End", 0, 3), 2);
  assert.equal(nextTab(" ", 1, 3), 1);
});

test("other keys lead nowhere", () => {
  for (const key of ["Tab", "Enter", "ArrowDown", "a"]) assert.equal(nextTab(key, 1, 3), undefined);
});
