// Feeds one target: first every truncation and every split of its messages, then random mutations.
// It must serve in the end, and hold no more memory than its bounded buffers.

import { Prng } from "../../src/base/prng.ts";
import { collectGarbage } from "../../src/lab/bench/collect-garbage.ts";
import { HostileVenue } from "./hostile-venue.ts";
import { mutated, splitAt, splitsOf, truncationsOf } from "./mutations.ts";
import type { FeedKind, Target } from "./target.ts";
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
  /** What was still a request: how deep the inputs went. */
  readonly commands: number;
  /** Sessions that were ended, and those of them that did not end as the protocol has it. */
  readonly ended: number;
  readonly silent: number;
  readonly serves: boolean;
  /** From a tenth of the inputs to the end, collected. */
  readonly growthMegabytes: number;
  readonly rssMegabytesMax: number;
};

/** Answers of the exchange come between. */
const INPUTS_A_TURN = 16;
/** Streams of an account, of FIX and of ITCH, and what waits for the disk: limits.ts. */
export const GROWTH_MEGABYTES_MAX = 192;
const MEGABYTE = 1024 * 1024;

export async function feedHostile(options: HostileOptions): Promise<HostileResult> {
  const venue = await HostileVenue.open();
  const open = TARGETS[options.target];
  if (open === undefined) throw new Error(`expected a target, found ${options.target}`);
  const { target, close } = await open(venue);
  try {
    return await feedTarget(target, options, () => venue.exchange.health().sequence);
  } finally {
    target.close();
    await close();
    await venue.close();
  }
}

async function feedTarget(
  target: Target,
  options: HostileOptions,
  sequence: () => number,
): Promise<HostileResult> {
  const firstSequence = sequence();
  const { inputs, seed, onInput = () => {} } = options;
  const started = performance.now();
  let fed = 0;
  let before = 0;
  let rssMax = 0;
  for (const [pieces, kind] of inputsOf(target, new Prng(seed))) {
    target.feed(pieces, kind);
    onInput(++fed);
    if (fed % INPUTS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    if (fed === Math.ceil(inputs / 10)) before = memoryInUse();
    if (fed % 1024 === 0) rssMax = Math.max(rssMax, process.memoryUsage.rss());
    if (fed === inputs) break;
  }
  const seconds = (performance.now() - started) / 1000;
  const commands = sequence() - firstSequence;
  const serves = await target.serves();
  return {
    target: target.name,
    inputs: fed,
    inputsPerSecond: Math.round(fed / seconds),
    commands,
    ended: target.endedCount,
    silent: target.silentCount,
    serves,
    growthMegabytes: Math.round((memoryInUse() - before) / MEGABYTE),
    rssMegabytesMax: Math.round(Math.max(rssMax, process.memoryUsage.rss()) / MEGABYTE),
  };
}

type Input = readonly [pieces: readonly Buffer[], kind: FeedKind];

/** Without end: until every truncation and split was there, every second input is one of them. */
function* inputsOf(target: Target, prng: Prng): Generator<Input> {
  for (const cut of cutsOf(target)) {
    yield cut;
    yield mutationOf(target, prng);
  }
  for (;;) yield mutationOf(target, prng);
}

function* cutsOf(target: Target): Generator<Input> {
  const { whole, bodies } = target;
  const frame = (body: Buffer): Buffer => target.frame(body);
  for (const make of whole) {
    for (const pieces of truncationsOf(make)) yield [pieces, "raw"];
    for (const pieces of splitsOf(make)) yield [pieces, "raw"];
  }
  for (const body of bodies) {
    for (const [piece] of truncationsOf(() => body)) yield [[frame(piece)], "framed"];
    for (const pieces of splitsOf(() => frame(body))) yield [pieces, "framed"];
  }
}

function mutationOf(target: Target, prng: Prng): Input {
  const { whole, bodies } = target;
  if (prng.nextChance(1, 2)) {
    return [mutated(whole[prng.nextBelow(whole.length)](), prng), "raw"];
  }
  const body = Buffer.concat(mutated(bodies[prng.nextBelow(bodies.length)], prng));
  const message = target.frame(body);
  return [splitAt(message, prng.nextBelow(message.length + 1)), "framed"];
}

function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
