// The gateway's numbers for Prometheus; docs/operations.md says what they mean to an operator.

import type { Venue } from "../model/venue.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { GatewayCounts } from "./gateway-counts.ts";
import type { WebSocketGateway } from "./websocket/websocket-gateway.ts";

/** Seconds: a commit takes 0.3 ms, an overloaded disk a second. */
const ANSWER_SECONDS_BUCKETS = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5,
];

/** Returns what records how long an order request took. */
export function answerSeconds(metrics: Metrics): (seconds: number) => void {
  return metrics.histogram(
    "outcry_answer_seconds",
    "From an order request read to its durable answer; a batch is one",
    ANSWER_SECONDS_BUCKETS,
  );
}

export function registerGatewayMetrics(
  metrics: Metrics,
  venue: Venue,
  counts: GatewayCounts,
  sockets: WebSocketGateway,
): void {
  metrics.counter(
    "outcry_commands_total",
    "Order requests by kind; accepted or rejected by the exchange, or refused by the gateway",
    ["kind", "outcome"],
    () => counts.labeled(),
  );
  metrics.gauge("outcry_sequence", "Last command applied", () => venue.health().sequence);
  metrics.gauge(
    "outcry_durable_sequence",
    "Last command that is durable",
    () => venue.health().durableSequence,
  );
  metrics.gauge("outcry_running", "1 while commands are taken", () =>
    venue.health().state === "running" ? 1 : 0,
  );
  metrics.gauge(
    "outcry_websocket_connections",
    "WebSocket connections",
    () => sockets.connectionCount,
  );
  metrics.gauge(
    "outcry_websocket_unread_bytes",
    "Bytes that WebSocket clients have not read yet",
    () => sockets.unreadBytes,
  );
}
