import assert from "node:assert/strict";
import { test } from "node:test";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";
import { sampleLoad } from "./sample-load-for-test.ts";
import { type GateId, GENERATOR_BOUND, gatesOf, isValid, observerGate } from "./validity.ts";

const CLOCK_NANOS = 50;
const GOOD = { perSecond: 20_000, serviceNanos: 20_000 };

function failedGates(watched: WatchedLoad): GateId[] {
  const gates = gatesOf(watched, CLOCK_NANOS);
  return gates.filter(({ isPassed }) => isPassed === false).map(({ id }) => id);
}

test("a quiet run of a steady server passes every gate", () => {
  const gates = gatesOf(sampleLoad(GOOD), CLOCK_NANOS);
  assert.ok(isValid(gates), JSON.stringify(gates));
  assert.deepEqual(
    gates.map(({ id }) => id),
    ["V1", "V2", "V3", "V4", "V5", "V7", "V8"],
  );
});

test("neighbors that take the cores make a run invalid", () => {
  const watched = sampleLoad(GOOD);
  const usage = { runNanos: 1e9, waitNanos: 1e8, slices: 1 };
  const load = { ...watched.load, generator: { ...watched.load.generator, usage } };
  assert.deepEqual(failedGates({ ...watched, load }), ["V1"]);
  assert.deepEqual(failedGates({ ...watched, stealShare: 0.02 }), ["V1"]);
});

test("a late generator is called GENERATOR-BOUND", () => {
  const late = sampleLoad({ ...GOOD, lagNanos: 60_000 });
  assert.deepEqual(failedGates(late), ["V2"]);
  const gate = gatesOf(late, CLOCK_NANOS).find(({ id }) => id === "V2");
  assert.ok(gate?.found.startsWith(GENERATOR_BOUND));
});

test("a shortfall is the generator's only where the target would have taken more", () => {
  const watched = sampleLoad(GOOD);
  const short = { ...watched.load, heldBack: watched.load.planned * 0.1 };
  assert.deepEqual(failedGates({ ...watched, load: short }), ["V2"]);
  const overloaded = sampleLoad({ perSecond: 60_000, serviceNanos: 20_000 });
  assert.ok(!failedGates(overloaded).includes("V2"));
});

test("a table that breaks Little's law is refused", () => {
  const watched = sampleLoad(GOOD);
  const load = { ...watched.load, inFlightMean: watched.load.inFlightMean * 2 };
  assert.deepEqual(failedGates({ ...watched, load }), ["V3"]);
});

test("a server that slows down over the run is not stationary", () => {
  const slowing = sampleLoad({ ...GOOD, growthNanos: 9000 });
  assert.ok(failedGates(slowing).includes("V4"));
});

test("an open loop tells of a frozen server what its clients felt: p99 = F - 0.01 T", () => {
  const frozen = { perSecond: 9000, serviceNanos: 1000, seconds: 4, freezeNanos: 500e6 };
  const response = LatencyHistogram.fromRecord(sampleLoad(frozen).load.response);
  assert.ok(Math.abs(response.percentile(0.99) / 460e6 - 1) < 0.02);
  assert.ok(Math.abs(response.percentile(0.95) / 300e6 - 1) < 0.05);
});

test("answers that came in another part than they were planned for are a drift", () => {
  const frozen = sampleLoad({ ...GOOD, freezeNanos: 300e6 });
  assert.ok(failedGates(frozen).includes("V4"), "0.3 s of 2 in which nothing came");
  const { arrivedBySlice: _, ...load } = frozen.load;
  const gates = gatesOf({ ...frozen, load }, 50);
  assert.equal(gates.find(({ id }) => id === "V4")?.isPassed, undefined, "a run of before");
});

test("a p99 of a few hundred answers is not told", () => {
  assert.deepEqual(failedGates(sampleLoad({ ...GOOD, perSecond: 500 })), ["V5"]);
});

test("one wrong answer makes the fastest run worthless", () => {
  const watched = sampleLoad(GOOD);
  assert.deepEqual(failedGates({ ...watched, load: { ...watched.load, wrong: 1 } }), ["V8"]);
  assert.deepEqual(failedGates({ ...watched, load: { ...watched.load, unanswered: 1 } }), ["V8"]);
});

test("a profiler that costs more than a tenth is told", () => {
  assert.equal(observerGate(95, 100).isPassed, true);
  assert.equal(observerGate(85, 100).isPassed, false);
});

test("answers that are only counted are not told to have been right", () => {
  const watched = sampleLoad({ perSecond: 10_000, serviceNanos: 10_000 });
  const address = { path: "/tmp/e.sock" };
  const drive = { kind: "bytes", address, recording: "r.bin:32" } as const;
  const load = { ...watched.load, options: { ...watched.load.options, drive } };
  const gate = gatesOf({ ...watched, load }, 50).find(({ id }) => id === "V8");
  assert.equal(gate?.isPassed, undefined);
  assert.match(gate?.found ?? "", /not checked, 0 missing/);
  const missing = gatesOf({ ...watched, load: { ...load, unanswered: 1 } }, 50);
  assert.equal(missing.find(({ id }) => id === "V8")?.isPassed, false);
});
