// A real exchange with every port in front of it, as `outcry start` opens them.

import { join } from "node:path";
import type { TestContext } from "node:test";
import { BackgroundThreads } from "../cli/background-threads.ts";
import { LogReports } from "../cli/past-reports.ts";
import type { ConnectionBudget } from "./connection-budget.ts";
import { type FixGateway, startFix } from "./fix/fix-gateway.ts";
import { GrpcDialer, PROTO_DIRECTORY } from "./grpc/grpc-for-test.ts";
import { type GrpcGateway, startGrpc } from "./grpc/grpc-gateway.ts";
import { HistoryForTest } from "./history-for-test.ts";
import { type OuchTestVenue, startOuchVenue } from "./ouch/ouch-for-test.ts";
import { type OuchUdpGateway, startOuchUdp } from "./ouch/ouch-udp-gateway.ts";
import type { TlsCertificate } from "./tls-certificate.ts";

/** REST, WebSocket and OUCH are `venue`'s. */
export type EveryPort = {
  readonly venue: OuchTestVenue;
  readonly ouchUdp: OuchUdpGateway;
  readonly fix: FixGateway;
  readonly grpc: GrpcGateway;
  readonly grpcDialer: GrpcDialer;
};

export type EveryPortOptions = {
  /** Of every port over TCP. */
  readonly tls?: TlsCertificate;
  /** Of each session; left out: as many as come. */
  readonly ordersPerSecondMax?: number;
  /** Of all ports together. */
  readonly connections?: ConnectionBudget;
};

/** They stop with the test. */
export async function startEveryPort(
  t: TestContext,
  options: EveryPortOptions = {},
): Promise<EveryPort> {
  const { tls, ordersPerSecondMax, connections } = options;
  const venue = await startOuchVenue(t, options);
  const { exchange, keys, directory, metrics } = venue;
  const place = {
    venue: exchange,
    keys,
    host: "127.0.0.1",
    port: 0,
    tls,
    metrics,
    ordersPerSecondMax,
    connections,
  };
  const past = new LogReports(new BackgroundThreads(), join(directory, "log"), () => {
    return exchange.health().durableSequence;
  });
  const ouchUdp = await startOuchUdp(place);
  const history = new HistoryForTest(exchange);
  const fix = await startFix({
    ...{ ...place, past, history, directory: join(directory, "fix") },
  });
  const grpc = await startGrpc({
    ...{ ...place, history, protoDirectory: PROTO_DIRECTORY, log: () => {} },
  });
  const grpcDialer = new GrpcDialer(grpc.port, venue.keyTexts, tls?.cert);
  venue.beforeStop(async () => {
    grpcDialer.closeClients();
    await Promise.all([ouchUdp.stop(), fix.stop(1000), grpc.stop(1000)]);
  });
  return { venue, ouchUdp, fix, grpc, grpcDialer };
}
