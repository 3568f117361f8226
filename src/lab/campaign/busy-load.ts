// So many orders in flight that neither side ever waits: the rate is the target's.

import type { LoadOptions } from "../load/load-options.ts";
import type { Bench } from "./bench-of-target.ts";

export const BUSY_IN_FLIGHT = 512;

/** One side of a pair. */
export function pairedLoad(bench: Bench, inFlight: number): LoadOptions {
  return {
    ...bench.load,
    pace: { kind: "closed", inFlight },
    connections: 1,
    threads: 1,
    warmUpSeconds: bench.plan.pairWarmUpSeconds,
    seconds: bench.plan.pairSeconds,
  };
}
