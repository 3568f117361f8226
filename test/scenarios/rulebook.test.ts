// The rulebook says nothing that nothing shows: each paragraph and item names a scenario, a
// test or worked numbers. What introduces a list, and ends with a colon, speaks through its items.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const SCENARIOS = new URL("./", import.meta.url);
const RULEBOOK = new URL("../../docs/rulebook.md", import.meta.url);
const SHOWN = /\]\([./a-z0-9-]+(\.scn|\.test\.ts|-vectors\.json)\)/;
const BETWEEN_BLOCKS = /\n\s*\n|\n(?=- |\d\. )/;

const text = readFileSync(RULEBOOK, "utf8");

test("every rule names what shows it", () => {
  const [, ...sections] = text.split(/^## /m);
  const blocks = sections.flatMap((section) => section.split(BETWEEN_BLOCKS).slice(1));
  const rules = blocks.filter((block) => !/^\s*([#|]|$)/.test(block) && !block.endsWith(":"));
  assert.ok(rules.length >= 180, `expected 180 rules and more, found ${rules.length}`);
  assert.deepEqual(
    rules.filter((rule) => !SHOWN.test(rule)),
    [],
  );
});

test("the rulebook and the scenarios name each other", () => {
  const named = [...text.matchAll(/scenarios\/([a-z0-9-]+\.scn)/g)].map((match) => match[1]);
  const names = readdirSync(SCENARIOS).filter((name) => name.endsWith(".scn"));
  assert.deepEqual([...new Set(named)].sort(), names.sort());
  assert.ok(names.length >= 60, `expected 60 scenarios and more, found ${names.length}`);
});
