// What the main thread and a generator thread tell each other.

import type { SchedStat } from "../watch/sched-stat.ts";
import type { Lap } from "./lap.ts";
import type { MeterRecord } from "./load-meter.ts";
import type { LoadOptions } from "./load-options.ts";

export type GeneratorTask = {
  readonly options: LoadOptions;
  /** Made outside the thread, where an engine may run: two books in one make both slower. */
  readonly lap: Lap;
  /** Sent once by each connection before, where books shall be filled. */
  readonly restingLap: Lap | undefined;
  /** Connections of this thread: `first`, `first + step`, ... below options.connections. */
  readonly first: number;
  readonly step: number;
  /** Doubles at the places below. */
  readonly progress: SharedArrayBuffer;
};

/** Written by the main thread. 0: not yet; else when the run begins, in nanoseconds. */
export const PROGRESS_START = 0;
/** Written by the main thread: not 0 when the load should end early, and how. */
export const PROGRESS_STOP = 1;
/** It is over: what is in flight is awaited, books are emptied. */
export const STOP_ENDED = 1;
/** Somebody waits for its end: what does not come in a moment is left. */
export const STOP_INTERRUPTED = 2;
export const PROGRESS_PLANNED = 2;
export const PROGRESS_ANSWERED = 3;
export const PROGRESS_WRONG = 4;
/** 1 once what the target used in the window was read: only then do its connections end. */
export const PROGRESS_WINDOW_READ = 5;
export const PROGRESS_PLACES = 8;

export type GeneratorReport = {
  readonly meter: MeterRecord;
  /** Planned and without an answer when the thread gave up. */
  readonly unanswered: number;
  readonly failure: string;
  /** Of this thread over the run; undefined where the kernel does not tell. */
  readonly usage: SchedStat | undefined;
  readonly wallNanos: number;
};
