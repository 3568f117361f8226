// So many orders in flight that neither side ever waits: the rate is the target's.

import type { LoadOptions } from "../load/load-options.ts";
import type { Bench } from "./bench-of-target.ts";

export const BUSY_IN_FLIGHT = 512;

/**
 * Of the ring: its two threads spin, and share a core until the kernel moves one; and its engine is
 * compiled anew for each load.
 */
export const RING_WARM_UP_SECONDS = 1.5;

/** As long as the drive needs at least. */
export function warmUpOf({ kind }: LoadOptions["drive"], seconds: number): number {
  return kind === "ring" ? Math.max(seconds, RING_WARM_UP_SECONDS) : seconds;
}

/** One side of a pair. */
export function pairedLoad(
  bench: Bench,
  drive: LoadOptions["drive"],
  inFlight: number,
): LoadOptions {
  return {
    ...bench.load,
    drive,
    pace: { kind: "closed", inFlight },
    connections: 1,
    threads: 1,
    warmUpSeconds: warmUpOf(drive, bench.plan.pairWarmUpSeconds),
    seconds: bench.plan.pairSeconds,
  };
}
