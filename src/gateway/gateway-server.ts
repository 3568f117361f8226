// REST, WebSocket and the pages on one port. It meets the exchange only as a Venue.

import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ACK_ACCEPTED } from "../model/ack-level.ts";
import type { HistoryQueries } from "../model/history.ts";
import type { TimeTravel } from "../model/time-travel.ts";
import type { Venue } from "../model/venue.ts";
import { type Clock, systemClock } from "../ops/clock.ts";
import { type Log, stderrLog } from "../ops/logging.ts";
import { Metrics } from "../ops/metrics.ts";
import { endsWithin } from "../ops/shutdown.ts";
import { CommandSession } from "./command-session.ts";
import { GatewayCounts } from "./gateway-counts.ts";
import { answerSeconds, registerGatewayMetrics } from "./gateway-metrics.ts";
import { accountRoutes } from "./http/account-routes.ts";
import { historyRoutes } from "./http/history-routes.ts";
import { HttpPort, type HttpPortOptions } from "./http/http-port.ts";
import { marketDataRoutes } from "./http/market-data-routes.ts";
import { openApiDocument } from "./http/openapi.ts";
import { operatorRoutes } from "./http/operator-routes.ts";
import { orderRoutes } from "./http/order-routes.ts";
import { docsFiles, pageFiles } from "./http/pages.ts";
import { type MayAsk, RestGateway } from "./http/rest-gateway.ts";
import type { Route } from "./http/route.ts";
import { serviceRoutes } from "./http/service-routes.ts";
import { StaticFiles } from "./http/static-files.ts";
import { timeTravelRoutes } from "./http/time-travel-routes.ts";
import { whyRoutes } from "./http/why-routes.ts";
import type { KeyRing } from "./keys.ts";
import { LatencyReceipts } from "./latency-receipts.ts";
import { COMMANDS_PENDING_MAX, STOP_MILLIS_MAX } from "./limits.ts";
import { OrderDesk } from "./order-desk.ts";
import { OrderStatus } from "./order-status.ts";
import { Signatures } from "./signatures.ts";
import { AccountThrottles } from "./throttle.ts";
import { UnreadBudget } from "./unread-budget.ts";
import { asyncApiDocument } from "./websocket/asyncapi.ts";
import type { RecentExecutions } from "./websocket/recent-executions.ts";
import { WebSocketGateway } from "./websocket/websocket-gateway.ts";

export type GatewayParts = HttpPortOptions & {
  readonly venue: Venue;
  readonly history: HistoryQueries;
  readonly keys: KeyRing;
  /** Looks at the past; no such route where left out. */
  readonly timeTravel?: TimeTravel;
  /** Version of the program, for the OpenAPI document. */
  readonly version: string;
  /** Shared with the rest of the process. */
  readonly metrics: Metrics;
  readonly log?: Log;
  /**
   * Orders and amends a second of one WebSocket connection, and of an account's REST requests; left
   * out: as many as come.
   */
  readonly ordersPerSecondMax?: number | undefined;
  readonly clock?: Clock;
  /** Executions of before, which streams go back to; left out: they begin with the gateway. */
  readonly recent?: RecentExecutions;
};

export type GatewayOptions = Omit<GatewayParts, "metrics"> & {
  /** Its own where left out. */
  readonly metrics?: Metrics;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The built page; a hint is served where there is none. */
  readonly webDirectory: string;
};

export type GatewayServer = {
  readonly port: number;
  /** "http://127.0.0.1:8000" */
  readonly url: string;
  stop: Gateway["stop"];
};

/** On no port: it serves whom accept() is handed. */
export type Gateway = {
  accept(socket: Duplex): void;
  /** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
  listen(host: string, port: number): Promise<AddressInfo>;
  /**
   * Takes nothing new, answers what is under way and closes every connection, within `millisMax`;
   * what is then left is cut. Commands that were entered stay entered. Once only.
   */
  stop(millisMax?: number): Promise<void>;
};

/** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
export async function startGateway(options: GatewayOptions): Promise<GatewayServer> {
  const { host, port, webDirectory, metrics = Metrics.ofProcess(), ...parts } = options;
  const gateway = openGateway({ ...parts, metrics }, filesOf(webDirectory));
  const address = await gateway.listen(host, port);
  const scheme = options.tls === undefined ? "http" : "https";
  const url = `${scheme}://${hostOf(address.address)}:${address.port}`;
  return { port: address.port, url, stop: gateway.stop };
}

export function openGateway(options: GatewayParts, files: StaticFiles): Gateway {
  const { venue, history, keys, timeTravel, log = stderrLog, metrics } = options;
  const { clock = systemClock } = options;
  const counts = new GatewayCounts();
  const status = new OrderStatus(venue, history, log, clock);
  const observeSeconds = answerSeconds(metrics);
  const receipts = new LatencyReceipts(venue.stages, "rest", metrics);
  const signatures = new Signatures(keys, clock);
  const onKnown = (socket: Duplex, accountId: number): void => httpPort.know(socket, accountId);
  const mayAsk: MayAsk = (socket, findAccount) => httpPort.mayAsk(socket, findAccount);
  const sockets = new WebSocketGateway({
    ...{ venue, keys, signatures, counts, status, observeSeconds, clock, onKnown },
    recent: options.recent,
    receipts: new LatencyReceipts(venue.stages, "websocket", metrics),
    ordersPerSecondMax: options.ordersPerSecondMax,
  });
  registerGatewayMetrics(metrics, venue, counts, sockets);

  const session = new CommandSession(venue, COMMANDS_PENDING_MAX);
  const desk = new OrderDesk(venue, session, counts);
  let earlySession: CommandSession | undefined;
  const openEarlyDesk = (): OrderDesk => {
    earlySession = new CommandSession(venue, COMMANDS_PENDING_MAX, ACK_ACCEPTED);
    return new OrderDesk(venue, earlySession, counts);
  };
  let isServing = true;
  const openApiJson = once(() => openApiDocument(routes, options.version));
  const routes: readonly Route[] = [
    ...orderRoutes({
      ...{ desk, openEarlyDesk, status, symbols: venue, observeSeconds, receipts, clock },
      throttles: new AccountThrottles(options.ordersPerSecondMax, clock),
    }),
    ...accountRoutes(venue),
    ...historyRoutes(venue, history, log),
    ...operatorRoutes(session, venue),
    ...marketDataRoutes(venue),
    ...(timeTravel === undefined ? [] : timeTravelRoutes(venue, timeTravel, log)),
    ...(timeTravel === undefined ? [] : whyRoutes({ venue, past: timeTravel, log })),
    ...serviceRoutes({
      venue,
      metrics,
      isServing: () => isServing,
      openApiJson,
      asyncApiJson: once(() => asyncApiDocument(options.version)),
    }),
  ];
  const rest = new RestGateway({ routes, files, keys, signatures, onKnown, mayAsk });
  const httpPort = new HttpPort(options, {
    onRequest: (request, response) => rest.handle(request, response),
    onUpgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
  });

  const { unread = new UnreadBudget(clock) } = options;
  const unwatch = [() => sockets.readers(), () => httpPort.readers()].map((readers) =>
    unread.watch(readers),
  );

  const release = (): void => {
    for (const each of unwatch) each();
    sockets.destroy();
    session.close();
    earlySession?.close();
  };
  return {
    accept: (socket) => httpPort.accept(socket),
    listen: (host, port) =>
      httpPort.listen(host, port).catch((error: unknown) => {
        release();
        throw error;
      }),
    stop: async (millisMax = STOP_MILLIS_MAX) => {
      isServing = false;
      rest.beginStop();
      const isAnswered = Promise.all([httpPort.stop(), sockets.stop()]);
      const isDone = await endsWithin(isAnswered, millisMax, options.clock);
      if (!isDone) log("warn", "gateway cut connections that did not end", { millisMax });
      httpPort.destroy();
      release();
    },
  };
}

/** JSON of what `write` returns, written when it is first asked for. */
function once(write: () => unknown): () => Buffer {
  let json: Buffer | undefined;
  return () => {
    json ??= Buffer.from(JSON.stringify(write()));
    return json;
  };
}

function filesOf(webDirectory: string): StaticFiles {
  const files = new StaticFiles();
  files.add("/", pageFiles(webDirectory));
  files.add("/docs/", docsFiles());
  return files;
}

function hostOf(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
