// REST, WebSocket and the pages on one port. It meets the exchange only as a Venue.

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
import { historyRoutes } from "./http/history-routes.ts";
import { HttpPort, type HttpPortOptions } from "./http/http-port.ts";
import { marketDataRoutes } from "./http/market-data-routes.ts";
import { openApiDocument } from "./http/openapi.ts";
import { orderRoutes } from "./http/order-routes.ts";
import { docsFiles, pageFiles } from "./http/pages.ts";
import { RestGateway } from "./http/rest-gateway.ts";
import type { Route } from "./http/route.ts";
import { serviceRoutes } from "./http/service-routes.ts";
import { StaticFiles } from "./http/static-files.ts";
import { timeTravelRoutes } from "./http/time-travel-routes.ts";
import type { KeyRing } from "./keys.ts";
import { COMMANDS_PENDING_MAX, STOP_MILLIS_MAX } from "./limits.ts";
import { OrderDesk } from "./order-desk.ts";
import { OrderStatus } from "./order-status.ts";
import { WebSocketGateway } from "./websocket/websocket-gateway.ts";

export type GatewayOptions = HttpPortOptions & {
  readonly venue: Venue;
  readonly history: HistoryQueries;
  readonly keys: KeyRing;
  /** Looks at the past; no such route where left out. */
  readonly timeTravel?: TimeTravel;
  /** The built page; a hint is served where there is none. */
  readonly webDirectory: string;
  /** Version of the program, for the OpenAPI document. */
  readonly version: string;
  /** Shared with the rest of the process; its own where left out. */
  readonly metrics?: Metrics;
  readonly log?: Log;
  readonly clock?: Clock;
};

export type GatewayServer = {
  readonly port: number;
  /** "http://127.0.0.1:8000" */
  readonly url: string;
  /**
   * Takes nothing new, answers what is under way and closes every connection, within `millisMax`;
   * what is then left is cut. Commands that were entered stay entered. Once only.
   */
  stop(millisMax?: number): Promise<void>;
};

/** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
export async function startGateway(options: GatewayOptions): Promise<GatewayServer> {
  const { venue, history, keys, timeTravel, log = stderrLog, metrics = new Metrics() } = options;
  const { clock = systemClock } = options;
  const counts = new GatewayCounts();
  const status = new OrderStatus(venue, history, log, clock);
  const observeSeconds = answerSeconds(metrics);
  const sockets = new WebSocketGateway({ venue, keys, counts, status, observeSeconds, clock });
  registerGatewayMetrics(metrics, venue, counts, sockets);

  const session = new CommandSession(venue, COMMANDS_PENDING_MAX);
  const desk = new OrderDesk(venue, session, counts);
  let earlySession: CommandSession | undefined;
  const openEarlyDesk = (): OrderDesk => {
    earlySession = new CommandSession(venue, COMMANDS_PENDING_MAX, ACK_ACCEPTED);
    return new OrderDesk(venue, earlySession, counts);
  };
  let isServing = true;
  let openApi = "";
  const routes: readonly Route[] = [
    ...orderRoutes({ desk, openEarlyDesk, status, symbols: venue, observeSeconds }),
    ...historyRoutes(venue, history, log),
    ...marketDataRoutes(venue),
    ...(timeTravel === undefined ? [] : timeTravelRoutes(venue, timeTravel, log)),
    ...serviceRoutes({
      venue,
      metrics,
      isServing: () => isServing,
      openApiJson: () => openApi,
    }),
  ];
  openApi = JSON.stringify(openApiDocument(routes, options.version));
  const rest = new RestGateway(routes, filesOf(options.webDirectory), keys);
  const httpPort = new HttpPort(options, {
    onRequest: (request, response) => rest.handle(request, response),
    onUpgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
  });

  const release = (): void => {
    sockets.destroy();
    session.close();
    earlySession?.close();
  };
  const address = await httpPort.listen().catch((error: unknown) => {
    release();
    throw error;
  });
  return {
    port: address.port,
    url: urlOf(address.address, address.port),
    stop: async (millisMax = STOP_MILLIS_MAX) => {
      isServing = false;
      rest.beginStop();
      const isDone = await endsWithin(Promise.all([httpPort.stop(), sockets.stop()]), millisMax);
      if (!isDone) log("warn", "gateway cut connections that did not end", { millisMax });
      httpPort.destroy();
      release();
    },
  };
}

function filesOf(webDirectory: string): StaticFiles {
  const files = new StaticFiles();
  files.add("/", pageFiles(webDirectory));
  files.add("/docs/", docsFiles());
  return files;
}

function urlOf(address: string, port: number): string {
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
