// hot path
// When requests are due, planned from a seed before they are sent: the schedule never hears of the
// answers. Nanoseconds from the start of the run.

import { Prng } from "../../base/prng.ts";

/** Poisson: independent arrivals. Uniform: equal gaps. Burst: groups of `burstSize` at once. */
export type ArrivalShape = "poisson" | "uniform" | "burst";

export type ArrivalOptions = {
  readonly shape: ArrivalShape;
  readonly perSecond: number;
  readonly burstSize: number;
  readonly seed: number;
};

const TWO_POW_32 = 4_294_967_296;

/** Returns the function that says when the next request is due. */
export function planArrivals(options: ArrivalOptions): () => number {
  const { shape, perSecond, burstSize, seed } = options;
  const gapNanos = 1e9 / perSecond;
  const prng = new Prng(seed);
  const due = new Float64Array(1);
  let inBurst = 0;

  function poisson(): number {
    const uniform = (prng.nextUint32() + 1) / TWO_POW_32;
    due[0] -= Math.log(uniform) * gapNanos;
    return due[0];
  }

  function uniform(): number {
    due[0] += gapNanos;
    return due[0];
  }

  function burst(): number {
    if (inBurst === 0) due[0] += gapNanos * burstSize;
    inBurst = (inBurst + 1) % burstSize;
    return due[0];
  }

  switch (shape) {
    case "poisson":
      return poisson;
    case "uniform":
      return uniform;
    case "burst":
      return burst;
  }
}
