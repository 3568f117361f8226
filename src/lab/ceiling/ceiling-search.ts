// The highest rate that a target holds: doubled until it fails, bisected, then confirmed. Pure but
// for `measure`, so that it is tested on servers that are formulas.

export type Trial = { readonly perSecond: number; readonly isHeld: boolean };

export type CeilingOptions = {
  readonly startPerSecond: number;
  /** Of trials before: a rate that held, and one above that failed. Without the latter: climb. */
  readonly heldPerSecond: number;
  readonly failedPerSecond: number | undefined;
  readonly limitPerSecond: number;
  /** The interval's width, of its lower end, at which bisection ends. */
  readonly resolution: number;
  /** Each rate of the climb is so many times the one before. */
  readonly growth: number;
  /** Never again near a rate that failed: no bisection, the last one held is the answer. */
  readonly isCareful: boolean;
  /** Runs that the result must hold; each failure steps down by the resolution. */
  readonly confirmations: number;
};

export type Ceiling = {
  /** The last rate that held, confirmed; 0: none did. */
  readonly heldPerSecond: number;
  /** The first that did not; Infinity: the limit held. */
  readonly failedPerSecond: number;
  readonly trials: readonly Trial[];
};

const STEPS_DOWN_MAX = 5;

/** `measure` says whether a rate is held; `isConfirming`: take the long run. */
export async function searchCeiling(
  options: CeilingOptions,
  measure: (perSecond: number, isConfirming: boolean) => Promise<boolean>,
): Promise<Ceiling> {
  const trials: Trial[] = [];
  const isHeld = async (perSecond: number, isConfirming = false): Promise<boolean> => {
    const held = await measure(perSecond, isConfirming);
    trials.push({ perSecond, isHeld: held });
    return held;
  };
  let held = options.heldPerSecond;
  let failed = options.failedPerSecond ?? options.startPerSecond;
  // What ends the climb is tried twice: a moment that others took is no ceiling.
  const isClimbed = async (perSecond: number): Promise<boolean> =>
    (await isHeld(perSecond)) || (!options.isCareful && (await isHeld(perSecond)));
  while (options.failedPerSecond === undefined && (await isClimbed(failed))) {
    held = failed;
    if (failed >= options.limitPerSecond) {
      return { heldPerSecond: held, failedPerSecond: Number.POSITIVE_INFINITY, trials };
    }
    failed = Math.min(Math.round(failed * options.growth), options.limitPerSecond);
  }
  if (options.isCareful) return { heldPerSecond: held, failedPerSecond: failed, trials };
  while (failed - held > options.resolution * Math.max(held, 1) && failed > 1) {
    const middle = Math.round((held + failed) / 2);
    if (middle === held || middle === failed) break;
    if (await isHeld(middle)) held = middle;
    else failed = middle;
  }
  for (let steps = 0; held > 0 && steps < STEPS_DOWN_MAX; steps++) {
    if (await isConfirmed(held)) break;
    failed = held;
    held = Math.round(held * (1 - options.resolution));
  }
  return { heldPerSecond: held, failedPerSecond: failed, trials };

  async function isConfirmed(perSecond: number): Promise<boolean> {
    for (let i = 0; i < options.confirmations; i++) {
      if (!(await isHeld(perSecond, true))) return false;
    }
    return true;
  }
}

/** Where to search on, after trials: the highest rate that held, the lowest above that did not. */
export function bracketOf(
  trials: readonly Trial[],
): Pick<CeilingOptions, "heldPerSecond" | "failedPerSecond"> {
  const heldRates = trials.filter(({ isHeld }) => isHeld).map(({ perSecond }) => perSecond);
  const heldPerSecond = Math.max(0, ...heldRates);
  const failedRates = trials
    .filter(({ isHeld, perSecond }) => !isHeld && perSecond > heldPerSecond)
    .map(({ perSecond }) => perSecond);
  const failedPerSecond = failedRates.length > 0 ? Math.min(...failedRates) : undefined;
  return { heldPerSecond, failedPerSecond };
}
