// The evidence of servers whose bottleneck is known, and the verdict that each must get.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bottlenecksOf, decide } from "./decision.ts";
import type { Evidence } from "./evidence.ts";

const NOTHING: Evidence = {
  ceilingPerSecond: 100_000,
  generatorLagShare: 0.01,
  heldBackShare: 0,
  utilization: 0.5,
  offCpuShare: 0.5,
  kernelShare: 0.1,
  collectorShare: 0,
  voluntaryPerOrder: 0.01,
  futexShare: 0,
  uninterruptibleShare: 0,
  transportShare: { value: 0.1, low: 0.05, high: 0.2, n: 8 },
  lowerLayerGain: undefined,
  bookGrowth: 1,
  backEndShare: undefined,
  lastLevelMissesPerKilo: undefined,
  derivedIpc: undefined,
  modelledMemoryShare: undefined,
  modelledMispredictShare: undefined,
  quotaElasticity: undefined,
  wakeUpsOfMedian: 0.1,
};

function namesOf(evidence: Partial<Evidence>): string[] {
  return decide({ ...NOTHING, ...evidence })
    .filter(({ holds }) => holds === true)
    .map(({ name }) => name);
}

test("a core that never rests is CPU-bound, surely so when half a core gives half the rate", () => {
  const busy = { utilization: 0.98, offCpuShare: 0.01 };
  assert.deepEqual(namesOf(busy), ["CPU-bound"]);
  assert.match(bottlenecksOf(decide({ ...NOTHING, ...busy })), /CPU-bound \(medium confidence\)/);
  const elastic = decide({ ...NOTHING, ...busy, quotaElasticity: 0.97 });
  assert.match(bottlenecksOf(elastic), /CPU-bound \(high confidence\)/);
  assert.deepEqual(namesOf({ ...busy, quotaElasticity: 0.1 }), []);
});

test("loads beyond the cache are memory-bound, by counters or by two substitutes", () => {
  assert.deepEqual(namesOf({ backEndShare: 0.6 }), ["memory-bound"]);
  assert.deepEqual(namesOf({ bookGrowth: 3.3, modelledMemoryShare: 0.8 }), ["memory-bound"]);
  const waiting = { derivedIpc: 0.3, modelledMemoryShare: 0.8 };
  assert.deepEqual(namesOf(waiting), ["memory-bound"]);
  const guessing = { derivedIpc: 0.3, bookGrowth: 2, modelledMispredictShare: 0.6 };
  assert.deepEqual(namesOf(guessing), [], "what guesses wrong does not wait for memory");
  const one = decide({ ...NOTHING, bookGrowth: 3.3 }).find(({ name }) => name === "memory-bound");
  assert.equal(one?.holds, undefined, "one substitute alone decides nothing");
});

test("a generator that is late or keeps orders back is to blame only beside an idle target", () => {
  assert.deepEqual(namesOf({ generatorLagShare: 0.6 }), ["GENERATOR-BOUND"]);
  assert.deepEqual(namesOf({ heldBackShare: 0.01 }), ["GENERATOR-BOUND"]);
  assert.deepEqual(namesOf({ generatorLagShare: 0.4 }), [], "the target is most of the wait");
  assert.deepEqual(namesOf({ generatorLagShare: 0.6, offCpuShare: 0.08 }), []);
});

test("threads that sleep in a futex are lock-bound", () => {
  assert.deepEqual(namesOf({ futexShare: 0.8, voluntaryPerOrder: 0.5 }), ["lock-bound"]);
});

test("a server that waits for its disk is I/O-bound", () => {
  assert.deepEqual(namesOf({ uninterruptibleShare: 0.6 }), ["I/O-bound"]);
});

test("a slow way to a fast engine is transport-bound only when the interval says so", () => {
  const slow = { transportShare: { value: 0.7, low: 0.6, high: 0.8, n: 8 }, lowerLayerGain: 4 };
  assert.deepEqual(namesOf(slow), ["transport-bound"]);
  const wide = { ...slow, transportShare: { value: 0.7, low: 0.4, high: 0.9, n: 8 } };
  assert.deepEqual(namesOf(wide), []);
});

test("a round trip that is mostly two wake-ups is wake-up-bound at low load", () => {
  assert.deepEqual(namesOf({ wakeUpsOfMedian: 0.75 }), ["wake-up-bound (low load)"]);
});

test("a mixture of everything is UNDECIDED", () => {
  assert.equal(bottlenecksOf(decide(NOTHING)), "UNDECIDED");
});

test("what was not measured is unknown and never a no", () => {
  const blind = decide({ ...NOTHING, utilization: undefined, offCpuShare: undefined });
  assert.equal(blind.find(({ name }) => name === "CPU-bound")?.holds, undefined);
});
