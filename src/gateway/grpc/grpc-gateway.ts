// gRPC: proto/outcry/v1 with health and reflection on a port of its own (docs/protocols/grpc.md).

import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import type { HistoryQueries } from "../../model/history.ts";
import type { Venue } from "../../model/venue.ts";
import { type Clock, systemClock } from "../../ops/clock.ts";
import { type Log, stderrLog } from "../../ops/logging.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { CommandSession } from "../command-session.ts";
import type { ConnectionBudget } from "../connection-budget.ts";
import { GatewayCounts } from "../gateway-counts.ts";
import type { KeyRing } from "../keys.ts";
import { LatencyReceipts } from "../latency-receipts.ts";
import { COMMANDS_PENDING_MAX, STOP_MILLIS_MAX } from "../limits.ts";
import { OrderStatus } from "../order-status.ts";
import { AccountThrottles } from "../throttle.ts";
import type { TlsCertificate } from "../tls-certificate.ts";
import { UnreadBudget } from "../unread-budget.ts";
import { loadContract, MARKET_DATA, ORDER_ENTRY } from "./contract.ts";
import { ExecutionStreams } from "./execution-streams.ts";
import { GrpcPort } from "./grpc-port.ts";
import { marketDataService } from "./market-data-service.ts";
import { MarketDataStreams } from "./market-data-streams.ts";
import { OrderCalls } from "./order-calls.ts";
import { orderEntryService } from "./order-entry-service.ts";
import { RequestScanner } from "./request-scanner.ts";
import { Streams } from "./streams.ts";

export type GrpcGatewayOptions = {
  readonly venue: Venue;
  readonly history: HistoryQueries;
  readonly keys: KeyRing;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where the proto files are. */
  readonly protoDirectory: string;
  /**
   * Orders and amends a second of one stream, and of an account's single calls; undefined: as many
   * as come.
   */
  readonly ordersPerSecondMax?: number | undefined;
  readonly metrics?: Metrics;
  readonly log?: Log;
  readonly clock?: Clock;
  /** TLS and nothing else. */
  readonly tls?: TlsCertificate | undefined;
  /** Of all ports together; its own where left out. */
  readonly connections?: ConnectionBudget | undefined;
  /** What clients of all ports together may leave unread; its own where left out. */
  readonly unread?: UnreadBudget | undefined;
};

export type GrpcGateway = {
  readonly port: number;
  /** Open streams of every kind. */
  readonly streamCount: number;
  /** Answers what is under way and closes every connection, within `millisMax`. */
  stop(millisMax?: number): Promise<void>;
};

/** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
export async function startGrpc(options: GrpcGatewayOptions): Promise<GrpcGateway> {
  const { venue, history, keys, metrics, clock = systemClock, log = stderrLog } = options;
  const contract = loadContract(options.protoDirectory);
  const counts = new GatewayCounts();
  const streams = new Streams();
  const session = new CommandSession(venue, COMMANDS_PENDING_MAX);
  const status = new OrderStatus(venue, history, log, clock);
  const { ordersPerSecondMax } = options;
  const throttles = new AccountThrottles(ordersPerSecondMax, clock);
  const calls = new OrderCalls({ venue, session, status, counts, contract, throttles });
  const receipts = new LatencyReceipts(venue.stages, "grpc", metrics);
  const executions = new ExecutionStreams({
    ...{ venue, keys, history, contract, clock, streams, receipts },
  });
  const market = new MarketDataStreams({ venue, contract, clock, streams });
  const health = new HealthImplementation();
  const port = new GrpcPort(options.tls, options.connections, clock);
  let isServing = true;
  const scanner = new RequestScanner(venue);
  const shared = {
    venue,
    scanner,
    contract,
    counts,
    clock,
    streams,
    receipts,
    isServing: () => isServing,
    onKnown: (peer: string, accountId: number) => port.know(peer, accountId),
  };
  port.server.addService(
    contract.orderEntry,
    orderEntryService({ ...shared, keys, calls, executions, ordersPerSecondMax }),
  );
  port.server.addService(contract.marketData, marketDataService({ ...shared, market }));
  health.addToServer(port.server);
  new ReflectionService(contract.definitions).addToServer(port.server);
  const setHealth = (state: "SERVING" | "NOT_SERVING"): void => {
    for (const service of ["", ORDER_ENTRY, MARKET_DATA]) health.setStatus(service, state);
  };

  const { unread = new UnreadBudget(clock) } = options;
  const unwatch = [() => streams.readers(), () => port.readers()].map((readers) =>
    unread.watch(readers),
  );
  const release = (): void => {
    for (const each of unwatch) each();
    executions.close();
    market.close();
    session.close();
  };
  await port.listen(options.host, options.port).catch((error: unknown) => {
    release();
    throw error;
  });
  setHealth("SERVING");
  if (metrics !== undefined) register(metrics, counts, streams, port);
  return {
    port: port.port,
    get streamCount() {
      return streams.count;
    },
    stop: async (millisMax = STOP_MILLIS_MAX) => {
      isServing = false;
      setHealth("NOT_SERVING");
      streams.stop();
      await port.stop(millisMax);
      release();
    },
  };
}

function register(metrics: Metrics, counts: GatewayCounts, streams: Streams, port: GrpcPort): void {
  metrics.counter(
    "outcry_grpc_commands_total",
    "Order requests over gRPC by kind; accepted or rejected by the exchange, or refused before",
    ["kind", "outcome"],
    () => counts.labeled(),
  );
  metrics.gauge("outcry_grpc_connections", "gRPC connections", () => port.connectionCount);
  metrics.gauge("outcry_grpc_streams", "Open gRPC streams of every kind", () => streams.count);
  metrics.gauge(
    "outcry_grpc_unread_bytes",
    "Bytes that gRPC clients have not read yet",
    () => streams.unreadBytes,
  );
  metrics.counter("outcry_grpc_slow_total", "gRPC streams ended: not read", [], () => [
    { labels: {}, count: streams.slowCount },
  ]);
}
