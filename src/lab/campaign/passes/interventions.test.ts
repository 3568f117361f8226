import assert from "node:assert/strict";
import { test } from "node:test";
import { delayedAnswer } from "../../load/delayed-answer.ts";
import { keepsData } from "../../target/target-spec.ts";
import { criticalPathOf } from "../../verdict/critical-path.ts";
import { evidenceOf } from "../../verdict/evidence.ts";
import { sampleRun } from "../../verdict/sample-run-for-test.ts";
import { abba } from "../abba.ts";
import { causeOf } from "./cause.ts";
import { layerBelow } from "./lower-layer.ts";
import { quotaOf } from "./quota.ts";
import { gainsOf } from "./tmpfs.ts";

const DELAYS = [0, 500, 1000, 2000];

/** An order takes 700 ns and so much of the delay, on a machine that drifts from round to round. */
function delayed(share: number) {
  const rounds = [1, 1.01, 0.99, 1.02, 0.98, 1].map((drift) =>
    DELAYS.map((nanos) => ({
      perSecond: 1e9 / (drift * (700 + share * nanos)),
      cpuNanos: 600 + nanos,
    })),
  );
  return causeOf(DELAYS, rounds);
}

test("an engine whose delay is whole in the time between answers is on the critical path", () => {
  const cause = delayed(1);
  assert.ok(cause.slope.low <= 1 && cause.slope.high >= 1 && cause.slope.low > 0.97);
  assert.equal(cause.cpuSlope?.value.toFixed(6), "1.000000");
  assert.equal(criticalPathOf(cause), "on the critical path");
});

test("a delay that nobody waits for is beside the critical path, half of one partly on it", () => {
  assert.equal(criticalPathOf(delayed(0)), "beside the critical path");
  assert.equal(criticalPathOf(delayed(0.5)), "partly on the critical path");
  const wide = { ...delayed(1), slope: { value: 0.9, low: 0.1, high: 1.4, n: 6 } };
  assert.equal(criticalPathOf(wide), "not resolvable");
  const stretched = { ...delayed(1), cpuSlope: { value: 3, low: 1, high: 5, n: 6 } };
  assert.equal(criticalPathOf(stretched), "not resolvable", "the delays were not as told");
});

test("processor time that is not told in one round tells no slope", () => {
  const round = (cpuNanos: number) => [
    { perSecond: 1e9, cpuNanos: 1 },
    { perSecond: 5e8, cpuNanos },
  ];
  const { cpuSlope, slope } = causeOf([0, 1], [round(Number.NaN), round(2)]);
  assert.deepEqual([cpuSlope, slope.value], [undefined, 1]);
});

test("half a core is no evidence where others left the target less anyway", () => {
  const quota = (runShare: number, coreWaitShare: number) =>
    quotaOf(Array(6).fill(Array(2).fill({ perSecond: 1, cpuNanos: 1, runShare, coreWaitShare })));
  assert.equal(quota(0.1, 0.8).isStarved, true);
  assert.equal(quota(0.1, 0.05).isStarved, false, "it waits for a device");
  assert.equal(quota(0.9, 0.1).isStarved, false);
  const run = { ...sampleRun({ utilization: 0.1 }), quota: quota(0.1, 0.8) };
  assert.equal(evidenceOf(run).quotaElasticity, undefined);
});

test("a delayed engine gives the same answers, later", () => {
  const twice = (requests: Int32Array, from: number, answers: Int32Array, to: number): void => {
    answers[to] = 2 * requests[from];
  };
  const { answer, delay } = delayedAnswer(twice);
  const millisOf = (lots: number): number => {
    const answers = new Int32Array(1);
    const started = performance.now();
    answer(new Int32Array([lots]), 0, answers, 0);
    assert.equal(answers[0], 2 * lots);
    return performance.now() - started;
  };
  millisOf(21);
  delay(5e6);
  // At least: a spin may be lengthened by who shares the core, the timing of its loop never was.
  assert.ok(millisOf(22) > 2.5);
});

test("half of a core halves what the processor bounds, and nothing of what waits", () => {
  const rounds = (share: number) =>
    [1, 1.1, 0.9, 1, 1.05, 0.95].map((drift) => [
      { perSecond: 1000 * drift, cpuNanos: 1 },
      { perSecond: 1000 * drift * share, cpuNanos: 1 },
    ]);
  assert.equal(quotaOf(rounds(0.5)).elasticity.value.toFixed(6), "1.000000");
  assert.equal(quotaOf(rounds(1)).elasticity.value.toFixed(6), "0.000000");
  const { low, high } = quotaOf(rounds(0.75)).elasticity;
  assert.ok(low <= high && low > 0.49 && high < 0.51);
});

test("what tmpfs buys is told by pairs: in rate, and of the response with one in flight", () => {
  const onDisk = { perSecond: [100, 200, 100], medianNanos: [400, 800, 400] };
  const onTmpfs = { perSecond: [200, 400, 200], medianNanos: [100, 200, 100] };
  const { rateGain, responseBought, diskMedianNanos } = gainsOf(onDisk, onTmpfs);
  assert.deepEqual([rateGain.value.toFixed(6), rateGain.n], ["2.000000", 3]);
  assert.deepEqual([responseBought.value.toFixed(6), responseBought.n], ["0.750000", 3]);
  assert.equal(diskMedianNanos.value, 400);
});

test("the lab places the data of our exchange, and of a command that asks for a directory", () => {
  const record = { kind: "record", address: { path: "/tmp/e.sock" } } as const;
  const of = (command?: string) => keepsData({ text: "unix:/tmp/e.sock", drive: record, command });
  assert.ok(keepsData({ text: "venue:ouch", drive: { kind: "venue", protocol: "ouch" } }));
  assert.ok(of("./engine --data {dataDir}"));
  assert.ok(!of("./engine") && !of());
});

test("below a socket is a faster one, and below a foreign server none that the lab speaks", () => {
  const engine = (layer: "tcp" | "unix" | "inprocess") => layerBelow({ kind: "engine", layer });
  assert.equal(engine("tcp"), "engine:unix");
  assert.equal(engine("unix"), "engine:ring");
  assert.equal(engine("inprocess"), undefined);
  assert.equal(layerBelow({ kind: "venue", protocol: "rest" }), "venue:websocket");
  assert.equal(layerBelow({ kind: "venue", protocol: "ouch" }), undefined);
  assert.equal(layerBelow({ kind: "record", address: { path: "/tmp/e.sock" } }), undefined);
});

test("two measurements come in turn, each pair the other way round", async () => {
  const order: string[] = [];
  const note = (what: string) => async () => {
    order.push(what);
  };
  await abba(3, new AbortController().signal, note("A"), note("B"));
  assert.equal(order.join(""), "ABBAAB");
  const stopped = AbortSignal.abort();
  await assert.rejects(abba(1, stopped, note("A"), note("B")));
});
