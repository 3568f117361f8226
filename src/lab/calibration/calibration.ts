// What this machine costs: the clock, a system call, a wake-up, a load from each size of memory, a
// mispredicted branch, and how far two runs of one thing differ. Measured here, never looked up:
// what a guest gets of a cache is less than the cache's size.

import { closeSync, fstatSync, openSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Prng } from "../../base/prng.ts";
import { workerUrl } from "../../ops/worker-url.ts";
import { clockCostNanos, nowNanos } from "../load/monotonic.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { medianEstimate } from "../statistics/order-interval.ts";

export type Calibration = {
  readonly clockNanos: number;
  readonly systemCallNanos: number;
  /** One thread tells another that sleeps, and is told back: two wake-ups. */
  readonly wakeUpPairNanos: Estimate;
  /** How late a timer of one millisecond comes. */
  readonly timerLateNanos: Estimate;
  readonly loads: readonly { readonly bytes: number; readonly nanos: number }[];
  /** The same lines side by side, and each on a page of its own: what the TLB's misses cost. */
  readonly pages?: readonly PageLoads[];
  readonly mispredictNanos: number;
  /** A dependent addition: one core cycle. */
  readonly addNanos: number;
  /** Relative differences of A and A, run in turn: what no comparison here can go below. */
  readonly noise: Estimate;
};

export type PageLoads = {
  readonly pages: number;
  readonly besideNanos: number;
  readonly apartNanos: number;
};

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES_QUICK = [16 * KIB, 256 * KIB, 2 * MIB, 8 * MIB, 32 * MIB];
const SIZES = [16 * KIB, 64 * KIB, 256 * KIB, MIB, 2 * MIB, 4 * MIB, 8 * MIB, 16 * MIB, 32 * MIB];

export async function calibrate(isQuick: boolean): Promise<Calibration> {
  const sizes = isQuick ? SIZES_QUICK : [...SIZES, 64 * MIB, 128 * MIB];
  return {
    clockNanos: clockCostNanos(),
    systemCallNanos: systemCallNanos(),
    wakeUpPairNanos: await wakeUpPairs(isQuick ? 200 : 1000),
    timerLateNanos: await timerLateness(isQuick ? 50 : 200),
    loads: sizes.map((bytes) => ({ bytes, nanos: loadNanos(bytes) })),
    pages: PAGES.map((pages) => ({
      pages,
      besideNanos: walkNanos(chainOf(pages, LINE_WORDS)),
      apartNanos: walkNanos(chainOf(pages, PAGE_WORDS + LINE_WORDS)),
    })),
    mispredictNanos: mispredictNanos(),
    addNanos: addNanos(),
    noise: noise(isQuick ? 20 : 60),
  };
}

/** The smallest of several: what it costs when nobody interferes. */
function bestOf(rounds: number, measure: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) best = Math.min(best, measure());
  return best;
}

/** fstat: the cheapest call that Node makes into the kernel, JavaScript's share included. */
function systemCallNanos(): number {
  const file = openSync("/dev/null", "r");
  const calls = 2000;
  const nanos = bestOf(5, () => {
    const started = nowNanos();
    for (let i = 0; i < calls; i++) fstatSync(file);
    return (nowNanos() - started) / calls;
  });
  closeSync(file);
  return nanos;
}

async function wakeUpPairs(count: number): Promise<Estimate> {
  const shared = new SharedArrayBuffer(8);
  const worker = new Worker(workerUrl(import.meta.url, "wake-up-thread"), { workerData: shared });
  await new Promise((resolve) => worker.once("message", resolve));
  const words = new Int32Array(shared);
  const times: number[] = [];
  for (let i = 1; i <= count; i++) {
    const started = nowNanos();
    Atomics.store(words, 0, i);
    Atomics.notify(words, 0);
    while (Atomics.load(words, 1) !== i) Atomics.wait(words, 1, i - 1, 1000);
    times.push(nowNanos() - started);
  }
  Atomics.store(words, 0, -1);
  Atomics.notify(words, 0);
  return medianEstimate(times);
}

