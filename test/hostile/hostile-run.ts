// Feeds one target: first every truncation and every split of its messages, then random mutations.
// It must serve in the end, and hold no more memory than its bounded buffers.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Prng } from "../../src/base/prng.ts";
import { HostileVenue } from "./hostile-venue.ts";
import { mutated, splitsOf, truncationsOf } from "./mutations.ts";
import type { Target } from "./target.ts";
import { TARGETS } from "./targets.ts";

export type HostileOptions = {
  /** A name of TARGETS. */
  readonly target: string;
  readonly inputs: number;
  readonly seed: number;
  /** Called after each input. */
  readonly onInput?: (number: number) => void;
};

export type HostileResult = {
  readonly target: string;
  readonly inputs: number;
  readonly inputsPerSecond: number;
  readonly serves: boolean;
  /** From a tenth of the inputs to the end, collected. */
  readonly growthMegabytes: number;
  readonly rssMegabytesMax: number;
};

/** Answers of the exchange come between. */
const INPUTS_A_TURN = 16;
/** Streams of an account, of FIX and of ITCH, and what waits for the disk: limits.ts. */
export const GROWTH_MEGABYTES_MAX = 192;
setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const MEGABYTE = 1024 * 1024;

export async function feedHostile(options: HostileOptions): Promise<HostileResult> {
  const venue = await HostileVenue.open();
  const open = TARGETS[options.target];
  if (open === undefined) throw new Error(`expected a target, found ${options.target}`);
  const { target, close } = await open(venue);
  try {
    return await feedTarget(target, options);
  } finally {
    target.close();
    await close();
    await venue.close();
  }
}

async function feedTarget(target: Target, options: HostileOptions): Promise<HostileResult> {
  const { inputs, seed, onInput = () => {} } = options;
  const started = performance.now();
  let fed = 0;
  let before = 0;
  let rssMax = 0;
  for (const pieces of inputsOf(target, new Prng(seed))) {
    target.feed(pieces);
    onInput(++fed);
    if (fed % INPUTS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    if (fed === Math.ceil(inputs / 10)) before = memoryInUse();
    if (fed % 1024 === 0) rssMax = Math.max(rssMax, process.memoryUsage.rss());
    if (fed === inputs) break;
  }
  const seconds = (performance.now() - started) / 1000;
  const serves = await target.serves();
  return {
    target: target.name,
    inputs: fed,
    inputsPerSecond: Math.round(fed / seconds),
    serves,
    growthMegabytes: Math.round((memoryInUse() - before) / MEGABYTE),
    rssMegabytesMax: Math.round(Math.max(rssMax, process.memoryUsage.rss()) / MEGABYTE),
  };
}

/** Without end. */
function* inputsOf(target: Target, prng: Prng): Generator<readonly Buffer[]> {
  const messages = [...target.whole, ...target.bodies.map((body) => target.frame(body))];
  for (const message of messages) {
    yield* truncationsOf(message);
    yield* splitsOf(message);
  }
  for (;;) {
    const { whole, bodies } = target;
    if (prng.nextChance(1, 2)) yield mutated(whole[prng.nextBelow(whole.length)], prng);
    else {
      const body = Buffer.concat(mutated(bodies[prng.nextBelow(bodies.length)], prng));
      yield [target.frame(body)];
    }
  }
}

function memoryInUse(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
