// Whether our engine is what sets the rate: it is made slower by known times, and the time between
// two answers is read off. On the critical path each nanosecond more is one more between answers;
// beside it, none. The shape of Coz's virtual speedups, the other way round: a single engine thread
// can be delayed by itself, and nobody else has to stand still.

import type { LoadOptions } from "../../load/load-options.ts";
import { slopeOf } from "../../statistics/line-fit.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { startDelayedEngine, type Target } from "../../target/target.ts";
import { cpuNanosPerOperation, runWatchedLoad } from "../../watch/watched-load.ts";
import type { Bench } from "../bench-of-target.ts";
import { BUSY_IN_FLIGHT, pairedLoad } from "../busy-load.ts";
import type { CauseRecord } from "../run-file.ts";

/** From an order's own time to several of it. */
const DELAYS_NANOS = [0, 1000, 2000] as const;

type Round = { readonly nanos: number[]; readonly cpuNanos: number[] };

export async function delayEngine(
  bench: Bench,
  delays: readonly number[] = DELAYS_NANOS,
): Promise<CauseRecord> {
  const { drive } = bench.spec;
  if (drive.kind !== "engine" || drive.layer === "inprocess" || drive.layer === "ring") {
    throw new Error("only our engine in a process of its own is delayed");
  }
  bench.tell(`cause: the engine delayed by ${delays.join(", ")} ns`);
  const load = pairedLoad(bench, BUSY_IN_FLIGHT);
  const targets: Target[] = [];
  try {
    for (const nanos of delays) targets.push(await startDelayedEngine(drive.layer, nanos));
    const rounds: Round[] = [];
    for (let round = 0; round < bench.plan.interventionPairs; round++) {
      bench.signal.throwIfAborted();
      rounds.push(await measureRound(targets, load, round % 2 === 1));
    }
    return causeOf(delays, rounds);
  } finally {
    for (const target of targets) await target.stop();
  }
}

/** Every delay once; every other time from the last to the first. */
async function measureRound(
  targets: readonly Target[],
  load: LoadOptions,
  isBackward: boolean,
): Promise<Round> {
  const nanos: number[] = [];
  const cpuNanos: number[] = [];
  const places = [...targets.keys()];
  for (const place of isBackward ? places.toReversed() : places) {
    const { drive, pid } = targets[place];
    const watched = await runWatchedLoad({ ...load, drive }, pid);
    const { achievedPerSecond } = watched.load;
    if (achievedPerSecond === 0) throw new Error("a delayed engine answered nothing in its time");
    nanos[place] = 1e9 / achievedPerSecond;
    cpuNanos[place] = cpuNanosPerOperation(watched) ?? Number.NaN;
  }
  return { nanos, cpuNanos };
}

/** A slope a round, so that a machine that drifts between rounds is in the interval. */
export function causeOf(delays: readonly number[], rounds: readonly Round[]): CauseRecord {
  const slopes = (of: (round: Round) => number[]) =>
    medianEstimate(rounds.map((each) => slopeOf(delays.map((x, i) => ({ x, y: of(each)[i] })))));
  const hasCpu = rounds.every(({ cpuNanos }) => !cpuNanos.some(Number.isNaN));
  return {
    points: delays.map((delayNanos, i) => {
      return { delayNanos, nanosPerOrder: medianEstimate(rounds.map(({ nanos }) => nanos[i])) };
    }),
    slope: slopes(({ nanos }) => nanos),
    cpuSlope: hasCpu ? slopes(({ cpuNanos }) => cpuNanos) : undefined,
  };
}
