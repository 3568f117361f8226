// hot path
// One thread of the load generator. It spins: every turn it reads the clock, notes what has become
// due, sends it, and lets the event loop bring answers. It never waits for an answer before the
// next planned request (open loop), unless it was asked to (closed loop).

import { parentPort, workerData } from "node:worker_threads";
import { readOwnSchedStat, schedStatBetween } from "../watch/sched-stat.ts";
import { type OpenConnection, openerOf } from "./driver.ts";
import {
  type GeneratorReport,
  type GeneratorTask,
  PROGRESS_ANSWERED,
  PROGRESS_PLANNED,
  PROGRESS_START,
  PROGRESS_STOP,
  PROGRESS_WINDOW_READ,
  PROGRESS_WRONG,
  STOP_INTERRUPTED,
} from "./generator-task.ts";
import { undoingLap } from "./lap.ts";
import { createLoadMeter, type LoadMeter } from "./load-meter.ts";
import type { LoadOptions } from "./load-options.ts";
import { nowNanos } from "./monotonic.ts";
import { sendLap } from "./send-lap.ts";
import { createStream, type Stream } from "./stream.ts";

const DRAIN_SECONDS_DEFAULT = 3;
/** After the window's end and the load's answers: what comes later still counts with its time. */
const LATE_SECONDS_DEFAULT = 15;
/** Who interrupts a load waits for its end. */
const PATIENCE_NANOS = 1e9;
/** Turns between two visits to the event loop, where answers come by other ways. */
const TURNS_SYNCHRONOUS = 64;

async function run(task: GeneratorTask): Promise<GeneratorReport> {
  const { options, lap, restingLap, first, step } = task;
  const progress = new Float64Array(task.progress);
  const open = await openerOf(options.drive);
  const failure = { text: "" };
  const streams: Stream[] = [];
  for (let index = first; index < options.connections; index += step) {
    const limits = { perSecondMax: perSecondMaxOf(options), endedBy: () => stopText(progress) };
    if (restingLap !== undefined) await sendLap(open, restingLap, index + 1, limits);
    streams.push(await createStream(open, lap, index, options, failure));
  }
  parentPort?.postMessage("ready");
  while (progress[PROGRESS_START] === 0) await nextTurn();
  const usageBefore = readOwnSchedStat();
  const started = progress[PROGRESS_START];
  const windowStart = started + options.warmUpSeconds * 1e9;
  const windowEnd = windowStart + options.seconds * 1e9;
  const p99NanosMax = options.p99NanosMax ?? Number.POSITIVE_INFINITY;
  const meter = createLoadMeter(windowStart, windowEnd, p99NanosMax);
  for (const stream of streams) stream.begin(started, windowEnd, meter);

  const drainEnd = windowEnd + (options.drainSeconds ?? DRAIN_SECONDS_DEFAULT) * 1e9;
  const window = { end: windowEnd, drainEnd };
  const behindSecondsMax = options.behindSecondsMax ?? Number.POSITIVE_INFINITY;
  let givenUp = "";
  await spin(streams, meter, window, progress, (now) => {
    const isBehind = streams.some((stream) => stream.behindNanos(now) > behindSecondsMax * 1e9);
    if (isBehind) givenUp ||= `behind by ${behindSecondsMax} s`;
    if (meter.isBeyondBudget()) givenUp ||= `p99 beyond its budget of ${p99NanosMax / 1e6} ms`;
    if (options.stopsAtWrong && meter.sums.wrong > 0) givenUp ||= "a wrong answer";
    return givenUp !== "" || failure.text !== "";
  });
  const ended = nowNanos();
  const usageAfter = readOwnSchedStat();
  if (failure.text === "")
    await awaitLate(streams, options.lateSeconds ?? LATE_SECONDS_DEFAULT, progress);
  const now = nowNanos();
  for (const stream of streams) stream.leaveUnanswered(ended, now);
  const unanswered = streams.reduce((sum, stream) => sum + stream.inFlight(), 0);
  if (failure.text === "") failure.text = await emptyBooks(streams, task, open, progress);
  // A thread of the target's that ends with its connection takes along what it used.
  while (nowNanos() > windowEnd && progress[PROGRESS_WINDOW_READ] === 0) await nextTurn();
  for (const stream of streams) await stream.close();
  return {
    meter: meter.toRecord(),
    unanswered,
    failure: failure.text || givenUp,
    usage: usageBefore && usageAfter ? schedStatBetween(usageBefore, usageAfter) : undefined,
    wallNanos: nowNanos() - started,
  };
}

