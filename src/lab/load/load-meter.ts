// hot path
// What one generator thread observes. Only requests planned inside the measured window count;
// allocated beforehand. R = answered - planned, S = answered - sent, lag = noticed - planned.

import { type HistogramRecord, LatencyHistogram } from "../statistics/latency-histogram.ts";

/** The run in so many slices: for stationarity, and the columns of the heat map. */
export const SLICES = 60;
/** Rows of the heat map: two a doubling from 64 ns on. */
export const HEAT_ROWS = 64;
const HEAT_OCTAVE_FIRST = 6;

export type MeterRecord = {
  /** With the requests that nobody answered, by the time they had waited at least. */
  readonly response: HistogramRecord;
  readonly service: HistogramRecord;
  readonly lag: HistogramRecord;
  readonly planned: number;
  readonly answered: number;
  /** Of the requests without an answer the shortest wait; undefined: all were answered. */
  readonly waitedNanosMin: number | undefined;
  /** Of the window, what came to pass. */
  readonly windowNanos: number;
  /** Still unsent when the window ended, though the target would have taken them. */
  readonly heldBack: number;
  readonly answeredInWindow: number;
  readonly wrong: number;
  readonly firstWrong: string;
  /** Sum of |R(i) - R(i-1)|. */
  readonly stepNanosSum: number;
  /** The integral of requests in flight over the window. */
  readonly inFlightNanos: number;
  readonly plannedBySlice: readonly number[];
  /** By when they were planned. */
  readonly answeredBySlice: readonly number[];
  /** By when they came, whenever they were planned. */
  readonly arrivedBySlice: readonly number[];
  readonly responseNanosBySlice: readonly number[];
  /** SLICES columns of HEAT_ROWS counts. */
  readonly heat: readonly number[];
};

export type LoadMeter = ReturnType<typeof createLoadMeter>;

/** Answers beyond a p99 budget that may be chance. */
const BEYOND_MAX = 30;

/** The window in nanoseconds of monotonic.ts; `p99NanosMax`: Infinity where there is no budget. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createLoadMeter(windowStart: number, windowEnd: number, p99NanosMax: number) {
  const sliceNanos = (windowEnd - windowStart) / SLICES;
  const response = new LatencyHistogram();
  const service = new LatencyHistogram();
  const lag = new LatencyHistogram();
  const plannedBySlice = new Float64Array(SLICES);
  const answeredBySlice = new Float64Array(SLICES);
  const arrivedBySlice = new Float64Array(SLICES);
  const responseNanosBySlice = new Float64Array(SLICES);
  const heat = new Float64Array(SLICES * HEAT_ROWS);
  const sums = { wrong: 0, firstWrong: "", steps: 0, last: -1, area: 0, turn: 0, inFlight: 0 };
  let answered = 0;
  let waitedNanosMin = Number.POSITIVE_INFINITY;
  let heldBack = -1;
  let beyond = 0;

  function sliceAt(nanos: number): number {
    return Math.min(SLICES - 1, Math.floor((nanos - windowStart) / sliceNanos));
  }

  function isInWindow(nanos: number): boolean {
    return nanos >= windowStart && nanos < windowEnd;
  }

  /** `lagNanos` below 0: not the generator's own lag, left out. */
  function notice(planned: number, lagNanos: number): void {
    if (!isInWindow(planned)) return;
    plannedBySlice[sliceAt(planned)]++;
    if (lagNanos >= 0) lag.record(lagNanos);
  }

  function answer(planned: number, sent: number, now: number): void {
    if (isInWindow(now)) arrivedBySlice[sliceAt(now)]++;
    if (!isInWindow(planned)) return;
    const nanos = now - planned;
    answered++;
    response.record(nanos);
    if (nanos > p99NanosMax) beyond++;
    service.record(now - sent);
    const slice = sliceAt(planned);
    answeredBySlice[slice]++;
    responseNanosBySlice[slice] += nanos;
    heat[slice * HEAT_ROWS + heatRowOf(nanos)]++;
    if (sums.last >= 0) sums.steps += Math.abs(nanos - sums.last);
    sums.last = nanos;
  }

  /** It counts with what it has waited: to leave it out would tell of those that were lucky. */
  function leave(planned: number, now: number): void {
    if (!isInWindow(planned)) return;
    const nanos = Math.max(0, now - planned);
    response.record(nanos);
    waitedNanosMin = Math.min(waitedNanosMin, nanos);
  }

  function wrong(what: () => string): void {
    if (sums.wrong++ === 0) sums.firstWrong = what();
  }

  /**
   * Once a turn of the generator: `inFlight` requests are planned and not answered since then,
   * `unsent` of them kept by the generator itself.
   */
  function turn(now: number, inFlight: number, unsent: number): void {
    if (heldBack < 0 && now >= windowEnd) heldBack = unsent;
    const from = Math.max(windowStart, sums.turn);
    const to = Math.min(windowEnd, now);
    // In between it went from the one number to the other: the trapezoid.
    if (sums.turn > 0 && to > from) sums.area += ((sums.inFlight + inFlight) / 2) * (to - from);
    sums.turn = now;
    sums.inFlight = inFlight;
  }

  function isBeyondBudget(): boolean {
    return beyond > BEYOND_MAX && beyond > answered / 100;
  }

  function toRecord(): MeterRecord {
    return {
      response: response.toRecord(),
      service: service.toRecord(),
      lag: lag.toRecord(),
      planned: plannedBySlice.reduce((sum, each) => sum + each, 0),
      answered,
      waitedNanosMin: Number.isFinite(waitedNanosMin) ? waitedNanosMin : undefined,
      windowNanos: Math.max(0, Math.min(windowEnd, sums.turn) - windowStart),
      heldBack: Math.max(0, heldBack),
      answeredInWindow: arrivedBySlice.reduce((sum, each) => sum + each, 0),
      wrong: sums.wrong,
      firstWrong: sums.firstWrong,
      stepNanosSum: sums.steps,
      inFlightNanos: sums.area,
      plannedBySlice: [...plannedBySlice],
      answeredBySlice: [...answeredBySlice],
      arrivedBySlice: [...arrivedBySlice],
      responseNanosBySlice: [...responseNanosBySlice],
      heat: [...heat],
    };
  }

  return { notice, answer, leave, wrong, turn, isBeyondBudget, toRecord, sums };
}

export function heatRowOf(nanos: number): number {
  if (nanos < 1) return 0;
  const row = Math.floor((Math.log2(nanos) - HEAT_OCTAVE_FIRST) * 2);
  return Math.min(HEAT_ROWS - 1, Math.max(0, row));
}

/** The lower edge of a row, in nanoseconds. */
export function nanosOfHeatRow(row: number): number {
  return 2 ** (HEAT_OCTAVE_FIRST + row / 2);
}
