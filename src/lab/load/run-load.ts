// Runs a load: threads up, one common start, progress while it lasts, then everything merged.

import { Worker } from "node:worker_threads";
import { workerUrl } from "../../ops/worker-url.ts";
import {
  type GeneratorReport,
  type GeneratorTask,
  PROGRESS_ANSWERED,
  PROGRESS_PLACES,
  PROGRESS_PLANNED,
  PROGRESS_START,
  PROGRESS_STOP,
  PROGRESS_WINDOW_READ,
  PROGRESS_WRONG,
  STOP_ENDED,
  STOP_INTERRUPTED,
} from "./generator-task.ts";
import { lapOf } from "./lap-source.ts";
import type { LoadOptions } from "./load-options.ts";
import { type LoadResult, mergeReports } from "./load-result.ts";
import { restingLap } from "./mix.ts";
import { nowNanos } from "./monotonic.ts";

export type LoadProgress = {
  readonly elapsedSeconds: number;
  readonly totalSeconds: number;
  readonly planned: number;
  readonly answered: number;
  readonly wrong: number;
};

export type LoadHooks = {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /**
   * When the measured window begins and ends: watchers take their readings then. `answered`: how
   * many requests are answered by now.
   */
  readonly onWindowStart?: ((answered: () => number) => void) | undefined;
  readonly onWindowEnd?: (() => void) | undefined;
  /** Interrupts the load, also while it fills books; what was measured until then is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the load early, in peace. */
  readonly ended?: AbortSignal | undefined;
};

const PROGRESS_MILLIS = 500;
/** From "ready" to the first planned request. */
const START_DELAY_NANOS = 20e6;

type Thread = {
  readonly progress: Float64Array;
  readonly ready: Promise<unknown>;
  readonly report: Promise<GeneratorReport>;
};

export async function runLoad(options: LoadOptions, hooks: LoadHooks = {}): Promise<LoadResult> {
  const threads = Math.min(options.threads, options.connections);
  const { lap, restingOrders, seed } = options;
  const laps = {
    lap: lapOf(lap),
    restingLap: restingOrders === undefined ? undefined : restingLap(restingOrders, seed),
  };
  const all = Array.from({ length: threads }, (_, first) =>
    startThread({ options, ...laps, first, step: threads }),
  );
  const over = new AbortController();
  stopBy(hooks.signal, STOP_INTERRUPTED, all, over.signal);
  stopBy(hooks.ended, STOP_ENDED, all, over.signal);
  const timers: NodeJS.Timeout[] = [];
  try {
    await Promise.all(all.map(({ ready }) => ready));
    const started = nowNanos() + START_DELAY_NANOS;
    for (const { progress } of all) progress[PROGRESS_START] = started;
    timers.push(...followRun(options, hooks, all, started));
    const reports = await Promise.all(all.map(({ report }) => report));
    return mergeReports(options, reports);
  } finally {
    over.abort();
    for (const timer of timers) clearTimeout(timer);
  }
}

function stopBy(
  signal: AbortSignal | undefined,
  how: number,
  all: readonly Thread[],
  over: AbortSignal,
): void {
  const stop = (): void => {
    for (const { progress } of all) progress[PROGRESS_STOP] = how;
  };
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { signal: over });
}

function startThread(part: Omit<GeneratorTask, "progress">): Thread {
  const shared = new SharedArrayBuffer(PROGRESS_PLACES * 8);
  const task: GeneratorTask = { ...part, progress: shared };
  const worker = new Worker(workerUrl(import.meta.url, "generator-thread"), { workerData: task });
  const next = () =>
    new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      // A thread whose promises nobody can settle any more ends without an error.
      worker.once("exit", (code) =>
        reject(new Error(`expected the report of a generator thread; it ended with code ${code}`)),
      );
    });
  const ready = next();
  const report = ready.then(next) as Promise<GeneratorReport>;
  report.catch(() => undefined); // Awaited later; a thread may fail before that.
  return { progress: new Float64Array(shared), ready, report };
}

function followRun(
  options: LoadOptions,
  hooks: LoadHooks,
  all: readonly Thread[],
  started: number,
): NodeJS.Timeout[] {
  const { warmUpSeconds, seconds } = options;
  const untilStart = (started - nowNanos()) / 1e6;
  const tell = (): void => hooks.onProgress?.(progressOf(options, all, started));
  const answered = (): number => progressOf(options, all, started).answered;
  const readWindow = (): void => {
    hooks.onWindowEnd?.();
    for (const { progress } of all) progress[PROGRESS_WINDOW_READ] = 1;
  };
  return [
    setInterval(tell, PROGRESS_MILLIS),
    setTimeout(() => hooks.onWindowStart?.(answered), untilStart + warmUpSeconds * 1000),
    setTimeout(readWindow, untilStart + (warmUpSeconds + seconds) * 1000),
  ];
}

function progressOf(
  { warmUpSeconds, seconds }: LoadOptions,
  all: readonly Thread[],
  started: number,
): LoadProgress {
  const sum = (place: number) => all.reduce((total, { progress }) => total + progress[place], 0);
  return {
    elapsedSeconds: (nowNanos() - started) / 1e9,
    totalSeconds: warmUpSeconds + seconds,
    planned: sum(PROGRESS_PLANNED),
    answered: sum(PROGRESS_ANSWERED),
    wrong: sum(PROGRESS_WRONG),
  };
}
