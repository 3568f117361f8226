// The evidence of servers whose bottleneck is known, and the verdict that each must get.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Calibration } from "../calibration/calibration.ts";
import { OWN_NULL } from "../campaign/null-kinds.ts";
import type { RunFile } from "../campaign/run-file.ts";
import type { Interval } from "../statistics/estimate.ts";
import type { CostModel } from "./cost-model.ts";
import { type BottleneckName, bottlenecksOf, decide } from "./decision.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { sampleRun } from "./sample-run-for-test.ts";

/** An interval of no width. */
function at(value: number): Interval {
  return { low: value, high: value };
}

const NOTHING: Evidence = {
  ceilingPerSecond: 100_000,
  generatorLagShare: 0.01,
  heldBackShare: 0,
  isGeneratorLate: false,
  isSaturated: true,
  utilization: 0.5,
  offCpuShare: 0.5,
  coreWaitShare: 0,
  kernelShare: 0.1,
  collectorShare: 0,
  voluntaryPerOrder: 0.01,
  futexShare: 0,
  uninterruptibleShare: 0,
  isOffCpuTimed: true,
  storageShare: { low: 0, high: 0.01 },
  tmpfsGain: undefined,
  transportShare: { value: 0.1, low: 0.05, high: 0.2, n: 8 },
  isTransportBound: false,
  lowerLayerGain: undefined,
  lowerLayer: "engine:ring",
  nullGain: undefined,
  bookGrowth: 1,
  neighborRatio: { low: 0.98, high: 1.03 },
  memoryStallShare: undefined,
  coreStallShare: undefined,
  frontEndShare: undefined,
  badSpeculationShare: undefined,
  lastLevelMissesPerKilo: undefined,
  model: undefined,
  connectionsGain: { low: 0.8, high: 1 },
  quotaElasticity: undefined,
  wakeUpsOfMedian: 0.1,
  wakeUpsWhy: "",
};

const TWICE = { low: 1.9, high: 2.1 };
const BUSY = { utilization: 0.98, offCpuShare: 0.01 };

const WITHIN = { low: 0.9, high: 1.1 };
const NONE = { low: 0, high: 0.05 };
/** Of a program that the model explains and that waits for nothing. */
const MODEL: CostModel = {
  nanos: { low: 900, high: 1100 },
  memoryShare: NONE,
  mispredictShare: 0.05,
  dependencyShare: NONE,
  ipc: 3,
  closure: WITHIN,
};

const CALIBRATION: Calibration = {
  clockNanos: 50,
  systemCallNanos: 700,
  wakeUpPairNanos: { value: 1, low: 1, high: 1, n: 9 },
  timerLateNanos: { value: 1, low: 1, high: 1, n: 9 },
  loads: [{ bytes: 16_384, nanos: 1.5 }],
  mispredictNanos: 7,
  addNanos: 0.3,
  noise: { value: 0, low: 0, high: 0, n: 9 },
};

function namesOf(evidence: Partial<Evidence>): string[] {
  return decide({ ...NOTHING, ...evidence })
    .filter(({ holds }) => holds === true)
    .map(({ name }) => name);
}

function holdsOf(name: BottleneckName, evidence: Partial<Evidence>): boolean | undefined {
  return decide({ ...NOTHING, ...evidence }).find((each) => each.name === name)?.holds;
}

test("a core that never rests is CPU-bound, surely so when half a core gives half the rate", () => {
  assert.deepEqual(namesOf(BUSY), ["CPU-bound"]);
  assert.match(bottlenecksOf(decide({ ...NOTHING, ...BUSY })), /CPU-bound \(medium confidence\)/);
  const elastic = decide({ ...NOTHING, ...BUSY, quotaElasticity: at(0.97) });
  assert.match(bottlenecksOf(elastic), /CPU-bound \(high confidence\)/);
  assert.deepEqual(namesOf({ ...BUSY, quotaElasticity: at(0.1) }), []);
});

