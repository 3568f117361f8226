// Durable orders over REST, as many as one venue process takes from one load process on the same
// machine. Closed loop: each connection sends its next request when the answer is there, so the
// latency is that of a server with `connections` requests waiting, not of an idle one. Buys and
// sells in turn at one price, so that every second order trades and the book stays small.

import { HttpConnection, httpRequest } from "./http-client.ts";
import { middleOf } from "./machine.ts";
import { type MachineShare, takeShare, venueOptionsOf } from "./machine-share.ts";
import { startVenueProcess, type VenueProcess } from "./venue-process.ts";

export type RestBenchOptions = MachineShare & {
  readonly connections: number;
  /** 1: POST /orders; more: POST /orders/batch. */
  readonly ordersPerRequest: number;
  readonly seconds: number;
  readonly runs: number;
};

export type RestBenchResult = RestBenchOptions & {
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  /** Orders the venue's sequence counted, equal to `orders`: nothing was lost or repeated. */
  readonly sequenced: number;
};

const WARM_UP_SECONDS = 3;

export async function benchRest(options: RestBenchOptions): Promise<RestBenchResult> {
  const venue = await startVenueProcess(1, venueOptionsOf(options));
  try {
    takeShare(options);
    await load(venue, { ...options, seconds: WARM_UP_SECONDS });
    const runs: RestBenchResult[] = [];
    for (let run = 0; run < options.runs; run++) runs.push(await load(venue, options));
    return middleOf(runs, ({ ordersPerSecond }) => ordersPerSecond);
  } finally {
    await venue.stop();
  }
}

async function load(venue: VenueProcess, options: RestBenchOptions): Promise<RestBenchResult> {
  const before = await venue.sequence();
  const started = performance.now();
  const deadline = started + options.seconds * 1000;
  const latencies: number[] = [];
  const loops = Array.from({ length: options.connections }, () =>
    loadConnection(venue, options.ordersPerRequest, deadline, latencies),
  );
  const counts = await Promise.all(loops);
  const elapsedSeconds = (performance.now() - started) / 1000;
  const orders = counts.reduce((sum, count) => sum + count, 0);
  const sequenced = (await venue.sequence()) - before;
  if (sequenced !== orders) {
    throw new Error(`expected ${orders} acknowledged orders in the log, found ${sequenced}`);
  }
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (p: number) => Number((sorted[Math.floor(sorted.length * p)] ?? 0).toFixed(3));
  return {
    ...options,
    orders,
    ordersPerSecond: Math.round(orders / elapsedSeconds),
    p50Millis: percentile(0.5),
    p99Millis: percentile(0.99),
    sequenced,
  };
}

async function loadConnection(
  venue: VenueProcess,
  ordersPerRequest: number,
  deadline: number,
  latencies: number[],
): Promise<number> {
  const connection = await HttpConnection.open("127.0.0.1", venue.port);
  let orders = 0;
  while (performance.now() < deadline) {
    const sent = performance.now();
    const { status, body } = await connection.send(orderRequest(venue.key, ordersPerRequest));
    latencies.push(performance.now() - sent);
    if (status >= 300) throw new Error(`expected an accepted order, found ${status} ${body}`);
    orders += ordersPerRequest;
  }
  connection.close();
  return orders;
}

let nextSide = 0;

function orderRequest(key: string, ordersPerRequest: number): string {
  if (ordersPerRequest === 1) return httpRequest("POST", "/orders", key, orderJson());
  const entries = Array.from({ length: ordersPerRequest }, () => `{"new":${orderJson()}}`);
  return httpRequest("POST", "/orders/batch", key, `{"orders":[${entries.join(",")}]}`);
}

/** Client ids are the load's own, from a counter, so that no two are equal. */
function orderJson(): string {
  const side = nextSide++ % 2 === 0 ? "buy" : "sell";
  const clOrdId = `b${process.pid.toString(36)}-${nextSide.toString(36)}`;
  return (
    `{"symbol":"ACME","side":"${side}","ordType":"limit","price":"100.00","orderQty":"1",` +
    `"clOrdId":"${clOrdId}"}`
  );
}
