// The comparison with the twin is worth what it finds: bugs planted in the engine, each in a
// process of its own.
//
//   OUTCRY_TWIN_BUGS=all npm test -- planted-bugs     every bug, some minutes

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const ROOT = new URL("../../", import.meta.url);
const SCRIPT = fileURLToPath(new URL("plant-bug.ts", import.meta.url));
const FIRST_SEED = 1;
const FLOWS_MAX = 300;
/** Of 500 commands so many are left at most. */
const STEPS_MAX = 10;
/** Found by the first flows, so that a usual test run has one. */
const USUAL = ["the same quantity at the same price loses its place"];

const IS_ALL = process.env["OUTCRY_TWIN_BUGS"] === "all";

test("every planted bug is one line of the engine as it is", () => {
  for (const { file, line } of PLANTED_BUGS) {
    const source = readFileSync(new URL(file, ROOT), "utf8");
    assert.equal(source.split(line).length, 2, `${file} has this line once: ${line}`);
  }
});

for (const [number, { name }] of PLANTED_BUGS.entries()) {
  if (!IS_ALL && !USUAL.includes(name)) continue;
  test(`the twin finds the bug: ${name}`, (t) => {
    const shrinks = USUAL.includes(name);
    const args = [SCRIPT, number, FIRST_SEED, FLOWS_MAX, Number(shrinks)].map(String);
    const found = execFileSync(process.execPath, args, { encoding: "utf8" });
    assert.match(found, /^\d+ \d+\n/, "a flow finds it");
    const [seed, stepsCount] = found.split(/\s/).map(Number);
    t.diagnostic(`by seed ${seed}, in ${stepsCount} steps`);
    if (shrinks) assert.ok(stepsCount <= STEPS_MAX, "and is shrunk to a short one");
  });
}