async function awaitLate(
  streams: readonly Stream[],
  seconds: number,
  progress: Float64Array,
): Promise<void> {
  const patience = patienceOf(progress);
  const deadline = nowNanos() + seconds * 1e9;
  for (const stream of streams) {
    while (stream.sentAndWaiting() > 0 && nowNanos() < deadline && patience() === "") {
      stream.poll();
      await nextTurn();
    }
  }
}

/**
 * The next load on this target begins with empty books, as its lap expects. Returns why not, which
 * takes nothing away from what was measured; "" when they are.
 */
async function emptyBooks(
  streams: readonly Stream[],
  task: GeneratorTask,
  open: OpenConnection,
  progress: Float64Array,
): Promise<string> {
  const endedBy = patienceOf(progress);
  try {
    for (const stream of streams) await emptyBook(stream, task, open, endedBy);
    return "";
  } catch (error) {
    return `the books were not emptied: ${error instanceof Error ? error.message : error}`;
  }
}

async function emptyBook(
  stream: Stream,
  task: GeneratorTask,
  open: OpenConnection,
  endedBy: () => string,
): Promise<void> {
  const limits = { perSecondMax: perSecondMaxOf(task.options), endedBy };
  if (stream.sentAndWaiting() > 0) return; // It answers no more: the next load will say so.
  if (stream.cancelAll !== undefined) await stream.cancelAll();
  else if (stream.place() > 0) {
    await sendLap(open, undoingLap(task.lap, stream.place()), stream.instrument, limits);
  }
}

function stopText(progress: Float64Array): string {
  return progress[PROGRESS_STOP] === 0 ? "" : "interrupted";
}

/** After an interruption a moment more, from when that was first asked: then "interrupted". */
function patienceOf(progress: Float64Array): () => string {
  let until = Number.POSITIVE_INFINITY;
  return () => {
    if (progress[PROGRESS_STOP] !== STOP_INTERRUPTED) return "";
    until = Math.min(until, nowNanos() + PATIENCE_NANOS);
    return nowNanos() >= until ? "interrupted" : "";
  };
}

function perSecondMaxOf({ bookPerSecondMax, connections }: LoadOptions): number | undefined {
  return bookPerSecondMax === undefined ? undefined : bookPerSecondMax / connections;
}

function spin(
  streams: readonly Stream[],
  meter: LoadMeter,
  window: { readonly end: number; readonly drainEnd: number },
  shared: Float64Array,
  isOverAt: (now: number) => boolean,
): Promise<void> {
  const turns = streams.every(({ isSynchronous }) => isSynchronous) ? TURNS_SYNCHRONOUS : 1;
  return new Promise((resolve) => {
    const visit = (): void => {
      let inFlight = 0;
      let heldBack = 0;
      let now = 0;
      for (let turn = 0; turn < turns; turn++) {
        now = nowNanos();
        inFlight = 0;
        heldBack = 0;
        for (const stream of streams) {
          inFlight += stream.turn(now);
          heldBack += stream.heldBack();
        }
        meter.turn(now, inFlight, heldBack);
      }
      tell(shared, streams, meter.sums.wrong);
      const isOver = shared[PROGRESS_STOP] !== 0 || isOverAt(now);
      const isDrained = now > window.end && (inFlight === 0 || now > window.drainEnd);
      if (isOver || isDrained) resolve();
      else setImmediate(visit);
    };
    visit();
  });
}

function tell(shared: Float64Array, streams: readonly Stream[], wrong: number): void {
  let planned = 0;
  let answered = 0;
  for (const stream of streams) {
    planned += stream.plannedCount();
    answered += stream.answeredCount();
  }
  shared[PROGRESS_PLANNED] = planned;
  shared[PROGRESS_ANSWERED] = answered;
  shared[PROGRESS_WRONG] = wrong;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

const report = await run(workerData as GeneratorTask);
parentPort?.postMessage(report);