async function timerLateness(count: number): Promise<Estimate> {
  const late: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = nowNanos();
    await new Promise((resolve) => setTimeout(resolve, 1));
    late.push(nowNanos() - started - 1e6);
  }
  return medianEstimate(late);
}

const LINE_WORDS = 16;
const PAGE_WORDS = 1024;
/** More than a first-level TLB holds, about what a second-level one does, and far more. */
const PAGES = [256, 2048, 8192];

/** A random walk over `bytes`, a place a cache line. */
function loadNanos(bytes: number): number {
  return walkNanos(chainOf(bytes / 4 / LINE_WORDS, LINE_WORDS));
}

/** Each load's address is the value of the load before. */
function chainOf(places: number, strideWords: number): Int32Array {
  const order = Uint32Array.from({ length: places }, (_, i) => i);
  const prng = new Prng(places);
  for (let i = places - 1; i > 0; i--) {
    const j = prng.nextBelow(i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  const chain = new Int32Array(places * strideWords);
  for (let i = 0; i < places; i++) {
    chain[order[i] * strideWords] = order[(i + 1) % places] * strideWords;
  }
  return chain;
}

function walkNanos(chain: Int32Array): number {
  const steps = 400_000;
  return bestOf(3, () => {
    const started = nowNanos();
    walk(chain, steps);
    return (nowNanos() - started) / steps;
  });
}

function walk(chain: Int32Array, steps: number): number {
  let at = 0;
  for (let i = 0; i < steps; i++) at = chain[at];
  return at;
}

/** A branch on random bits against one on bits in turn: half of the random are mispredicted. */
function mispredictNanos(): number {
  const count = 1 << 18;
  const prng = new Prng(1);
  const random = Uint8Array.from({ length: count }, () => prng.nextBelow(2));
  const inTurn = Uint8Array.from({ length: count }, (_, i) => i % 2);
  const places = new Int32Array(2);
  const time = (bits: Uint8Array) =>
    bestOf(20, () => {
      const started = nowNanos();
      branch(bits, places);
      return (nowNanos() - started) / count;
    });
  for (const bits of [random, inTurn]) time(bits); // Compiled for both before either counts.
  return Math.max(0, 2 * (time(random) - time(inTurn)));
}

/** The sides store, which no conditional move replaces; no turn waits for the one before. */
function branch(bits: Uint8Array, places: Int32Array): void {
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] === 0) places[0] = i;
    else places[1] = i;
  }
}

function addNanos(): number {
  const steps = 100_000; // Short, so that some of them nobody disturbs.
  return bestOf(100, () => {
    const started = nowNanos();
    addUp(steps);
    return (nowNanos() - started) / steps / ADDS_A_TURN;
  });
}

const ADDS_A_TURN = 8;

/** Read and kept, so that the compiler cannot know the sum beforehand. */
const SUM = new Int32Array([1]);

function addUp(turns: number): void {
  let sum = SUM[0];
  for (let i = 0; i < turns; i++) {
    sum = (sum + (sum >> 1)) | 0; // Each needs the one before; shift and add, four times.
    sum = (sum + (sum >> 1)) | 0;
    sum = (sum + (sum >> 1)) | 0;
    sum = (sum + (sum >> 1)) | 0;
  }
  SUM[0] = sum;
}

/** Relative differences between neighbors of the same work. */
function noise(pairs: number): Estimate {
  const time = (): number => {
    const started = nowNanos();
    addUp(400_000);
    return nowNanos() - started;
  };
  time();
  return medianEstimate(
    Array.from({ length: pairs }, () => {
      const first = time();
      return Math.abs(time() / first - 1);
    }),
  );
}

/** The size up to which a load costs less than half of the dearest: what cache there really is. */
export function effectiveCacheBytes(loads: Calibration["loads"]): number {
  const dearest = Math.max(...loads.map(({ nanos }) => nanos));
  const cached = loads.filter(({ nanos }) => nanos < dearest / 2);
  return Math.max(0, ...cached.map(({ bytes }) => bytes));
}
