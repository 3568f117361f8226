// A run of which only what a verdict looks at is given, so that its arithmetic can be tested.

import { RUN_VERSION, type RunFile } from "../campaign/run-file.ts";
import { SAMPLE_ENVIRONMENT } from "../campaign/sample-environment-for-test.ts";
import { sampleLoad, usageOf } from "./sample-load-for-test.ts";

export type SampleRun = {
  /** Of the busiest thread at the highest rate. */
  readonly utilization: number;
  readonly transportShare?: number;
  readonly folded?: string;
};

export function sampleRun({ utilization, transportShare, folded = "" }: SampleRun): RunFile {
  const share = transportShare && {
    value: transportShare,
    low: transportShare,
    high: transportShare,
    n: 8,
  };
  const usage = usageOf(utilization, 1e9);
  return {
    version: RUN_VERSION,
    target: "engine",
    kind: "node",
    isOurEngine: true,
    isQuick: true,
    startedAt: "2026-11-27T12:00:00.000Z",
    command: "outcry lab run engine --quick",
    seed: 1,
    sloNanos: 5e6,
    environment: SAMPLE_ENVIRONMENT,
    capabilities: [],
    sweep: [sampleLoad({ perSecond: 1000, serviceNanos: 1000, seconds: 0.1, usage })],
    scaling: [],
    layers: [
      {
        layer: "engine:unix",
        medianNanos: undefined,
        nullMedianNanos: undefined,
        cpuNanos: undefined,
        nullCpuNanos: undefined,
        transportShare: share || undefined,
        wakeUpsPerOrder: undefined,
        achievedPerSecond: 0,
        nullKind: "none",
      },
    ],
    profile: {
      source: "a sampler",
      unit: "samples",
      samples: 200,
      named: 200,
      folded,
      observedPerSecond: 100,
      cleanPerSecond: 100,
      notes: [],
    },
    books: [],
    counters: [],
    countersFrom: "",
    missing: [],
    passes: [],
  };
}
