// The simulation finds the bugs that it is there for: each is planted and must be found within a
// few seeds. A usual run tries some of them, other ones every day; in CI all are tried.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { BUGS_PER_SEARCHED, ofToday } from "../dose.ts";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const ROOT = new URL("../../", import.meta.url);
const PLANT = new URL("plant-bug.ts", import.meta.url).href;
const SIMULATION = fileURLToPath(new URL("main.ts", import.meta.url));
const SEEDS = 20;

test("every planted bug changes sources that stand there once", () => {
  for (const { edits } of PLANTED_BUGS) {
    for (const { file, from } of edits) {
      const source = readFileSync(new URL(file, ROOT), "utf8");
      assert.equal(source.split(from).length, 2, `${file} has this once: ${from}`);
    }
  }
});

for (const bug of ofToday(PLANTED_BUGS, BUGS_PER_SEARCHED)) {
  const { name, faults, firstSeed = 1 } = bug;
  test(`the simulation finds it when ${name}`, async () => {
    const seeds = ["--seed", String(firstSeed), "--seeds", String(SEEDS)];
    const args = [...seeds, "--faults", faults];
    const { code, output } = await simulated(PLANTED_BUGS.indexOf(bug), args);
    assert.equal(code, 1, output);
    assert.match(output, /^again: npm run sim -- --seed \d+ --faults ".+" --trace$/m);
  });
}

/** A run of the simulation with the bug of this number. */
async function simulated(number: number, args: readonly string[]) {
  const child = spawn(process.execPath, ["--import", PLANT, SIMULATION, ...args], {
    env: { ...process.env, OUTCRY_PLANTED_BUG: String(number) },
  });
  const closed = once(child, "close");
  const [output, failure] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  return { code: code as number, output: `${output}${failure}` };
}
