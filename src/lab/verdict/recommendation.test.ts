// What is recommended of runs whose shares are known.

import assert from "node:assert/strict";
import { test } from "node:test";
import { changeRiskOf } from "./change-risk.ts";
import { endToEndGain, engineGain } from "./potential.ts";
import { nextStepOf, recommend, unresolvedStepOf } from "./recommendation.ts";
import { usageOf } from "./sample-load-for-test.ts";
import { sampleRun } from "./sample-run-for-test.ts";

const HALF = { low: 0.5, high: 0.5 };

test("a free half of a busy thread's time doubles the rate, of an idler one it does not", () => {
  const busy = sampleRun({ utilization: 1 });
  assert.equal(endToEndGain(HALF, busy, Number.POSITIVE_INFINITY).low, 2);
  assert.equal(endToEndGain(HALF, busy, 2).low, 1 / 0.75);
  const idle = sampleRun({ utilization: 0.5 });
  assert.equal(endToEndGain(HALF, idle, Number.POSITIVE_INFINITY).low, 1 / 0.75);
});

test("a share is larger of the engine without its transport, for the market's functions", () => {
  const run = sampleRun({ utilization: 1, transportShare: 0.2 });
  const quarter = { low: 0.4, high: 0.4 };
  assert.equal(
    engineGain("match book/books.js:96", quarter, run, Number.POSITIVE_INFINITY)?.low,
    2,
  );
  assert.equal(engineGain("write target/engine-host.js:9", quarter, run, 2), undefined);
  const foreign = { ...run, isOurEngine: false };
  assert.equal(engineGain("match book/books.js:96", quarter, foreign, 2), undefined);
});

test("the risk of a change follows from where the function stands, and says why", () => {
  const self = { value: 0.1, low: 0.1, high: 0.1, n: 100 };
  const risk = (name: string, kind: "js" | "native", isOurs: boolean) =>
    changeRiskOf({ name, kind, self, inclusive: self }, isOurs);
  assert.equal(risk("match book/books.js:96", "js", true).level, "high");
  assert.match(risk("match book/books.js:96", "js", true).reason, /slow twin .* not to take back/);
  assert.equal(risk("readU32 codec/order.js:1", "js", true).level, "medium");
  assert.equal(risk("onData target/engine-host.js:9", "js", true).level, "low");
  assert.match(risk("Book::match", "native", false).reason, /cannot be seen from outside/);
});

test("the largest sure gain end to end for its effort comes first", () => {
  const folded = "main;match book/books.js:96_[j] 50\nmain;onData target/engine-host.js:9_[j] 30\n";
  const run = sampleRun({ utilization: 1, folded: `${folded}main;(garbage collector)_[g] 20\n` });
  const [first, second] = recommend(run, []);
  assert.match(first.what, /match/);
  assert.match(second.what, /onData/);
  assert.ok(first.gain.low > second.gain.low && first.gain.low < 2 && first.gain.high > 2);
});

test("an engine that a delay showed beside the critical path is not the next step", () => {
  const run = sampleRun({ utilization: 1, transportShare: 0.1 });
  assert.equal(nextStepOf(run, true), "engine next");
  const of = (value: number) => ({ value, low: value, high: value, n: 6 });
  const beside = { ...run, cause: { points: [], slope: of(0.05), cpuSlope: of(1) } };
  assert.equal(nextStepOf(beside, true), "stop");
  const on = { ...run, cause: { points: [], slope: of(1), cpuSlope: of(1) } };
  assert.equal(nextStepOf(on, true), "engine next");
});

test("a thread that waits for a core can give that too: the bound is one", () => {
  const usage = usageOf(0.4, 1e9);
  const [thread] = usage.threads;
  const waiting = { ...usage, threads: [{ ...thread, waitNanos: 0.59e9 }] };
  const run = sampleRun({ utilization: 0.4 });
  const sweep = run.sweep.map((each) => ({ ...each, usage: waiting }));
  // Free half of the work: 0.99 of the time is work or waiting to work, so half of that goes.
  const gain = endToEndGain(HALF, { ...run, sweep }, Number.POSITIVE_INFINITY);
  assert.equal(gain.low.toFixed(3), (1 / (1 - 0.495)).toFixed(3));
});

test("of few samples the largest consumer is named, and that they are too few", () => {
  const folded = "main;best_level_quadratic 52\nmain;read 4\n";
  const { profile, ...run } = sampleRun({ utilization: 1, transportShare: 0.001, folded });
  assert.ok(profile !== undefined);
  const few = { ...run, profile: { ...profile, samples: 56, named: 56 } };
  assert.deepEqual(recommend(few, []), [], "a thousandth is no step");
  const told = unresolvedStepOf(few) ?? "";
  assert.match(
    told,
    /too few samples \(56, 100 at least\), the largest part in best_level_quadratic/,
  );
  assert.equal(unresolvedStepOf({ ...run, profile }), undefined);
});
