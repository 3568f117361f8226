// A load that a formula served: Poisson arrivals at one server of constant service time, metered as
// the generator meters, so that gates and reports can be tested without a machine.

import { planArrivals } from "../load/arrivals.ts";
import { createLoadMeter } from "../load/load-meter.ts";
import type { LoadOptions } from "../load/load-options.ts";
import { mergeReports } from "../load/load-result.ts";
import { USUAL_MIX } from "../load/mix.ts";
import type { ProcessUsage } from "../watch/process-usage.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";

export type SampleServer = {
  readonly perSecond: number;
  readonly serviceNanos: number;
  readonly seconds?: number;
  readonly lagNanos?: number;
  /** The service time grows by so much a second. */
  readonly growthNanos?: number;
  /** Stands still for so long, once, in the middle. */
  readonly freezeNanos?: number;
  readonly usage?: ProcessUsage;
};

const SECONDS = 2;

export function sampleLoad(server: SampleServer): WatchedLoad {
  const { perSecond, serviceNanos, lagNanos = 100, growthNanos = 0, seconds = SECONDS } = server;
  const options: LoadOptions = {
    drive: { kind: "engine" },
    lap: { kind: "mix", mix: USUAL_MIX },
    pace: { kind: "open", shape: "poisson", perSecond, burstSize: 1 },
    connections: 1,
    threads: 1,
    warmUpSeconds: 0,
    seconds,
    seed: 1,
  };
  const end = seconds * 1e9;
  const meter = createLoadMeter(1, end, Number.POSITIVE_INFINITY);
  const next = planArrivals({ shape: "poisson", perSecond, burstSize: 1, seed: 1 });
  const changes: [nanos: number, by: number][] = [];
  const frozenAt = end / 4;
  const thawedAt = frozenAt + (server.freezeNanos ?? 0);
  let free = 0;
  for (let due = next(); due < end; due = next()) {
    const ready = Math.max(due + lagNanos, free);
    const begun = ready > frozenAt && ready < thawedAt ? thawedAt : ready;
    free = begun + serviceNanos + growthNanos * (due / 1e9);
    meter.notice(due, lagNanos);
    meter.answer(due, due + lagNanos, free);
    changes.push([due, 1], [free, -1]);
  }
  let inFlight = 0;
  for (const [nanos, by] of changes.toSorted(([a], [b]) => a - b)) {
    meter.turn(nanos, inFlight, 0);
    inFlight += by;
    meter.turn(nanos, inFlight, 0);
  }
  meter.turn(end, inFlight, 0);
  const usage = { runNanos: end * 0.99, waitNanos: end * 0.001, slices: 1 };
  const report = { meter: meter.toRecord(), unanswered: 0, failure: "", usage, wallNanos: end };
  return {
    load: mergeReports(options, [report]),
    usage: server.usage ?? usageOf(Math.min(1, (perSecond * serviceNanos) / 1e9), end),
    stealShare: 0,
    hostBusyShare: 0.5,
  };
}

/** One thread that ran for `utilization` of the time and never waited for a core. */
export function usageOf(utilization: number, wallNanos: number): ProcessUsage {
  const runNanos = utilization * wallNanos;
  const thread = { tid: 1, name: "engine", runNanos, waitNanos: 0, voluntary: 100, involuntary: 0 };
  return {
    wallNanos,
    threads: [thread],
    runNanos,
    waitNanos: 0,
    voluntary: 100,
    systemShare: 0.2,
    residentBytesBefore: 1e8,
    residentBytesAfter: 1e8,
    majorFaults: 0,
  };
}
