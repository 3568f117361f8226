// Whether our engine is what sets the rate: it is made slower by known times, and the time between
// two answers is read off. On the critical path each nanosecond more is one more between answers;
// beside it, none. The shape of Coz's virtual speedups, the other way round: a single engine thread
// can be delayed by itself, and nobody else has to stand still.

import { slopeOf } from "../../statistics/line-fit.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { signedRank } from "../../statistics/signed-rank.ts";
import { startDelayedEngine } from "../../target/target.ts";
import type { Bench } from "../bench-of-target.ts";
import { type Block, measureInBlocks } from "../blocks.ts";
import { BUSY_IN_FLIGHT } from "../busy-load.ts";
import type { CauseRecord } from "../run-file.ts";

/** From an order's own time to several of it. */
export const DELAYS_NANOS = [0, 1000, 2000] as const;

export async function delayEngine(
  bench: Bench,
  delays: readonly number[] = DELAYS_NANOS,
  inFlight = BUSY_IN_FLIGHT,
): Promise<CauseRecord> {
  const { drive } = bench.spec;
  if (drive.kind !== "engine" || drive.layer === "inprocess" || drive.layer === "ring") {
    throw new Error("only our engine in a process of its own is delayed");
  }
  bench.tell(`cause: the engine delayed by ${delays.join(", ")} ns`);
  const engine = await startDelayedEngine(drive.layer);
  try {
    const rounds = await measureInBlocks(bench, engine, {
      count: delays.length,
      inFlight,
      switchTo: (place) => engine.delay(delays[place]),
    });
    return causeOf(delays, rounds);
  } finally {
    await engine.stop();
  }
}

/** A slope a round, so that a machine that drifts between rounds is in the interval. */
export function causeOf(
  delays: readonly number[],
  rounds: readonly (readonly Block[])[],
): CauseRecord {
  const slopes = (of: (block: Block) => number) =>
    signedRank(
      rounds.map((blocks) => slopeOf(delays.map((x, place) => ({ x, y: of(blocks[place]) })))),
    ).shift;
  const hasCpu = !rounds.flat().some(({ cpuNanos }) => Number.isNaN(cpuNanos));
  return {
    points: delays.map((delayNanos, place) => {
      return {
        delayNanos,
        nanosPerOrder: medianEstimate(rounds.map((each) => nanosOf(each[place]))),
      };
    }),
    slope: slopes(nanosOf),
    cpuSlope: hasCpu ? slopes(({ cpuNanos }) => cpuNanos) : undefined,
  };
}

/** Between two answers. */
function nanosOf({ perSecond }: Block): number {
  return 1e9 / perSecond;
}