const OF_THE_CORE: readonly [what: string, Partial<Evidence>, BottleneckName[]][] = [
  ["modelled mispredictions", { model: { ...MODEL, mispredictShare: 0.7 } }, ["CPU-bound: branch"]],
  [
    "mispredictions in a model that explains nothing",
    { model: { ...MODEL, mispredictShare: 0.7, closure: { low: 0.2, high: 0.3 } } },
    [],
  ],
  ["slots of bad speculation", { badSpeculationShare: 0.4 }, ["CPU-bound: branch"]],
  [
    "time that nothing modelled takes",
    { model: { ...MODEL, dependencyShare: { low: 0.6, high: 0.7 }, ipc: 1.2 } },
    ["CPU-bound: core"],
  ],
  ["slots held up in the core", { coreStallShare: 0.5 }, ["CPU-bound: core"]],
  ["slots that nothing was decoded for", { frontEndShare: 0.5 }, ["CPU-bound: front-end"]],
  ["time in the kernel", { kernelShare: 0.6 }, ["CPU-bound: kernel"]],
  ["samples in the collector", { collectorShare: 0.2 }, ["CPU-bound: garbage collection"]],
];
for (const [what, evidence, names] of OF_THE_CORE) {
  test(`a busy core with ${what}: ${names[0] ?? "CPU-bound and no more"}`, () => {
    assert.deepEqual(namesOf({ ...BUSY, ...evidence }), ["CPU-bound", ...names]);
    assert.deepEqual(namesOf(evidence), [], "a core with time to spare is not bound by it");
    assert.equal(
      bottlenecksOf(decide({ ...NOTHING, ...BUSY, ...evidence })),
      `${names[0] ?? "CPU-bound"} (medium confidence)`,
    );
  });
}

test("a server of dependent arithmetic, as its model was found, is bound by its core", () => {
  const model = { ...MODEL, dependencyShare: { low: 0.47, high: 0.68 }, ipc: 1.01 };
  assert.equal(holdsOf("CPU-bound: core", { ...BUSY, model }), true);
});

test("what the model cannot tell is unknown: a front end, an interval too wide", () => {
  assert.equal(holdsOf("CPU-bound: front-end", { ...BUSY, model: MODEL }), undefined);
  const wide = { ...MODEL, dependencyShare: { low: 0.1, high: 0.9 } };
  assert.equal(holdsOf("CPU-bound: core", { ...BUSY, model: wide }), undefined);
  assert.equal(holdsOf("CPU-bound: core", { ...BUSY, model: MODEL }), false);
});

const WAITING = { ...MODEL, memoryShare: { low: 0.8, high: 0.9 } };

test("loads beyond the cache are memory-bound, by counters or by two substitutes", () => {
  assert.deepEqual(namesOf({ memoryStallShare: 0.6 }), ["memory-bound"]);
  assert.deepEqual(namesOf({ bookGrowth: 3.3, model: WAITING }), ["memory-bound"]);
  assert.deepEqual(namesOf({ model: { ...WAITING, ipc: 0.3 } }), ["memory-bound"]);
  const guessing = { ...MODEL, ipc: 0.3, mispredictShare: 0.6 };
  const guesses = namesOf({ bookGrowth: 2, model: guessing });
  assert.deepEqual(guesses, [], "what guesses wrong does not wait for memory");
  assert.equal(
    holdsOf("memory-bound", { bookGrowth: 3.3 }),
    undefined,
    "one alone decides nothing",
  );
});

test("a neighbor that takes the memory's bandwidth is an intervention, no proof by itself", () => {
  const neighborRatio = { low: 1.2, high: 1.4 };
  assert.equal(holdsOf("memory-bound", { neighborRatio }), undefined);
  const modelled = decide({ ...NOTHING, neighborRatio, model: WAITING });
  assert.match(bottlenecksOf(modelled), /memory-bound \(high confidence\)/);
  const little = { neighborRatio: { low: 1.02, high: 1.1 }, model: WAITING };
  assert.equal(holdsOf("memory-bound", little), false, "the model alone is one of two");
});

test("a larger book is an intervention: with a model beside it the verdict is sure", () => {
  const both = decide({ ...NOTHING, bookGrowth: 3.3, model: WAITING });
  assert.match(bottlenecksOf(both), /memory-bound \(high confidence\)/);
  const modelled = decide({ ...NOTHING, model: { ...WAITING, ipc: 0.3 } });
  assert.match(bottlenecksOf(modelled), /memory-bound \(medium confidence\)/);
});

test("a generator that is late or keeps orders back is to blame only beside an idle target", () => {
  assert.deepEqual(namesOf({ generatorLagShare: 0.6 }), ["GENERATOR-BOUND"]);
  assert.deepEqual(namesOf({ heldBackShare: 0.01 }), ["GENERATOR-BOUND"]);
  assert.deepEqual(namesOf({ generatorLagShare: 0.4 }), [], "the target is most of the wait");
  assert.deepEqual(namesOf({ generatorLagShare: 0.6, offCpuShare: 0.08 }), []);
});

