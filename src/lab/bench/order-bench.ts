// Durable orders over one of the protocols, as many as one venue process takes from one load
// process on the same machine, or at a rate: then each message has a planned time and its latency
// is measured from that, whenever it was really sent (open loop). Buys and sells in turn at one
// price, so that every second order trades and the book stays small. Every answer is checked, and
// the log counts what was sent.

import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { readProcess } from "../watch/process-reading.ts";
import { middleOf } from "./machine.ts";
import type { OpenOrderLoad, OrderLoad } from "./order-load.ts";
import { startVenueProcess, type VenueProcess } from "./venue-process.ts";

export type OrderBenchOptions = {
  readonly open: OpenOrderLoad;
  /** What the venue is started with beside the usual. */
  readonly venueOptions: readonly string[];
  /** One account each. */
  readonly connections: number;
  readonly ordersPerMessage: number;
  /** Closed loop: messages of a connection that wait for their answer. */
  readonly inFlight: number;
  /** Open loop: orders a second of all connections together; 0: closed loop. */
  readonly ordersPerSecond: number;
  readonly seconds: number;
  readonly runs: number;
};

/** Latencies are of messages. */
export type OrderBenchResult = {
  readonly connections: number;
  readonly ordersPerMessage: number;
  readonly loop: "closed" | "open";
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly p999Millis: number;
  /** Processor time of the venue's trading thread; undefined where the host does not tell. */
  readonly venueMicrosPerOrder: number | undefined;
};

const WARM_UP_SECONDS = 3;
const TICK_MILLIS = 1;
const NANOS_A_MILLI = 1_000_000;

/** The median run. */
export async function benchOrders(options: OrderBenchOptions): Promise<OrderBenchResult> {
  const results: OrderBenchResult[] = [];
  // Each run has accounts of its own: UserRefNums of an account only go up.
  const accounts = options.connections * (options.runs + 1);
  const venue = await startVenueProcess(accounts, options.venueOptions);
  try {
    // As fast as it can: a cold venue could not hold a rate.
    await load(venue, 0, { ...options, ordersPerSecond: 0, seconds: WARM_UP_SECONDS });
    for (let run = 1; run <= options.runs; run++) results.push(await load(venue, run, options));
  } finally {
    await venue.stop();
  }
  return middleOf(results, ({ ordersPerSecond }) => ordersPerSecond);
}

async function load(
  venue: VenueProcess,
  run: number,
  options: OrderBenchOptions,
): Promise<OrderBenchResult> {
  const { connections, ordersPerMessage, seconds } = options;
  const before = await venue.sequence();
  const latencies = new LatencyHistogram();
  const isOpen = options.ordersPerSecond > 0;
  const loads: OrderLoad[] = [];
  let deadline = 0;
  for (let index = 0; index < connections; index++) {
    const key = venue.keys[run * connections + index];
    const place = { venue, key, name: `b${run}.${index}.`, ordersPerMessage };
    const opened: OrderLoad = await options.open(place, latencies, (count) => {
      const now = performance.now();
      if (now < deadline) opened.send(count, now, 0);
    });
    loads.push(opened);
  }
  const runNanosBefore = tradingNanos(venue);
  const started = performance.now();
  try {
    if (isOpen) await sendAtRate(loads, options, started);
    else {
      deadline = started + seconds * 1000;
      for (const each of loads) each.send(options.inFlight, performance.now(), 0);
      await sleep(seconds * 1000);
    }
    while (loads.some(isUnderWay)) await sleep(TICK_MILLIS);
  } finally {
    closeAll(loads);
  }
  const elapsedSeconds = (performance.now() - started) / 1000;
  const runNanos = tradingNanos(venue) - runNanosBefore;

  const orders =
    ordersPerMessage * loads.reduce((sum, { progress }) => sum + progress.sentCount, 0);
  const sequenced = (await venue.sequence()) - before;
  if (sequenced !== orders) {
    throw new Error(`expected ${orders} acknowledged orders in the log, found ${sequenced}`);
  }
  return {
    connections,
    ordersPerMessage,
    loop: isOpen ? "open" : "closed",
    orders,
    ordersPerSecond: Math.round(orders / elapsedSeconds),
    p50Millis: percentileMillis(latencies, 0.5),
    p99Millis: percentileMillis(latencies, 0.99),
    p999Millis: percentileMillis(latencies, 0.999),
    venueMicrosPerOrder: Number.isNaN(runNanos)
      ? undefined
      : Number((runNanos / 1000 / orders).toFixed(2)),
  };
}

/** Throws what went wrong with it. */
function isUnderWay({ progress }: OrderLoad): boolean {
  progress.check();
  return progress.answeredCount < progress.sentCount;
}

/** Throws the first of what went wrong. */
function closeAll(loads: readonly OrderLoad[]): void {
  const failures: unknown[] = [];
  for (const each of loads) {
    try {
      each.close();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** NaN where the host does not tell. */
function tradingNanos({ pid }: VenueProcess): number {
  return readProcess(pid)?.threads.find(({ tid }) => tid === pid)?.runNanos ?? Number.NaN;
}

/** Whatever is due by now is sent each millisecond, the connections in turn. */
async function sendAtRate(
  loads: readonly OrderLoad[],
  { ordersPerMessage, ordersPerSecond, seconds }: OrderBenchOptions,
  started: number,
): Promise<void> {
  const apartMillis = (1000 * ordersPerMessage * loads.length) / ordersPerSecond;
  const messages = Math.round((seconds * 1000) / apartMillis);
  while (loads.some(({ progress }) => progress.sentCount < messages)) {
    for (const each of loads) {
      const due = Math.floor((performance.now() - started) / apartMillis) + 1;
      const { sentCount } = each.progress;
      const count = Math.min(due, messages) - sentCount;
      if (count > 0) each.send(count, started + sentCount * apartMillis, apartMillis);
    }
    await sleep(TICK_MILLIS);
  }
}

function percentileMillis(latencies: LatencyHistogram, fraction: number): number {
  return Number((latencies.percentile(fraction) / NANOS_A_MILLI).toFixed(3));
}

function sleep(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
