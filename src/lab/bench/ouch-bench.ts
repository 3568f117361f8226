// Durable orders over OUCH, as many as one venue process takes from one load process on the same
// machine, or at a rate: then each order has a planned time and its latency is measured from that,
// whenever it was really sent (open loop). Buys and sells in turn at one price, so that every
// second order trades and the book stays small. Every answer is checked, and the log counts what
// was sent.

import { shortLoginOf } from "../../gateway/keys.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { middleOf } from "./machine.ts";
import { type OrderLoad, OuchLoad } from "./ouch-load.ts";
import { OuchUdpLoad } from "./ouch-udp-load.ts";
import { startVenueProcess, type VenueProcess } from "./venue-process.ts";

export type OuchBenchOptions = {
  /** Over UDP, else over TCP. */
  readonly isUdp: boolean;
  /** One account each. */
  readonly connections: number;
  /** Closed loop: orders of a connection that wait for their answer. */
  readonly inFlight: number;
  /** Open loop: orders a second of all connections together; 0: closed loop. */
  readonly ordersPerSecond: number;
  readonly seconds: number;
  readonly runs: number;
};

export type OuchBenchResult = {
  readonly transport: "tcp" | "udp";
  readonly connections: number;
  readonly loop: "closed" | "open";
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly p999Millis: number;
  readonly executions: number;
};

const WARM_UP_SECONDS = 3;
const TICK_MILLIS = 1;
const NANOS_A_MILLI = 1_000_000;

export async function benchOuch(options: OuchBenchOptions): Promise<OuchBenchResult> {
  const results: OuchBenchResult[] = [];
  const venue = await startVenueProcess(options.connections * (options.runs + 1), [
    ...(options.isUdp ? ["--ouch-udp-port", "0"] : []),
  ]);
  try {
    // Each run has accounts of its own: UserRefNums of an account only go up.
    await load(venue, 0, { ...options, seconds: WARM_UP_SECONDS });
    for (let run = 1; run <= options.runs; run++) results.push(await load(venue, run, options));
  } finally {
    await venue.stop();
  }
  return middleOf(results, ({ ordersPerSecond }) => ordersPerSecond);
}

async function load(
  venue: VenueProcess,
  run: number,
  options: OuchBenchOptions,
): Promise<OuchBenchResult> {
  const before = await venue.sequence();
  const latencies = new LatencyHistogram();
  const keys = venue.keys.slice(run * options.connections, (run + 1) * options.connections);
  const isOpen = options.ordersPerSecond > 0;
  const loads: OrderLoad[] = [];
  const [open, port] = options.isUdp
    ? ([OuchUdpLoad.open, venue.ouchUdpPort] as const)
    : ([OuchLoad.open, venue.ouchPort] as const);
  let refill: (load: OrderLoad, count: number) => void = () => {};
  for (const key of keys) {
    const login = shortLoginOf(key);
    if (login === undefined) throw new Error("expected a key of the venue");
    const opened: OrderLoad = await open(port, login, latencies, (count) => {
      refill(opened, count);
    });
    loads.push(opened);
  }
  const started = performance.now();
  if (isOpen) await sendAtRate(loads, options, started);
  else {
    const deadline = started + options.seconds * 1000;
    refill = (each, count) => {
      const now = performance.now();
      if (now < deadline) each.send(count, now, 0);
    };
    for (const each of loads) each.send(options.inFlight, performance.now(), 0);
    await sleep(options.seconds * 1000);
  }
  while (loads.some((each) => each.acceptedCount < each.sentCount)) await sleep(1);
  const elapsedSeconds = (performance.now() - started) / 1000;
  for (const each of loads) each.close();

  const orders = loads.reduce((sum, each) => sum + each.sentCount, 0);
  const sequenced = (await venue.sequence()) - before;
  if (sequenced !== orders) {
    throw new Error(`expected ${orders} acknowledged orders in the log, found ${sequenced}`);
  }
  return {
    transport: options.isUdp ? "udp" : "tcp",
    connections: options.connections,
    loop: isOpen ? "open" : "closed",
    orders,
    ordersPerSecond: Math.round(orders / elapsedSeconds),
    p50Millis: percentileMillis(latencies, 0.5),
    p99Millis: percentileMillis(latencies, 0.99),
    p999Millis: percentileMillis(latencies, 0.999),
    executions: loads.reduce((sum, each) => sum + each.executedCount, 0),
  };
}

/** Whatever is due by now is sent each millisecond, the connections in turn. */
async function sendAtRate(
  loads: readonly OrderLoad[],
  { ordersPerSecond, seconds }: OuchBenchOptions,
  started: number,
): Promise<void> {
  const apartMillis = (1000 * loads.length) / ordersPerSecond;
  const eachCount = Math.round((ordersPerSecond * seconds) / loads.length);
  while (loads.some((each) => each.sentCount < eachCount)) {
    for (const each of loads) {
      const due = Math.floor((performance.now() - started) / apartMillis) + 1;
      const count = Math.min(due, eachCount) - each.sentCount;
      if (count > 0) each.send(count, started + each.sentCount * apartMillis, apartMillis);
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