test("threads that sleep in a futex, and more of them bring nothing, are lock-bound", () => {
  const waiting = { futexShare: 0.8, voluntaryPerOrder: 0.5 };
  const verdictOf = (connectionsGain: Evidence["connectionsGain"]) =>
    bottlenecksOf(decide({ ...NOTHING, ...waiting, connectionsGain }));
  assert.equal(verdictOf({ low: -0.05, high: 0.08 }), "lock-bound (high confidence)");
  assert.equal(verdictOf({ low: 0.2, high: 0.9 }), "UNDECIDED", "threads that wait for work");
  const unresolved = "lock-bound (medium confidence)";
  assert.equal(verdictOf({ low: -0.1, high: 0.4 }), unresolved, "doublings that disagree");
  assert.equal(verdictOf(undefined), unresolved);
  assert.equal(holdsOf("lock-bound", { futexShare: 0.8, connectionsGain: undefined }), false);
});

test("what twice the connections bring is told by the last five doublings", () => {
  const run = sampleRun({ utilization: 0.4 });
  const gainOf = (ns: readonly number[], rateOf: (n: number) => number) =>
    evidenceOf({ ...run, scaling: ns.map((n) => ({ n, perSecond: rateOf(n) })) }).connectionsGain;
  const counts = [1, 2, 3, 4, 6, 8, 12, 16, 24];
  // From 1 to 2 and from 2 to 4 the rate doubles: before the last five.
  const full = gainOf(counts, (n) => 1000 * Math.min(n, 3));
  assert.deepEqual({ low: full?.low, high: full?.high }, { low: 0, high: 0 });
  const growing = gainOf(counts, (n) => 1000 * n);
  assert.deepEqual({ low: growing?.low, high: growing?.high }, { low: 1, high: 1 });
  assert.equal(
    gainOf([1], () => 1000),
    undefined,
  );
});

test("a server that waits for its disk is I/O-bound, surely so when half a core is no less", () => {
  const waiting = { uninterruptibleShare: 0.6 };
  assert.deepEqual(namesOf(waiting), ["I/O-bound"]);
  const careless = decide({ ...NOTHING, ...waiting, quotaElasticity: at(-0.1) });
  assert.match(bottlenecksOf(careless), /I\/O-bound \(high confidence\)/);
  assert.deepEqual(namesOf({ ...waiting, quotaElasticity: at(0.9) }), []);
});

test("a fifth of the response in sync and write is I/O-bound, wherever threads wait", () => {
  const writing = { storageShare: { low: 0.3, high: 0.4 } };
  assert.deepEqual(namesOf(writing), ["I/O-bound"]);
  const open = { storageShare: { low: 0.1, high: 0.4 } };
  assert.equal(holdsOf("I/O-bound", open), undefined, "the limit lies inside of the interval");
  assert.equal(holdsOf("I/O-bound", { storageShare: undefined }), undefined);
  const known = { storageShare: undefined, uninterruptibleShare: 0.6 };
  assert.equal(holdsOf("I/O-bound", known), true, "one of the two is enough");
});

test("storage in memory that makes it faster proves I/O, and that does not acquits it", () => {
  const waiting = { uninterruptibleShare: 0.6 };
  const verdictOf = (tmpfsGain: Evidence["tmpfsGain"]) =>
    bottlenecksOf(decide({ ...NOTHING, ...waiting, tmpfsGain }));
  assert.equal(verdictOf(TWICE), "I/O-bound (high confidence)");
  assert.equal(verdictOf({ low: 0.9, high: 1.1 }), "UNDECIDED");
  assert.equal(verdictOf({ low: 1.1, high: 1.6 }), "I/O-bound (medium confidence)", "not resolved");
  const both = { ...NOTHING, ...waiting, quotaElasticity: at(0.9), tmpfsGain: TWICE };
  assert.equal(bottlenecksOf(decide(both)), "UNDECIDED", "half a core costs it its half");
});

