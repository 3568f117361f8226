// Durable orders over gRPC in batches, as many as one venue process takes from one load process on
// the same machine, or at a rate: then each batch has a planned time and its latency is measured
// from that, whenever it was really sent (open loop). Buys and sells in turn at one price, so that
// every second order trades and the book stays small. Every answer is checked, and the log counts
// what was sent.

import { Client, credentials } from "@grpc/grpc-js";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";
import { GrpcLoad } from "./grpc-load.ts";
import { middleOf } from "./machine.ts";
import { startVenueProcess, type VenueProcess } from "./venue-process.ts";

export type GrpcBenchOptions = {
  readonly streams: number;
  readonly ordersPerBatch: number;
  /** Closed loop: batches of a stream that wait for their answer. */
  readonly inFlight: number;
  /** Open loop: orders a second of all streams together; 0: closed loop. */
  readonly ordersPerSecond: number;
  readonly seconds: number;
  readonly runs: number;
};

export type GrpcBenchResult = {
  readonly streams: number;
  readonly ordersPerBatch: number;
  readonly loop: "closed" | "open";
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  readonly p999Millis: number;
};

const WARM_UP_SECONDS = 3;
const TICK_MILLIS = 1;
const NANOS_A_MILLI = 1_000_000;

export async function benchGrpc(options: GrpcBenchOptions): Promise<GrpcBenchResult> {
  const results: GrpcBenchResult[] = [];
  const venue = await startVenueProcess(options.streams, ["--grpc-port", "0"]);
  try {
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
  options: GrpcBenchOptions,
): Promise<GrpcBenchResult> {
  const { ordersPerBatch, inFlight, seconds } = options;
  const before = await venue.sequence();
  const latencies = new LatencyHistogram();
  const isOpen = options.ordersPerSecond > 0;
  const started = performance.now();
  const deadline = started + seconds * 1000;
  const clients: Client[] = [];
  const loads = venue.keys.slice(0, options.streams).map((key, index) => {
    const address = `127.0.0.1:${venue.grpcPort}`;
    // Connections of its own: the library shares them otherwise.
    const client = new Client(address, credentials.createInsecure(), {
      "grpc.use_local_subchannel_pool": 1,
    });
    clients.push(client);
    const each: GrpcLoad = new GrpcLoad(
      client,
      key,
      `b${run}.${index}.`,
      ordersPerBatch,
      latencies,
      () => {
        const now = performance.now();
        if (!isOpen && now < deadline) each.send(now);
      },
    );
    return each;
  });
  if (isOpen) await sendAtRate(loads, options, started);
  else {
    for (const each of loads) for (let i = 0; i < inFlight; i++) each.send(performance.now());
    await sleep(seconds * 1000);
  }
  while (loads.some((each) => each.answeredBatches < each.sentBatches)) await sleep(TICK_MILLIS);
  const elapsedSeconds = (performance.now() - started) / 1000;
  for (const each of loads) each.close();
  for (const client of clients) client.close();

  const orders = loads.reduce((sum, { sentBatches }) => sum + sentBatches * ordersPerBatch, 0);
  const sequenced = (await venue.sequence()) - before;
  if (sequenced !== orders) {
    throw new Error(`expected ${orders} acknowledged orders in the log, found ${sequenced}`);
  }
  return {
    streams: options.streams,
    ordersPerBatch,
    loop: isOpen ? "open" : "closed",
    orders,
    ordersPerSecond: Math.round(orders / elapsedSeconds),
    p50Millis: percentileMillis(latencies, 0.5),
    p99Millis: percentileMillis(latencies, 0.99),
    p999Millis: percentileMillis(latencies, 0.999),
  };
}

/** Whatever is due by now is sent each millisecond, the streams in turn. */
async function sendAtRate(
  loads: readonly GrpcLoad[],
  { ordersPerBatch, ordersPerSecond, seconds }: GrpcBenchOptions,
  started: number,
): Promise<void> {
  const apartMillis = (1000 * ordersPerBatch * loads.length) / ordersPerSecond;
  const batches = Math.round((seconds * 1000) / apartMillis);
  while (loads.some((each) => each.sentBatches < batches)) {
    for (const each of loads) {
      const due = Math.min(Math.floor((performance.now() - started) / apartMillis) + 1, batches);
      while (each.sentBatches < due) each.send(started + each.sentBatches * apartMillis);
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
