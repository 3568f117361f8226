import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../base/prng.ts";
import { readCallgrind } from "./callgrind.ts";
import {
  compareInstructions,
  compareMetric,
  countedChange,
  type Pair,
  verdictOf,
  verdictOfAll,
} from "./compare-metric.ts";
import { comparisonText } from "./compare-text.ts";
import { perOrderOf } from "./simulated-version.ts";

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

const QUIET = { value: 0, low: -0.005, high: 0.005, n: 10 };

test("less is better for a cost and worse for a rate; near nothing is equivalence", () => {
  const fall = { value: -0.1, low: -0.12, high: -0.08, n: 20 };
  const at = { pValue: 0.001, floor: QUIET, lessIsBetter: true };
  assert.equal(verdictOf({ ...at, change: fall }), "IMPROVED");
  assert.equal(verdictOf({ ...at, change: fall, lessIsBetter: false }), "REGRESSED");
  const little = { value: 0.005, low: -0.01, high: 0.019, n: 20 };
  assert.equal(verdictOf({ ...at, change: little }), "EQUIVALENT");
  const wide = { value: 0.05, low: -0.01, high: 0.1, n: 20 };
  assert.equal(verdictOf({ ...at, change: wide, pValue: 0.2 }), "INCONCLUSIVE");
});

test("what A against itself shows as well is no change", () => {
  const rise = { value: 0.04, low: 0.03, high: 0.05, n: 20 };
  const at = { change: rise, pValue: 0.0001, lessIsBetter: true };
  assert.equal(verdictOf({ ...at, floor: QUIET }), "REGRESSED");
  assert.equal(verdictOf({ ...at, floor: { ...QUIET, low: -0.05 } }), "INCONCLUSIVE");
});

/** Laps of 10 orders with so many instructions, ten of them of one kind of misses each. */
function counted(...instructions: number[]) {
  const misses = { firstLevelMisses: 10, lastLevelMisses: 10, mispredicts: 10 };
  const laps = instructions.map((each) => ({ instructions: each, ...misses }));
  return { command: "valgrind", laps, orders: 10, ...perOrderOf(laps, 10) };
}

/** The same work by both ways of counting. */
function verdictOfWork(before: number[], after: number[]) {
  const change = countedChange(counted(...before), counted(...after));
  return compareInstructions(change, change);
}

test("one instruction in a hundred is a change, one in ten thousand is not", () => {
  const verdict = (work: number) => verdictOfWork([100_000, 100_000], [work, work]).verdict;
  assert.equal(verdict(101_000), "REGRESSED");
  assert.equal(verdict(99_000), "IMPROVED");
  assert.equal(verdict(100_010), "EQUIVALENT");
});

test("more work that the compiler's inlining hides is no improvement", () => {
  const before = counted(100_000);
  const hidden = countedChange(before, counted(95_000));
  const more = countedChange(before, counted(101_000));
  assert.equal(compareInstructions(hidden, more).verdict, "INCONCLUSIVE");
  assert.equal(compareInstructions(countedChange(before, before), more).verdict, "REGRESSED");
});

test("a lap into which a compilation fell changes nothing", () => {
  const { perOrder, spread } = counted(100, 100, 900, 100, 100, 400, 100, 100, 100);
  assert.equal(perOrder.instructions, 10);
  assert.equal(spread, 0);
});

test("counts that differ by a hundredth from lap to lap resolve no hundredth", () => {
  const restless = [99_000, 100_000, 101_000, 100_000, 99_000, 101_000];
  const compared = verdictOfWork(restless, [100_900, 100_900]);
  assert.equal(compared.verdict, "INCONCLUSIVE");
  const texts = { instructions: compared, instructionsMissing: "", metrics: [] };
  const text = comparisonText({ ...texts, verdict: "INCONCLUSIVE" });
  assert.match(text, /cannot resolve 1 % here, resolves 2\.00 %/);
});

test("fewer instructions that miss more caches are no improvement", () => {
  const before = counted(100_000);
  const perOrder = { ...before.perOrder, instructions: 9900, lastLevelMisses: 10 };
  const change = countedChange(before, { ...before, perOrder });
  assert.equal(compareInstructions(change, change).verdict, "INCONCLUSIVE");
});

test("tiers that contradict each other give no verdict; one alarm is one", () => {
  assert.equal(verdictOfAll(["IMPROVED", "REGRESSED"]), "INCONCLUSIVE");
  assert.equal(verdictOfAll(["REGRESSED", "EQUIVALENT"]), "REGRESSED");
  assert.equal(verdictOfAll(["EQUIVALENT", "INCONCLUSIVE"]), "EQUIVALENT");
});

/** Beginning and end of a dump by valgrind 3.19, caches and branches simulated. */
const DUMP = `# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 11096
events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw Bc Bcm Bi Bim
fn=(58) getuid
0 7 1 1 0 0 0 0 0 0 0 0 0 0
totals: 47297502 9000000 5000000 900 40000 2000 10 700 77 6000000 30000 400000 3000
`;

test("callgrind's events are read by their names, reads and writes together", () => {
  assert.deepEqual(readCallgrind(DUMP), {
    instructions: 47_297_502,
    firstLevelMisses: 42_000,
    lastLevelMisses: 777,
    mispredicts: 33_000,
  });
  assert.throws(() => readCallgrind("events: Dr\ntotals: 1\n"), /Ir/);
});
