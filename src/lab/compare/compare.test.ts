import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../base/prng.ts";
import { readCachegrind } from "./cachegrind.ts";
import { compareInstructions, compareMetric, type Pair, verdictOf } from "./compare-metric.ts";

/** Pairs on a machine that drifts by half and back, with a little noise of each measurement. */
function drifting(count: number, effect: number, seed: number): Pair[] {
  const prng = new Prng(seed);
  const noise = () => 1 + (prng.nextBelow(2001) - 1000) / 50_000; // Within 2 %.
  return Array.from({ length: count }, (_, i) => {
    const machine = 300 * (1 + 0.5 * Math.sin(i / 4));
    return { a: machine * noise(), b: machine * (1 + effect) * noise() };
  });
}

test("a planted slowdown of 5 % is found on a machine that drifts by half", () => {
  const { verdict, change } = compareMetric("t", drifting(20, 0.05, 1), drifting(10, 0, 2), true);
  assert.equal(verdict, "REGRESSED");
  assert.ok(change.low < 0.05 && change.high > 0.05);
});

test("A against A alarms at most once in 20 comparisons", () => {
  let alarms = 0;
  for (let seed = 10; seed < 30; seed++) {
    const { verdict } = compareMetric("t", drifting(20, 0, seed), drifting(10, 0, 1), true);
    if (verdict === "REGRESSED" || verdict === "IMPROVED") alarms++;
  }
  assert.ok(alarms <= 1, `${alarms} alarms`);
});

test("less is better for a cost and worse for a rate; near nothing is equivalence", () => {
  const fall = { value: -0.1, low: -0.12, high: -0.08, n: 20 };
  assert.equal(verdictOf(fall, 0.001, true), "IMPROVED");
  assert.equal(verdictOf(fall, 0.001, false), "REGRESSED");
  assert.equal(
    verdictOf({ value: 0.005, low: -0.01, high: 0.019, n: 20 }, 0.01, true),
    "EQUIVALENT",
  );
  assert.equal(verdictOf({ value: 0.05, low: -0.01, high: 0.1, n: 20 }, 0.2, true), "INCONCLUSIVE");
});

test("one instruction in a hundred is a change, one in ten thousand is not", () => {
  assert.equal(compareInstructions(1000, 1010), "REGRESSED");
  assert.equal(compareInstructions(1000, 990), "IMPROVED");
  assert.equal(compareInstructions(10_000, 10_001), "EQUIVALENT");
});

/** valgrind 3.19 at the end of a program, both simulations on. */
const SUMMARY = `==4711== 
==4711== I   refs:      169,155,553
==4711== D1  misses:      1,518,114  (  1,102,114 rd   +   416,000 wr)
==4711== LLd misses:      1,084,301  (    801,301 rd   +   283,000 wr)
==4711== Mispredicts:     1,766,261  (  1,500,000 cond +   266,261 ind)
`;

test("cachegrind's counts are read with their commas", () => {
  assert.deepEqual(readCachegrind(SUMMARY), {
    instructions: 169_155_553,
    firstLevelMisses: 1_518_114,
    lastLevelMisses: 1_084_301,
    mispredicts: 1_766_261,
  });
  assert.throws(() => readCachegrind("==1== nothing"), /I refs/);
});
