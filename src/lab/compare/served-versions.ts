// Two versions behind Unix sockets, driven in turn by one generator: the ceiling as the rate with
// many orders in flight, and the p99 at a fixed offered rate. As in paired-versions.ts a pair is
// two fresh processes, and A against A is measured among the pairs.

import type { LoadOptions } from "../load/load-options.ts";
import type { LoadResult } from "../load/load-result.ts";
import { USUAL_MIX } from "../load/mix.ts";
import { runLoad } from "../load/run-load.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { startBuild, type Target } from "../target/target.ts";
import type { Pair } from "./compare-metric.ts";
import {
  type InterleavedPairs,
  interleavePairs,
  type PairOptions,
  pairOf,
} from "./interleaved-pairs.ts";

export type ServedPair = { readonly rate: Pair; readonly p99Nanos: Pair };

export type ServedVersions = InterleavedPairs<ServedPair> & {
  /** At which p99 was taken, the same for all pairs. */
  readonly offeredPerSecond: number;
};

const LOAD: Omit<LoadOptions, "drive" | "pace"> = {
  lap: { kind: "mix", mix: { ...USUAL_MIX, commands: 20_000 } },
  connections: 1,
  threads: 1,
  warmUpSeconds: 0.2,
  seconds: 0.6,
  seed: 1,
};
const IN_FLIGHT = 512;
/** Of A's rate: where p99 tells of the engine and not of a queue. */
const OFFERED_SHARE = 0.5;
/** After one second rates of one build still differed by more than twice. */
const WARM_UP_SECONDS = 2;

export async function serveVersions(options: PairOptions): Promise<ServedVersions> {
  const offeredPerSecond = OFFERED_SHARE * (await warmRateOf(options.a));
  const served = await interleavePairs(options, (a, b, isTurned) =>
    servePair(isTurned ? [b, a] : [a, b], isTurned, offeredPerSecond),
  );
  return { ...served, offeredPerSecond };
}

async function servePair(
  [first, second]: readonly [string, string],
  isTurned: boolean,
  perSecond: number,
): Promise<ServedPair> {
  return await withBuilds([first, second], async ([one, other]) => {
    for (const target of [one, other]) await rateOf(target, WARM_UP_SECONDS);
    const rates = [await rateOf(one), await rateOf(other)] as const;
    const late = await p99Of(other, perSecond); // Who was second is first now.
    const p99s = [await p99Of(one, perSecond), late] as const;
    return { rate: pairOf(isTurned, rates), p99Nanos: pairOf(isTurned, p99s) };
  });
}

async function warmRateOf(dist: string): Promise<number> {
  return await withBuilds([dist], async ([target]) => {
    await rateOf(target, WARM_UP_SECONDS);
    return await rateOf(target);
  });
}

async function withBuilds<Found>(
  dists: readonly string[],
  use: (targets: readonly Target[]) => Promise<Found>,
): Promise<Found> {
  const targets = await Promise.all(dists.map(startBuild));
  try {
    return await use(targets);
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
}

async function rateOf(target: Target, seconds = LOAD.seconds): Promise<number> {
  const pace = { kind: "closed", inFlight: IN_FLIGHT } as const;
  return (await drive(target, { ...LOAD, pace, seconds })).achievedPerSecond;
}

async function p99Of(target: Target, perSecond: number): Promise<number> {
  const pace = { kind: "open", shape: "poisson", perSecond, burstSize: 1 } as const;
  const { response } = await drive(target, { ...LOAD, pace });
  return LatencyHistogram.fromRecord(response).percentile(0.99);
}

/** A load with wrong answers is no measurement. */
async function drive(
  { name, drive: way }: Target,
  options: Omit<LoadOptions, "drive">,
): Promise<LoadResult> {
  const result = await runLoad({ ...options, drive: way });
  const { wrong, firstWrong, failure } = result;
  if (wrong > 0) throw new Error(`${name}: ${wrong} wrong answers, first ${firstWrong}`);
  if (failure !== "") throw new Error(`${name}: ${failure}`);
  return result;
}
