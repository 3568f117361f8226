// run.json: everything that a campaign measured. The report is a function of it and nothing else.

import type { Calibration } from "../calibration/calibration.ts";
import type { Capability } from "../capability/capabilities.ts";
import type { PerfCounter } from "../capability/perf-stat.ts";
import type { Ceiling, TrialKind } from "../ceiling/ceiling-search.ts";
import type { OffCpuTimes } from "../profile/off-cpu.ts";
import type { ProfileRecord } from "../profile/profile-record.ts";
import type { StorageCalls } from "../profile/storage-calls.ts";
import type { Estimate } from "../statistics/estimate.ts";
import type { WatchedLoad } from "../watch/watched-load.ts";
import type { Environment } from "./environment.ts";

export const RUN_VERSION = 4;
/** Runs from version 2 on are read as they are: what they lack may be missing from any run. */
export const RUN_VERSION_MIN = 2;

/** One load of a search for a ceiling. */
export type TrialRecord = {
  readonly ceiling: "C_max" | "C_slo";
  readonly kind: TrialKind;
  readonly perSecond: number;
  readonly isHeld: boolean;
  readonly seconds: number;
  readonly planned: number;
  readonly answered: number;
  readonly unanswered: number;
  readonly achievedPerSecond: number;
  /** Undefined: nothing was answered. */
  readonly p99Nanos: number | undefined;
  readonly wrong: number;
  readonly firstWrong: string;
  readonly failure: string;
};

export type LayerRecord = {
  readonly layer: string;
  /** One order in flight: the whole way there and back; undefined: nothing was answered. */
  readonly medianNanos: Estimate | undefined;
  readonly nullMedianNanos: Estimate | undefined;
  /** Near saturation, of the target's process; undefined where it cannot be told apart. */
  readonly cpuNanos: Estimate | undefined;
  readonly nullCpuNanos: Estimate | undefined;
  /** The null operation's share of the processor time, from pairs. */
  readonly transportShare: Estimate | undefined;
  readonly wakeUpsPerOrder: number | undefined;
  readonly achievedPerSecond: number;
  /** Near saturation, from pairs: the rate of null operations, of that of orders. */
  readonly nullGain?: Estimate | undefined;
  /** "the target's own null operation", or "the lab's echo server: an upper bound". */
  readonly nullKind: string;
};

export type BookPoint = {
  readonly restingOrders: number;
  readonly nanosPerOrder: Estimate;
};

export type OffCpuRecord = {
  readonly command: string;
  readonly switches: number;
  readonly byState: Readonly<Record<string, number>>;
  /** Of the switches. */
  readonly futexShare: number;
  /** Undefined: the host did not tell how long; `untimedWhy` says why. */
  readonly timed?: OffCpuTimes | undefined;
  readonly untimedWhy?: string;
  /** Of the target's threads, in the measured part: wanted a core and had none. */
  readonly coreWaitNanos?: number | undefined;
  /** Weighed by microseconds where times are told, else by switches. */
  readonly folded: string;
};

export type StorageRecord = {
  readonly command: string;
  /** System calls on files, by name. */
  readonly calls: StorageCalls["calls"];
  /** One order in flight: of its response time some thread is in such a call. */
  readonly shareOfResponse: Estimate;
  /** p50 of the response while traced, and without. */
  readonly tracedMedianNanos: number;
  readonly cleanMedianNanos: number;
};

/** Half of a core for the target's process, by pairs. */
export type QuotaRecord = {
  /** What the rate loses, of the half that the core loses: 1 is bound by the processor. */
  readonly elasticity: Estimate;
  /** Free, it ran for less than half of a core because others had it; not in files of before. */
  readonly isStarved?: boolean;
  readonly freePerSecond: Estimate;
};

/** The target's data on disk and on tmpfs, by pairs of fresh instances. */
export type TmpfsRecord = {
  readonly disk: string;
  readonly tmpfs: string;
  /** Rate with 512 orders in flight: on tmpfs, of that on disk. */
  readonly rateGain: Estimate;
  /** Of p50 with one order in flight: what tmpfs takes away. */
  readonly responseBought: Estimate;
  readonly diskMedianNanos: Estimate;
  readonly diskPerSecond: Estimate;
};

/** Beside a neighbor that streams through memory, of the same beside one that spins. */
export type NeighborRecord = {
  readonly costRatio: Estimate;
  readonly rateRatio: Estimate;
  readonly spinningNanos: Estimate;
  readonly cores: number;
};

export type LowerLayerRecord = {
  readonly layer: string;
  /** Its rate, of the target's own. */
  readonly gain: Estimate;
  readonly perSecond: Estimate;
};

/** Our engine, delayed. */
export type CauseRecord = {
  readonly points: readonly { readonly delayNanos: number; readonly nanosPerOrder: Estimate }[];
  /** Nanoseconds between two answers, of each nanosecond of delay. */
  readonly slope: Estimate;
  /** The same of the target's processor time: 1 where the delay is what it was told to be. */
  readonly cpuSlope: Estimate | undefined;
};

export type SimulationRecord = {
  readonly command: string;
  readonly instructionsPerOrder: number;
  readonly firstLevelMissesPerOrder: number;
  readonly lastLevelMissesPerOrder: number;
  readonly mispredictsPerOrder: number;
};

export type RunFile = {
  readonly version: number;
  readonly target: string;
  readonly kind: "node" | "native" | "unknown";
  readonly isOurEngine: boolean;
  readonly isQuick: boolean;
  readonly startedAt: string;
  readonly command: string;
  readonly seed: number;
  readonly sloNanos: number;
  /** --rate-max: no load was above; undefined: none was named. */
  readonly limitPerSecond?: number | undefined;
  readonly environment: Environment;
  /** Which process was watched and why that one; undefined: it was named, or is ours. */
  readonly watched?: string | undefined;
  capabilities: readonly Capability[];
  calibration?: Calibration;
  /** Nanoseconds an order of the engine alone, in one process with nothing around it. */
  engineAlone?: Estimate;
  sustained?: WatchedLoad;
  /** Every load of both searches, in turn. */
  trials?: readonly TrialRecord[];
  /** What ended the campaign: in which pass an answer was wrong, and which. */
  wrongAnswer?: { readonly pass: string; readonly what: string };
  /** How the target ended by itself before the campaign did. */
  targetEnded?: string | undefined;
  ceilingMax?: Ceiling;
  ceilingSlo?: Ceiling;
  sweep: readonly WatchedLoad[];
  scaling: readonly { readonly n: number; readonly perSecond: number }[];
  layers: readonly LayerRecord[];
  profile?: ProfileRecord;
  offCpu?: OffCpuRecord;
  storage?: StorageRecord;
  books: readonly BookPoint[];
  counters: readonly PerfCounter[];
  /** Whence the counters are: this host, or a file given with --merge. */
  countersFrom: string;
  simulation?: SimulationRecord;
  quota?: QuotaRecord;
  /** In files before there were pairs: elasticity from one free run and one limited. */
  quotaElasticity?: number;
  tmpfs?: TmpfsRecord;
  neighbor?: NeighborRecord;
  lowerLayer?: LowerLayerRecord;
  cause?: CauseRecord;
  /** What is not in this file, and why. */
  missing: { readonly what: string; readonly why: string }[];
  passes: { readonly name: string; readonly seconds: number }[];
};
