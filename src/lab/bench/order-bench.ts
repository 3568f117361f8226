// Durable orders over one of the protocols, as many as one venue process takes from one load
// process on the same machine, or at a rate: then each message has a planned time and its latency
// is measured from that, whenever it was really sent (open loop). Buys and sells in turn at one
// price, so that every second order trades and the book stays small. Every answer is checked, and
// the log counts what was sent.

import { coresOf } from "../../ops/trading-core.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { readProcess, type ThreadReading } from "../watch/process-reading.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { middleOf } from "./machine.ts";
import { type MachineShare, takeShare, venueOptionsOf } from "./machine-share.ts";
import type { OpenOrderLoad, OrderLoad } from "./order-load.ts";
import { startVenueProcess, type VenueProcess } from "./venue-process.ts";

export type OrderBenchOptions = {
  readonly open: OpenOrderLoad;
  /** What the venue is started with beside the usual. */
  readonly venueOptions: readonly string[];
  readonly share: MachineShare;
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

/** Latencies are of messages, in an open loop with the load's own lag in them. */
export type OrderBenchResult = {
  readonly connections: number;
  readonly ordersPerMessage: number;
  readonly loop: "closed" | "open";
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly p999Millis: number;
  /** Open loop: how long after its planned time a message was sent. */
  readonly lagP50Millis: number | undefined;
  readonly lagP99Millis: number | undefined;
  /** Processor time of the venue's trading thread; undefined where the host does not tell. */
  readonly venueMicrosPerOrder: number | undefined;
  /** How much of the run the trading thread, and this one, stood ready without a core. */
  readonly venueWaitPercent: number | undefined;
  readonly loadWaitPercent: number | undefined;
  /** Both processes, read back from the host. */
  readonly isRealTime: boolean;
  /** The only core of the venue's trading thread, read back; undefined: it has several. */
  readonly tradingCore: number | undefined;
};

const WARM_UP_SECONDS = 3;
/**
 * At a rate other code is hot than as fast as it goes, and where a load begins and ends other code
 * again: V8 compiles for ten seconds more.
 */
const WARM_UPS_AT_RATE = 4;
const WARM_UP_AT_RATE_SECONDS = 4;
const TICK_MILLIS = 1;
const NANOS_A_MILLI = 1_000_000;

/** The median run: by orders a second or, where those are given, by p99. */
export async function benchOrders(options: OrderBenchOptions): Promise<OrderBenchResult> {
  const results: OrderBenchResult[] = [];
  const isOpen = options.ordersPerSecond > 0;
  // As fast as it can first: a cold venue could not hold a rate.
  const warmUps = [{ ...options, ordersPerSecond: 0, seconds: WARM_UP_SECONDS }];
  const warmUpAtRate = { ...options, seconds: WARM_UP_AT_RATE_SECONDS };
  if (isOpen) warmUps.push(...Array.from({ length: WARM_UPS_AT_RATE }, () => warmUpAtRate));
  // Each load has accounts of its own: UserRefNums of an account only go up.
  const accounts = options.connections * (warmUps.length + options.runs);
  const venueOptions = [...options.venueOptions, ...venueOptionsOf(options.share)];
  const venue = await startVenueProcess(accounts, venueOptions);
  try {
    takeShare(options.share);
    for (const [number, warmUp] of warmUps.entries()) await load(venue, number, warmUp);
    for (let run = 0; run < options.runs; run++) {
      results.push(await load(venue, warmUps.length + run, options));
    }
  } finally {
    await venue.stop();
  }
  return middleOf(results, ({ p99Millis, ordersPerSecond }) => {
    return isOpen ? p99Millis : ordersPerSecond;
  });
}

/** `number`: of the loads of this venue. */
async function load(
  venue: VenueProcess,
  number: number,
  options: OrderBenchOptions,
): Promise<OrderBenchResult> {
  const { connections, ordersPerMessage, seconds } = options;
  const before = await venue.sequence();
  const latencies = new LatencyHistogram();
  const lags = new LatencyHistogram();
  const isOpen = options.ordersPerSecond > 0;
  const loads: OrderLoad[] = [];
  let deadline = 0;
  for (let index = 0; index < connections; index++) {
    const key = venue.keys[number * connections + index];
    const place = { venue, key, name: `b${number}.${index}.`, ordersPerMessage };
    const opened: OrderLoad = await options.open(place, latencies, (count) => {
      const now = performance.now();
      if (now < deadline) opened.send(count, now, 0);
    });
    loads.push(opened);
  }
  collectGarbage();
  const venueBefore = mainThreadOf(venue.pid);
  const loadBefore = mainThreadOf(process.pid);
  const started = performance.now();
  try {
    if (isOpen) await sendAtRate(loads, options, started, lags);
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
  const venueUse = useBetween(venueBefore, mainThreadOf(venue.pid));
  const loadUse = useBetween(loadBefore, mainThreadOf(process.pid));

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
    lagP50Millis: isOpen ? percentileMillis(lags, 0.5) : undefined,
    lagP99Millis: isOpen ? percentileMillis(lags, 0.99) : undefined,
    venueMicrosPerOrder: venueUse && rounded(venueUse.runNanos / 1000 / orders),
    venueWaitPercent: venueUse && rounded(venueUse.waitNanos / 1e7 / elapsedSeconds),
    loadWaitPercent: loadUse && rounded(loadUse.waitNanos / 1e7 / elapsedSeconds),
    isRealTime: [venue.pid, process.pid].every(hasRealTime),
    tradingCore: onlyCoreOf(venue.pid),
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

/** Undefined where the host does not tell. */
function mainThreadOf(pid: number): ThreadReading | undefined {
  return readProcess(pid)?.threads.find(({ tid }) => tid === pid);
}

function hasRealTime(pid: number): boolean {
  return (readProcess(pid)?.realTimePriority ?? 0) > 0;
}

function onlyCoreOf(pid: number): number | undefined {
  const [core, ...others] = coresOf(pid);
  return others.length === 0 ? core : undefined;
}

function useBetween(before: ThreadReading | undefined, after: ThreadReading | undefined) {
  if (before === undefined || after === undefined) return undefined;
  return {
    runNanos: after.runNanos - before.runNanos,
    waitNanos: after.waitNanos - before.waitNanos,
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}

/** Whatever is due by now is sent each millisecond, the connections in turn. */
async function sendAtRate(
  loads: readonly OrderLoad[],
  { ordersPerMessage, ordersPerSecond, seconds }: OrderBenchOptions,
  started: number,
  lags: LatencyHistogram,
): Promise<void> {
  const apartMillis = (1000 * ordersPerMessage * loads.length) / ordersPerSecond;
  const messages = Math.round((seconds * 1000) / apartMillis);
  while (loads.some(({ progress }) => progress.sentCount < messages)) {
    for (const each of loads) {
      const now = performance.now();
      const due = Math.floor((now - started) / apartMillis) + 1;
      const { sentCount } = each.progress;
      const count = Math.min(due, messages) - sentCount;
      if (count <= 0) continue;
      const plannedMillis = started + sentCount * apartMillis;
      each.send(count, plannedMillis, apartMillis);
      for (let i = 0; i < count; i++) {
        lags.record((now - plannedMillis - i * apartMillis) * NANOS_A_MILLI);
      }
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
