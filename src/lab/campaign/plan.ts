// How long each pass of a campaign takes: the whole one, and the quick one for a first look.

export type Plan = {
  readonly warmUpSeconds: number;
  readonly sustainedSeconds: number;
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
  readonly layerSeconds: number;
  readonly sampleSeconds: number;
  readonly bookSizes: readonly number[];
  readonly bookSeconds: number;
  /** Pairs of an intervention and its absence, and how long each side of one is measured. */
  readonly interventionPairs: number;
  readonly pairSeconds: number;
  /** Commands of a lap. */
  readonly lapCommands: number;
  /** Whether a second instance is simulated (callgrind). */
  readonly simulates: boolean;
};

export const QUICK: Plan = {
  warmUpSeconds: 0.3,
  sustainedSeconds: 10,
  trialSeconds: 0.5,
  confirmSeconds: 1,
  resolution: 0.1,
  sweepSeconds: 1.2,
  sweepPercents: [5, 20, 40, 60, 80, 95, 105, 120],
  scalingSeconds: 0.6,
  scalingConnections: [1, 2, 3, 4, 6, 8, 12, 16, 24],
  layerPairs: 6,
  layerSeconds: 0.3,
  sampleSeconds: 4,
  bookSizes: [300, 10_000, 100_000, 300_000],
  bookSeconds: 0.6,
  interventionPairs: 6,
  pairSeconds: 0.25,
  lapCommands: 50_000,
  simulates: false,
};

export const WHOLE: Plan = {
  warmUpSeconds: 2,
  sustainedSeconds: 60,
  trialSeconds: 4,
  confirmSeconds: 60,
  resolution: 0.02,
  sweepSeconds: 8,
  sweepPercents: [5, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 100, 105],
  scalingSeconds: 4,
  scalingConnections: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
  layerPairs: 10,
  layerSeconds: 2,
  sampleSeconds: 60,
  bookSizes: [300, 3000, 30_000, 100_000, 300_000, 900_000],
  bookSeconds: 4,
  interventionPairs: 6,
  pairSeconds: 1,
  lapCommands: 200_000,
  simulates: true,
};

/** 99 of 100 answers in 5 ms: the service level of C_slo where the user names none. */
export const SLO_NANOS = 5e6;
