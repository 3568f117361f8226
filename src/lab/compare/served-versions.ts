// Two versions behind Unix sockets, driven in turn by one generator: the rate with many orders in
// flight, and the p99 at a fixed offered rate. A against A is measured in the same way before.

import type { LoadOptions } from "../load/load-options.ts";
import { USUAL_MIX } from "../load/mix.ts";
import { runLoad } from "../load/run-load.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { startBuild, type Target } from "../target/target.ts";
import type { Pair } from "./compare-metric.ts";

export type ServedPairs = { readonly rates: readonly Pair[]; readonly p99s: readonly Pair[] };

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
const WARM_UP_SECONDS = 2;

export async function serveVersions(
  a: string,
  b: string,
  pairs: number,
  tell: (line: string) => void,
): Promise<ServedPairs & { readonly floor: ServedPairs }> {
  const floor = await serve(a, a, pairs, (line) => tell(`served, A against A: ${line}`));
  return { ...(await serve(a, b, pairs, (line) => tell(`served: ${line}`))), floor };
}

async function serve(
  a: string,
  b: string,
  pairs: number,
  tell: (line: string) => void,
): Promise<ServedPairs> {
  const targets = await Promise.all([startBuild(a), startBuild(b)]);
  try {
    const [ofA, ofB] = targets;
    const perSecond = OFFERED_SHARE * (await rateOf(ofA, WARM_UP_SECONDS));
    await rateOf(ofB, WARM_UP_SECONDS);
    const rates: Pair[] = [];
    const p99s: Pair[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      const isTurned = pair % 2 === 1;
      rates.push(await inTurn(ofA, ofB, isTurned, (target) => rateOf(target, LOAD.seconds)));
      p99s.push(await inTurn(ofA, ofB, isTurned, (target) => p99Of(target, perSecond)));
      tell(`${pair + 1} of ${pairs} pairs`);
    }
    return { rates, p99s };
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
}

async function inTurn(
  a: Target,
  b: Target,
  isTurned: boolean,
  measure: (target: Target) => Promise<number>,
): Promise<Pair> {
  const early = await measure(isTurned ? b : a);
  const late = await measure(isTurned ? a : b);
  return isTurned ? { a: late, b: early } : { a: early, b: late };
}

async function rateOf({ drive }: Target, seconds: number): Promise<number> {
  const pace = { kind: "closed", inFlight: IN_FLIGHT } as const;
  return (await runLoad({ ...LOAD, drive, pace, seconds })).achievedPerSecond;
}

async function p99Of({ drive }: Target, perSecond: number): Promise<number> {
  const pace = { kind: "open", shape: "poisson", perSecond, burstSize: 1 } as const;
  const { response } = await runLoad({ ...LOAD, drive, pace });
  return LatencyHistogram.fromRecord(response).percentile(0.99);
}