test("off-CPU is weighed by time where the host tells it, else by switches, and says which", () => {
  const run = sampleRun({ utilization: 0.4 });
  const counted = {
    ...{ command: "perf", folded: "", switches: 10, byState: { S: 9, D: 1 } },
    futexShare: 0.5,
  };
  const timed = { nanosByState: { S: 2e8, D: 8e8 }, futexShare: 0.05, deviceShare: 0.6 };
  const byTime = evidenceOf({ ...run, offCpu: { ...counted, timed } });
  assert.deepEqual([byTime.futexShare, byTime.uninterruptibleShare], [0.05, 0.6]);
  const bySwitch = evidenceOf({ ...run, offCpu: counted });
  assert.deepEqual([bySwitch.futexShare, bySwitch.uninterruptibleShare], [0.5, 0.1]);
  const inputs = (evidence: Evidence) =>
    decide(evidence)
      .flatMap((each) => each.inputs)
      .join();
  assert.match(inputs(byTime), /uninterruptible share of the threads' time 0\.600/);
  assert.match(inputs(bySwitch), /futex share of switches \(not timed\) 0\.500/);
});

test("a slow way to a fast engine is transport-bound only when the interval says so", () => {
  const slow = { transportShare: { value: 0.7, low: 0.6, high: 0.8, n: 8 }, lowerLayerGain: TWICE };
  assert.deepEqual(namesOf(slow), ["transport-bound"]);
  const wide = { ...slow, transportShare: { value: 0.7, low: 0.4, high: 0.9, n: 8 } };
  assert.deepEqual(namesOf(wide), []);
});

test("a lower layer that is no faster acquits the transport; unmeasured, it leaves it open", () => {
  const share = { transportShare: { value: 0.7, low: 0.6, high: 0.8, n: 8 } };
  assert.deepEqual(namesOf({ ...share, lowerLayerGain: { low: 0.9, high: 1.2 } }), []);
  const open = { ...share, lowerLayerGain: { low: 1.2, high: 2 } };
  assert.equal(holdsOf("transport-bound", open), undefined);
  assert.equal(holdsOf("transport-bound", share), undefined);
});

test("where no lower layer is spoken, null operations that are hardly faster tell", () => {
  const share = { transportShare: { value: 0.9, low: 0.8, high: 0.95, n: 8 } };
  const hardly = decide({ ...NOTHING, ...share, nullGain: { low: 1, high: 1.2 } });
  assert.equal(bottlenecksOf(hardly), "transport-bound (medium confidence)");
  assert.deepEqual(namesOf({ ...share, nullGain: TWICE }), []);
});

test("the lower layer of a run is the one driven, else the engine alone beside the ceiling", () => {
  const run = {
    ...sampleRun({ utilization: 0.4 }),
    engineAlone: { value: 500, low: 400, high: 800, n: 9 },
    ceilingMax: { heldPerSecond: 625_000, failedPerSecond: 640_000, trials: [] },
  };
  const before = evidenceOf(run);
  assert.deepEqual(
    [before.lowerLayerGain, before.lowerLayer],
    [{ low: 2, high: 4 }, "the engine alone"],
  );
  const gain = { value: 1.1, low: 1, high: 1.2, n: 6 };
  const lowerLayer = { layer: "engine:ring", gain, perSecond: gain };
  const driven = evidenceOf({ ...run, lowerLayer });
  assert.deepEqual([driven.lowerLayerGain, driven.lowerLayer], [gain, "engine:ring"]);
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

test("wake-ups that take longer than a whole round trip are not those of the way: unknown", () => {
  const of = (nanos: number) => ({ value: nanos, low: nanos, high: nanos, n: 9 });
  const run = sampleRun({ utilization: 0.3 });
  const evidenceAt = (wakeUps: number, median: number, nullMedian: number | undefined) => {
    const [layer] = run.layers;
    const nullMedianNanos = nullMedian === undefined ? undefined : of(nullMedian);
    return evidenceOf({
      ...run,
      calibration: { ...CALIBRATION, wakeUpPairNanos: of(wakeUps) },
      layers: [{ ...layer, medianNanos: of(median), nullMedianNanos }],
    });
  };
  const verdictAt = (...nanos: Parameters<typeof evidenceAt>) =>
    decide(evidenceAt(...nanos)).find(({ name }) => name.startsWith("wake-up-bound"));
  assert.equal(verdictAt(12_000, 20_000, 15_000)?.holds, true);
  assert.equal(verdictAt(12_000, 40_000, 15_000)?.holds, false);
  assert.equal(verdictAt(12_000, 20_000, 8000)?.holds, undefined, "more than the null operation");
  const impossible = verdictAt(65_000, 10_000, undefined);
  assert.equal(impossible?.holds, undefined);
  assert.match(
    impossible?.inputs[0] ?? "",
    /not available .*65\.0 us and a whole round trip 10\.0 us/,
  );
});

test("a thread that waited for a core may have been busy: unknown", () => {
  const waiting = { utilization: 0.4, offCpuShare: 0.01, coreWaitShare: 0.59 };
  assert.equal(holdsOf("CPU-bound", waiting), undefined);
  assert.equal(holdsOf("CPU-bound", { ...waiting, quotaElasticity: at(0.1) }), false);
  const idle = { utilization: 0.4, offCpuShare: 0.5, coreWaitShare: 0.1 };
  assert.equal(holdsOf("CPU-bound", idle), false);
});

test("a part that was not measured is unknown, also of a core with time to spare", () => {
  assert.equal(holdsOf("CPU-bound: core", {}), undefined);
  assert.equal(holdsOf("CPU-bound: front-end", {}), undefined);
  assert.equal(holdsOf("CPU-bound: kernel", { kernelShare: 0.1 }), false);
  assert.equal(holdsOf("CPU-bound: kernel", { kernelShare: 0.6 }), false);
});

test("a generator that did not keep its plan is not cleared", () => {
  assert.equal(holdsOf("GENERATOR-BOUND", {}), false);
  assert.equal(holdsOf("GENERATOR-BOUND", { isGeneratorLate: true }), undefined);
  assert.equal(holdsOf("GENERATOR-BOUND", { isGeneratorLate: true, heldBackShare: 0.1 }), true);
});

test("a rate that was held is no ceiling: a thread with time to spare there clears nobody", () => {
  assert.equal(holdsOf("CPU-bound", { isSaturated: true }), false);
  assert.equal(holdsOf("CPU-bound", { isSaturated: false }), undefined);
  assert.equal(holdsOf("CPU-bound", { ...BUSY, isSaturated: false }), true);
});

test("a target whose generator waited for a core may have had nothing to do: unknown", () => {
  const starved = { utilization: 0.04, coreWaitShare: 0.4, offCpuShare: 0.55 };
  assert.equal(holdsOf("CPU-bound", { ...starved, generatorWaitShare: 0.85 }), undefined);
  assert.equal(holdsOf("CPU-bound", { ...starved, generatorWaitShare: 0.1 }), false);
});

test("a generator that was late for a rate that was held bounds nothing", () => {
  const late = { generatorLagShare: 0.73, offCpuShare: 0.9 };
  assert.equal(holdsOf("GENERATOR-BOUND", { ...late, isSaturated: true }), true);
  assert.equal(holdsOf("GENERATOR-BOUND", { ...late, isSaturated: false }), undefined);
});

test("an upper bound of the transport's share may say no, and never yes", () => {
  const most = { value: 0.9, low: 0.8, high: 1, n: 8 };
  const below = { lowerLayerGain: TWICE, isTransportBound: true };
  assert.equal(holdsOf("transport-bound", { ...below, transportShare: most }), undefined);
  assert.equal(holdsOf("transport-bound", below), false);
});

test("what a limit of the rate held tells nothing of what bounds the target", () => {
  const rate = { value: 2990, low: 2980, high: 3000, n: 8 };
  const layer = { ...sampleRun({ utilization: 0.1, transportShare: 0.8 }).layers[0] };
  const run: RunFile = {
    ...sampleRun({ utilization: 0.1 }),
    limitPerSecond: 3000,
    ceilingMax: { heldPerSecond: 3000, failedPerSecond: Number.POSITIVE_INFINITY, trials: [] },
    layers: [{ ...layer, achievedPerSecond: 2990, nullKind: OWN_NULL, nullGain: rate }],
    quota: { elasticity: { value: 0, low: 0, high: 0.1, n: 8 }, freePerSecond: rate },
    scaling: [1, 2, 4, 8, 16, 32].map((n) => ({ n, perSecond: 3000 })),
  };
  const held = decide(evidenceOf(run)).filter(({ holds }) => holds !== undefined);
  const told = held.map(({ name }) => name);
  for (const name of ["CPU-bound", "transport-bound"] as const) assert.ok(!told.includes(name));
  const { quotaElasticity, connectionsGain, transportShare } = evidenceOf(run);
  assert.deepEqual([quotaElasticity, connectionsGain, transportShare], Array(3).fill(undefined));
  const { ceilingMax: _, ...without } = run;
  const below = evidenceOf({ ...without, limitPerSecond: 30_000 });
  assert.deepEqual(below.quotaElasticity, run.quota?.elasticity);
});

test("switches that are only counted clear no lock and no device: a few may be long", () => {
  const counted = { isOffCpuTimed: false, voluntaryPerOrder: 0.2, futexShare: 0.13 };
  const alone = { connectionsGain: { low: 0, high: 0.05 } };
  assert.equal(holdsOf("lock-bound", { ...counted, ...alone }), undefined);
  assert.equal(holdsOf("lock-bound", { ...counted, ...alone, isOffCpuTimed: true }), false);
  assert.equal(holdsOf("lock-bound", { ...counted, ...alone, futexShare: 0.3 }), true);
  assert.equal(holdsOf("I/O-bound", { isOffCpuTimed: false, storageShare: NONE }), undefined);
});
