// One long busy load, during which something is switched to and fro: each block between two
// switches is told by what was answered in it, and by what that cost. Nothing is started or
// compiled in between, so that blocks are short, many, and beside each other.

import { setTimeout as wait } from "node:timers/promises";
import type { LoadOptions } from "../load/load-options.ts";
import { runLoad } from "../load/run-load.ts";
import { refuseWrong } from "../load/wrong-answer.ts";
import { readFamily, type ThreadReading } from "../watch/process-reading.ts";
import type { Bench } from "./bench-of-target.ts";
import type { Plan } from "./plan.ts";

export type Block = {
  readonly perSecond: number;
  /** The target's processor time an order; NaN where it cannot be seen. */
  readonly cpuNanos: number;
  /** Of the block's time, over all its threads: it ran, and it waited for a core. */
  readonly runShare?: number;
  readonly coreWaitShare?: number;
};

/** After a switch: what is answered then belongs to neither of the two. */
const SETTLE_SECONDS = 0.05;
/** Of what the blocks need: timers are late where every core spins. */
const LONGER = 2;

export type Conditions = {
  /** How many there are; switched to by their places. */
  readonly count: number;
  /** What is in flight when a condition is switched is answered in the next one. */
  readonly inFlight: number;
  switchTo(place: number): Promise<void>;
};

/** How long a pass of blocks takes that has so many conditions. */
export function secondsOfBlocks(
  { blockWarmUpSeconds, blockRounds, blockSeconds }: Plan,
  count: number,
): number {
  return blockWarmUpSeconds + blockRounds * count * (SETTLE_SECONDS + blockSeconds);
}

/** A list a round, a block for each condition; every other round from the last to the first. */
export async function measureInBlocks(
  { load: options, plan, signal }: Bench,
  { drive, pid }: { readonly drive: LoadOptions["drive"]; readonly pid: number | undefined },
  conditions: Conditions,
): Promise<Block[][]> {
  const rounds: Block[][] = [];
  const ended = new AbortController();
  let played: Promise<void> = Promise.resolve();
  const onWindowStart = (answered: () => number): void => {
    played = playRounds(answered).finally(() => ended.abort());
    played.catch(() => undefined); // Awaited below.
  };
  const seconds = LONGER * secondsOfBlocks(plan, conditions.count);
  const load = await runLoad(
    {
      ...options,
      drive,
      pace: { kind: "closed", inFlight: conditions.inFlight },
      connections: 1,
      threads: 1,
      warmUpSeconds: plan.blockWarmUpSeconds,
      seconds,
    },
    { onWindowStart, signal, ended: ended.signal },
  );
  refuseWrong(load);
  await played;
  if (load.failure !== "") throw new Error(load.failure);
  return rounds;

  async function playRounds(answered: () => number): Promise<void> {
    for (let round = 0; round < plan.blockRounds; round++) {
      const blocks: Block[] = [];
      const places = Array.from({ length: conditions.count }, (_, place) => place);
      for (const place of round % 2 === 0 ? places : places.toReversed()) {
        signal.throwIfAborted();
        await conditions.switchTo(place);
        await wait(SETTLE_SECONDS * 1000);
        blocks[place] = await measureBlock(answered);
      }
      rounds.push(blocks);
    }
  }

  async function measureBlock(answered: () => number): Promise<Block> {
    const before = readingOf(answered);
    await wait(plan.blockSeconds * 1000);
    const after = readingOf(answered);
    const orders = after.answered - before.answered;
    if (orders === 0) throw new Error("nothing was answered in a block of its time");
    const nanos = (after.atMillis - before.atMillis) * 1e6;
    const runNanos = after.runNanos - before.runNanos;
    return {
      perSecond: (orders / nanos) * 1e9,
      cpuNanos: runNanos / orders,
      runShare: runNanos / nanos,
      coreWaitShare: (after.waitNanos - before.waitNanos) / nanos,
    };
  }

  function readingOf(answered: () => number) {
    const threads = pid === undefined ? undefined : readFamily(pid)?.threads;
    const sumOf = (nanosOf: (thread: ThreadReading) => number) =>
      threads?.reduce((sum, thread) => sum + nanosOf(thread), 0) ?? Number.NaN;
    return {
      atMillis: performance.now(),
      answered: answered(),
      runNanos: sumOf(({ runNanos }) => runNanos),
      waitNanos: sumOf(({ waitNanos }) => waitNanos),
    };
  }
}
