// Every limit that a verdict rests on, in one place; the report prints them.

export const THRESHOLDS = {
  /** V1: run-queue wait of the generator's and the target's threads, and steal. */
  waitShareMax: 0.05,
  stealShareMax: 0.01,
  /** V2: the generator's own lag, and what it sent of what it planned. */
  lagNanosMax: 20_000,
  lagOfResponseMax: 0.1,
  achievedShareMin: 0.995,
  /** V3: |X R / N - 1|. */
  littleDeviationMax: 0.05,
  /** V4: rates of six parts of the run, and growth of the response time over it. */
  stationaryWindows: 6,
  stationaryDeviationMax: 0.05,
  responseGrowthMax: 2,
  /** V6: throughput while profiled, of that while not. */
  observedShareMin: 0.9,
  /** GENERATOR-BOUND: mean lag, of the mean response time, while the target has time to spare. */
  generatorLagShareMin: 0.5,
  spareShareMin: 0.1,
  /** CPU-bound. */
  utilizationMin: 0.9,
  offCpuShareMax: 0.05,
  elasticityCpuMin: 0.8,
  kernelShareMin: 0.4,
  collectorShareMin: 0.15,
  /** What a core that is bound by its branches, its front end or its dependencies loses to them. */
  mispredictShareMin: 0.3,
  frontEndShareMin: 0.4,
  coreStallShareMin: 0.4,
  dependencyShareMin: 0.4,
  /** Memory-bound. */
  memoryStallShareMin: 0.4,
  cacheMissesPerKiloMin: 10,
  modelledMemoryShareMin: 0.5,
  closureMin: 0.7,
  closureMax: 1.3,
  workingSetRatioMin: 1.5,
  derivedIpcMax: 0.7,
  neighborRatioMin: 1.15,
  mispredictShareMax: 0.3,
  /** Lock-bound. */
  futexShareMin: 0.2,
  voluntaryPerOperationMin: 0.05,
  connectionsGainMax: 0.1,
  /** I/O-bound. */
  uninterruptibleShareMin: 0.2,
  storageShareMin: 0.2,
  elasticityIoMax: 0.3,
  tmpfsGainMin: 1.3,
  /** Transport-bound, and wake-up-bound at low load. */
  transportShareMin: 0.5,
  lowerLayerGainMin: 1.5,
  nullGainMax: 1.5,
  wakeUpsOfMedianMin: 0.5,
  /** Our engine delayed: on the critical path, beside it, and by what it was told to be. */
  causeSlopeMin: 0.8,
  causeSlopeMax: 0.2,
  delayDeviationMax: 0.25,
  /** Knees that are farther apart are said to disagree. */
  kneeDisagreementMax: 0.15,
  /** Before and after: inside it, two versions are the same. */
  equivalence: 0.02,
  /** Two runs at rates that differ by more did not do the same: their times are not compared. */
  sameRateMax: 0.05,
  instructionsChange: 0.001,
  cyclesChange: 0.01,
} as const;
