// OUCH 5.0 over UDP on a port of the system's.

import { createSocket } from "node:dgram";
import { systemClock } from "../../ops/clock.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { AccountCounts } from "../account-counts.ts";
import { LatencyReceipts } from "../latency-receipts.ts";
import { OUCH_UDP_BUFFER_BYTES } from "../limits.ts";
import { OuchAccounts } from "./ouch-accounts.ts";
import { OuchCounts } from "./ouch-counts.ts";
import type { OuchGatewayOptions } from "./ouch-gateway.ts";
import { OuchSymbols } from "./ouch-symbols.ts";
import { OuchUdpPort } from "./ouch-udp-port.ts";

export type OuchUdpGateway = {
  readonly port: number;
  readonly sessions: OuchUdpPort;
  /** Ends every session; each client is told once. */
  stop(): Promise<void>;
};

/** Rejects with GatewayFailure LISTEN_FAILED. */
export async function startOuchUdp(options: OuchGatewayOptions): Promise<OuchUdpGateway> {
  const { venue, keys, host, metrics, clock = systemClock } = options;
  const { accounts = new OuchAccounts(venue.ouch), ordersPerSecondMax } = options;
  const counts = new OuchCounts();
  const symbols = new OuchSymbols(venue);
  const receipts = new LatencyReceipts(venue.stages, "ouch-udp", metrics);
  const socket = createSocket({
    type: host.includes(":") ? "udp6" : "udp4",
    recvBufferSize: OUCH_UDP_BUFFER_BYTES,
    sendBufferSize: OUCH_UDP_BUFFER_BYTES,
  });
  const sessions = new OuchUdpPort(socket, {
    ...{ venue, keys, accounts, symbols, counts, clock, receipts, ordersPerSecondMax },
    places: new AccountCounts(),
  });
  await sessions.listen(host, options.port);
  if (metrics !== undefined) register(metrics, sessions, counts);
  return { port: socket.address().port, sessions, stop: () => sessions.stop() };
}

function register(metrics: Metrics, sessions: OuchUdpPort, counts: OuchCounts): void {
  metrics.counter("outcry_ouch_udp_requests_total", "OUCH requests over UDP", ["kind"], () =>
    counts.requests(),
  );
  metrics.gauge("outcry_ouch_udp_sessions", "OUCH clients over UDP", () => sessions.sessionCount);
  metrics.counter("outcry_ouch_udp_datagrams_total", "Datagrams by what was wrong", ["why"], () => [
    { labels: { why: "ignored" }, count: sessions.ignoredCount },
    { labels: { why: "ended" }, count: sessions.faultCount },
  ]);
}
