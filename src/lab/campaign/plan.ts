// How long each pass of a campaign takes: the whole one, and the quick one for a first look.

export type Plan = {
  readonly warmUpSeconds: number;
  readonly sustainedSeconds: number;
  /** Trials of a ceiling's climb, of its bisection, and those that confirm it. */
  readonly climbSeconds: number;
  readonly trialSeconds: number;
  readonly confirmSeconds: number;
  /** Width of a ceiling's interval. */
  readonly resolution: number;
  readonly sweepSeconds: number;
  /** Of the ceiling, in percent; the last are beyond it, wherever in its interval it is. */
  readonly sweepPercents: readonly number[];
  readonly scalingSeconds: number;
  readonly scalingConnections: readonly number[];
  readonly layerPairs: number;
  readonly layerWarmUpSeconds: number;
  readonly layerSeconds: number;
  readonly sampleSeconds: number;
  readonly bookSizes: readonly number[];
  readonly bookSeconds: number;
  /** Of a book in a foreign target, filling it and all else: not for ever. */
  readonly bookSecondsMax: number;
  /** Pairs of an intervention and its absence, and how long each side of one is measured. */
  readonly interventionPairs: number;
  readonly pairWarmUpSeconds: number;
  readonly pairSeconds: number;
  /** What is switched while one load lasts: rounds of all conditions, and a block of each. */
  readonly blockWarmUpSeconds: number;
  readonly blockRounds: number;
  readonly blockSeconds: number;
  /** Commands of a lap. */
  readonly lapCommands: number;
  /** Whether a second instance is simulated (callgrind). */
  readonly simulates: boolean;
};

export const QUICK: Plan = {
  warmUpSeconds: 0.3,
  sustainedSeconds: 10,
  climbSeconds: 0.5,
  trialSeconds: 0.5,
  confirmSeconds: 1,
  resolution: 0.1,
  sweepSeconds: 1.2,
  sweepPercents: [5, 20, 40, 60, 80, 95, 105, 120],
  scalingSeconds: 0.6,
  scalingConnections: [1, 2, 3, 4, 6, 8, 12, 16, 24],
  layerPairs: 5,
  layerWarmUpSeconds: 0.2,
  layerSeconds: 0.3,
  sampleSeconds: 4,
  bookSizes: [300, 10_000, 100_000, 300_000],
  bookSeconds: 0.6,
  bookSecondsMax: 20,
  interventionPairs: 6,
  pairWarmUpSeconds: 0.4,
  pairSeconds: 0.3,
  blockWarmUpSeconds: 1,
  blockRounds: 8,
  blockSeconds: 0.2,
  lapCommands: 50_000,
  simulates: false,
};

export const WHOLE: Plan = {
  warmUpSeconds: 2,
  sustainedSeconds: 60,
  climbSeconds: 1,
  trialSeconds: 4,
  confirmSeconds: 60,
  resolution: 0.02,
  sweepSeconds: 5,
  sweepPercents: [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100, 105],
  scalingSeconds: 3,
  scalingConnections: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
  layerPairs: 10,
  layerWarmUpSeconds: 0.5,
  layerSeconds: 1,
  sampleSeconds: 45,
  bookSizes: [300, 3000, 30_000, 100_000, 300_000, 900_000],
  bookSeconds: 4,
  bookSecondsMax: 90,
  interventionPairs: 10,
  pairWarmUpSeconds: 1,
  pairSeconds: 1,
  blockWarmUpSeconds: 2,
  blockRounds: 20,
  blockSeconds: 0.4,
  lapCommands: 200_000,
  simulates: true,
};

/** 99 of 100 answers in 5 ms: the service level of C_slo where the user names none. */
export const SLO_NANOS = 5e6;
