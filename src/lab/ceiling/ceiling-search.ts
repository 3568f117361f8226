// The highest rate that a target holds: doubled until it fails, bisected, then confirmed. Pure but
// for `measure`, so that it is tested on servers that are formulas.

/** Long runs, one after the other, that a ceiling has to hold. */
export const CONFIRMATIONS = 3;

/** Of a rate: a moment that others took shall not cost the half of it. */
const STEP_DOWN_MAX = 0.2;

export type Trial = {
  readonly perSecond: number;
  readonly isHeld: boolean;
  /** Not in files of before. */
  readonly kind?: TrialKind;
};

export type CeilingOptions = {
  readonly startPerSecond: number;
  /** Of trials before: a rate that held, and one above that failed. Without the latter: climb. */
  readonly heldPerSecond: number;
  readonly failedPerSecond: number | undefined;
  readonly limitPerSecond: number;
  /** Where none held down to here the search ends: a trial of fewer answers has no percentile. */
  readonly floorPerSecond: number;
  /** The interval's width, of its lower end, at which bisection ends. */
  readonly resolution: number;
  /** Each rate of the climb is so many times the one before. */
  readonly growth: number;
  /** Never again near a rate that failed: no bisection, the last one held is the answer. */
  readonly isCareful: boolean;
  /** Long runs that the result must hold, one after the other. */
  readonly confirmations: number;
  /** Long runs at most: one that fails steps down, and each step is up to twice the one before. */
  readonly confirmingRunsMax: number;
};

/** What a trial is for: where to look, how exactly, and whether it lasts. */
export type TrialKind = "climbing" | "narrowing" | "confirming";

export type Ceiling = {
  /** The last rate that held; 0: none did. `confirmationsOf` says how surely. */
  readonly heldPerSecond: number;
  /** The first that did not; Infinity: the limit held. */
  readonly failedPerSecond: number;
  readonly trials: readonly Trial[];
};

/** `measure` says whether a rate is held. */
export async function searchCeiling(
  options: CeilingOptions,
  measure: (perSecond: number, kind: TrialKind) => Promise<boolean>,
): Promise<Ceiling> {
  const trials: Trial[] = [];
  const isHeld = async (perSecond: number, kind: TrialKind): Promise<boolean> => {
    const held = await measure(perSecond, kind);
    trials.push({ perSecond, isHeld: held, kind });
    return held;
  };
  let held = options.heldPerSecond;
  let failed = options.failedPerSecond ?? options.startPerSecond;
  // What ends the climb is tried again, for longer: a moment that others took is no ceiling.
  // A careful climb is all that there is, so that its trials are no shorter than others.
  const isClimbed = async (perSecond: number): Promise<boolean> =>
    options.isCareful
      ? await isHeld(perSecond, "narrowing")
      : (await isHeld(perSecond, "climbing")) || (await isHeld(perSecond, "narrowing"));
  while (options.failedPerSecond === undefined && (await isClimbed(failed))) {
    held = failed;
    if (failed >= options.limitPerSecond) {
      return { heldPerSecond: held, failedPerSecond: Number.POSITIVE_INFINITY, trials };
    }
    failed = Math.min(Math.round(failed * options.growth), options.limitPerSecond);
  }
  if (options.isCareful) return { heldPerSecond: held, failedPerSecond: failed, trials };
  while (failed - held > options.resolution * Math.max(held, 1)) {
    if (held === 0 && failed <= options.floorPerSecond) break;
    const middle = Math.round((held + failed) / 2);
    if (middle === held || middle === failed) break;
    if (await isHeld(middle, "narrowing")) held = middle;
    else failed = middle;
  }
  let stepDown = options.resolution;
  let runsLeft = options.confirmingRunsMax;
  while (held > 0 && !(await isConfirmed(held))) {
    failed = held;
    held = runsLeft > 0 ? Math.round(held * (1 - stepDown)) : highestHeld(failed);
    stepDown = Math.min(2 * stepDown, STEP_DOWN_MAX);
    if (runsLeft === 0) break;
  }
  // Long runs failed down to where nothing was tried: what holds there is unconfirmed, and not 0.
  while (held === 0 && failed > options.floorPerSecond) {
    const half = Math.max(1, Math.floor(failed / 2));
    if (await isHeld(half, "narrowing")) held = half;
    else failed = half;
  }
  return { heldPerSecond: held, failedPerSecond: failed, trials };

  async function isConfirmed(perSecond: number): Promise<boolean> {
    for (let i = 0; i < options.confirmations && runsLeft > 0; i++) {
      runsLeft--;
      if (!(await isHeld(perSecond, "confirming"))) return false;
    }
    return true;
  }

  /** Of the rates below one that failed. */
  function highestHeld(failedPerSecond: number): number {
    const rates = trials.filter((trial) => trial.isHeld).map(({ perSecond }) => perSecond);
    const below = [options.heldPerSecond, ...rates].filter((rate) => rate < failedPerSecond);
    return Math.max(0, ...below);
  }
}

/** Runs at the end of the search that its result held; a climb alone has none. */
export function confirmationsOf({ heldPerSecond, trials }: Ceiling): number {
  const other = trials.findLastIndex(
    ({ perSecond, isHeld, kind = "confirming" }) =>
      !isHeld || perSecond !== heldPerSecond || kind !== "confirming",
  );
  return trials.length - 1 - other;
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
