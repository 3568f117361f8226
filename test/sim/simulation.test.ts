import assert from "node:assert/strict";
import { test } from "node:test";
import { reportOf } from "./report.ts";
import { simulate } from "./simulation.ts";

/** A handful; `npm run sim` runs as many as there is time for. */
const SEEDS = [1, 2, 3, 4, 5];

for (const seed of SEEDS) {
  test(`every promise is kept under the faults of seed ${seed}`, async () => {
    const outcome = await simulate({ seed, faults: "all" });
    assert.equal(outcome.violation, undefined, reportOf(outcome, "all"));
    assert.ok(outcome.commands > 0 && outcome.toldOrders > 0, "something was traded");
  });
}

test("one seed is one history, to the last line", async () => {
  const lines: [string[], string[]] = [[], []];
  for (const run of lines) {
    await simulate({ seed: 7, faults: "all", print: (line) => run.push(line) });
  }
  assert.deepEqual(lines[0], lines[1]);
  assert.ok(lines[0].length > 100);
});

test("without faults the exchange starts once and loses nobody", async () => {
  const outcome = await simulate({ seed: 8, faults: [] });
  assert.equal(outcome.violation, undefined, reportOf(outcome, []));
  assert.equal(outcome.starts, 1);
});
