// OUCH 5.0 over SoupBinTCP.

import type { Venue } from "../../model/venue.ts";
import { type Clock, systemClock } from "../../ops/clock.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { AccountCounts } from "../account-counts.ts";
import type { ConnectionBudget } from "../connection-budget.ts";
import type { KeyRing } from "../keys.ts";
import { LatencyReceipts } from "../latency-receipts.ts";
import { SoupCounts } from "../soup/soup-counts.ts";
import { SoupServer } from "../soup/soup-server.ts";
import type { TlsCertificate } from "../tls-certificate.ts";
import type { UnreadBudget } from "../unread-budget.ts";
import { OuchAccounts } from "./ouch-accounts.ts";
import { OuchCounts } from "./ouch-counts.ts";
import { OuchSession } from "./ouch-session.ts";
import { OuchSymbols } from "./ouch-symbols.ts";

export type OuchGatewayParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  /** Shared by every port that takes OUCH; its own where left out. */
  readonly accounts?: OuchAccounts;
  /** Orders and replaces a second of one session; left out: as many as come. */
  readonly ordersPerSecondMax?: number | undefined;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** SoupBinTCP over TLS and nothing else. */
  readonly tls?: TlsCertificate | undefined;
  /** Of all ports together; its own where left out. */
  readonly connections?: ConnectionBudget | undefined;
  /** What clients of all ports together may leave unread; left out: as much as each may. */
  readonly unread?: UnreadBudget | undefined;
};

export type OuchGatewayOptions = OuchGatewayParts & {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
};

/** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
export async function startOuch({ host, port, ...parts }: OuchGatewayOptions): Promise<SoupServer> {
  const server = openOuch(parts);
  await server.listen(host, port);
  return server;
}

/** On no port: it serves whom accept() is handed. */
export function openOuch(options: OuchGatewayParts): SoupServer {
  const { venue, keys, metrics, clock = systemClock } = options;
  const counts = new OuchCounts();
  const soupCounts = new SoupCounts();
  const { accounts = new OuchAccounts(venue.ouch) } = options;
  const symbols = new OuchSymbols(venue);
  const { ordersPerSecondMax } = options;
  const receipts = new LatencyReceipts(venue.stages, "ouch", metrics);
  const places = new AccountCounts();
  const shared = { venue, keys, accounts, symbols, counts, clock, receipts };
  const parts = { ...shared, places, ordersPerSecondMax };
  const server = new SoupServer({
    ...{ name: "OUCH", clock, tls: options.tls, connections: options.connections },
    unread: options.unread,
    counts: soupCounts,
    handlerOf: (link) => new OuchSession(parts, link),
  });
  if (metrics !== undefined) register(metrics, server, counts, soupCounts);
  return server;
}

function register(
  metrics: Metrics,
  server: SoupServer,
  counts: OuchCounts,
  soupCounts: SoupCounts,
): void {
  metrics.counter("outcry_ouch_requests_total", "OUCH requests by kind", ["kind"], () =>
    counts.requests(),
  );
  metrics.counter(
    "outcry_ouch_ignored_total",
    "OUCH requests not entered: repeated ones, and those refused as BUSY or STOPPED",
    ["why"],
    () => counts.ignored(),
  );
  metrics.counter(
    "outcry_ouch_ended_total",
    "OUCH connections that the gateway ended, by why",
    ["why"],
    () => soupCounts.ended(),
  );
  metrics.gauge("outcry_ouch_connections", "OUCH connections", () => server.connectionCount);
  metrics.gauge(
    "outcry_ouch_unread_bytes",
    "Bytes that OUCH clients have not read yet",
    () => server.unreadBytes,
  );
}
