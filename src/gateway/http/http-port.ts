// HTTP's connections: their bounds, what they hand to whom, and their end.

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type Clock, systemClock } from "../../ops/clock.ts";
import { ConnectionBudget, type ConnectionPlaces, peerOf } from "../connection-budget.ts";
import { refuse, TOO_MANY_CONNECTIONS } from "../error-codes.ts";
import { GatewayFailure, LISTEN_FAILED, PORT_IN_USE } from "../gateway-failure.ts";
import {
  CONNECTIONS_MAX,
  CONNECTIONS_OF_ACCOUNT_MAX,
  HEADERS_MILLIS_MAX,
  KEEP_ALIVE_MILLIS,
  PUBLIC_REQUESTS_A_SECOND_MAX,
  REQUEST_MILLIS_MAX,
  SOCKET_IDLE_MILLIS_MAX,
  TLS_HANDSHAKE_MILLIS_MAX,
} from "../limits.ts";
import { OriginRates } from "../origin-rates.ts";
import type { TlsCertificate } from "../tls-certificate.ts";
import type { Reader, UnreadBudget } from "../unread-budget.ts";
import { Pipeline } from "./pipeline.ts";
import { statesTooMuch } from "./request-body.ts";
import { answerClientError, answerRaw } from "./rest-gateway.ts";

/** How often Node looks for requests that are late. */
const LATENESS_CHECK_MILLIS = 500;

export type HttpPortOptions = {
  /** How long a client may take for its headers and for all of a request; limits.ts. */
  readonly headersMillisMax?: number;
  readonly requestMillisMax?: number;
  /** HTTPS and nothing else; undefined: none of it. */
  readonly tls?: TlsCertificate | undefined;
  /** Of all ports together; its own where left out. */
  readonly connections?: ConnectionBudget | undefined;
  /** What clients of all ports together may leave unread; its own where left out. */
  readonly unread?: UnreadBudget | undefined;
  readonly clock?: Clock;
};

export type HttpPortListener = {
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

export class HttpPort {
  readonly #server: Server;
  readonly #pipelines = new Map<Duplex, Pipeline>();
  /** Those with requests under way. */
  readonly #busy = new Set<Pipeline>();
  readonly #listener: HttpPortListener;
  /** Requests that were answered before all of them had come. */
  readonly #answeredEarly = new WeakMap<Duplex, IncomingMessage>();
  readonly #places: ConnectionPlaces;
  readonly #rates: OriginRates;
  #onAllAnswered: (() => void) | undefined;

  constructor(options: HttpPortOptions, listener: HttpPortListener) {
    const { headersMillisMax, requestMillisMax, tls } = options;
    const settings = {
      headersTimeout: headersMillisMax ?? HEADERS_MILLIS_MAX,
      requestTimeout: requestMillisMax ?? REQUEST_MILLIS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MILLIS,
      connectionsCheckingInterval: LATENESS_CHECK_MILLIS,
      noDelay: true,
      requireHostHeader: false, // Node's own refusal has no body: it gets the JSON of all.
      shouldUpgradeCallback: isForWebSocket,
    };
    this.#listener = listener;
    this.#server = tls === undefined ? createServer(settings) : tlsServerOf(tls, settings);
    this.#server.timeout = SOCKET_IDLE_MILLIS_MAX;
    const { connections = new ConnectionBudget() } = options;
    this.#rates = new OriginRates(options.clock ?? systemClock, PUBLIC_REQUESTS_A_SECOND_MAX);
    this.#places = connections.ofPort(CONNECTIONS_MAX, CONNECTIONS_OF_ACCOUNT_MAX);
    this.#server.on("connection", (socket) => this.#onConnection(socket, tls !== undefined));
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
      if (request.socket.destroyed) return; // It came in one piece with those that it was cut for.
      // Node loses what comes in one piece behind an upgrade that is not made.
      if (request.headers.upgrade !== undefined) response.setHeader("connection", "close");
      const pipeline = this.#pipelineOf(request.socket);
      response.on("close", () => this.#onResponseClose(response, pipeline));
      this.#busy.add(pipeline);
      pipeline.add(request, response);
    };
    this.#server.on("request", onRequest);
    this.#server.on("checkContinue", (request, response) => {
      // A body that is refused by its length is not asked for; what follows would pass for it.
      if (statesTooMuch(request)) response.setHeader("connection", "close");
      else response.writeContinue();
      onRequest(request, response);
    });
    this.#server.on("upgrade", listener.onUpgrade);
    this.#server.on("clientError", (error, socket) => {
      // A second answer to one request would be taken for that of the next.
      if (this.#answeredEarly.get(socket)?.complete === false) socket.destroy();
      else answerClientError(error, socket);
    });
  }

  /** Clients with requests under way. */
  readers(): Iterable<Reader> {
    return this.#busy;
  }

  /** A client that is connected. */
  accept(socket: Duplex): void {
    this.#server.emit("connection", socket);
  }

  /** One more request; false: nobody has logged in there, and it is one too many. */
  mayAsk(socket: Duplex, findAccount: () => number | undefined): boolean {
    const peer = peerOf(socket);
    const origin = this.#places.strangeOrigin(peer);
    if (origin === "") return true;
    const accountId = findAccount();
    if (accountId === undefined) return this.#rates.tryTake(origin);
    this.#places.know(peer, accountId);
    return true;
  }

  /** An account has logged in on it, or asked with its key. */
  know(socket: Duplex, accountId: number): void {
    this.#places.know(peerOf(socket), accountId);
  }

  /** Resolves with the address; rejects with PORT_IN_USE or LISTEN_FAILED. */
  listen(host: string, port: number): Promise<AddressInfo> {
    const server = this.#server;
    return new Promise((resolve, reject) => {
      const onError = (cause: NodeJS.ErrnoException): void => {
        reject(listenFailure(host, port, cause));
      };
      server.once("error", onError);
      server.listen(port, host, () => {
        server.off("error", onError);
        resolve(server.address() as AddressInfo);
      });
    });
  }

  /** Takes no more connections; resolves when every request under way has had its answer. */
  stop(): Promise<void> {
    this.#server.close();
    return new Promise((resolve) => {
      this.#onAllAnswered = resolve;
      if (this.#busy.size === 0) resolve();
    });
  }

  /** Cuts every connection, idle or not. */
  destroy(): void {
    this.#server.closeAllConnections();
  }

  /** Before its request is read, and its handshake made. */
  #onConnection(socket: Duplex, isTls: boolean): void {
    if (this.#places.tryTake(socket)) return;
    if (isTls) socket.destroy();
    else answerRaw(socket, refuse(TOO_MANY_CONNECTIONS, "connections: expected fewer"));
  }

  #pipelineOf(socket: Duplex): Pipeline {
    const found = this.#pipelines.get(socket);
    if (found !== undefined) return found;
    const pipeline = new Pipeline(socket, this.#listener.onRequest);
    this.#pipelines.set(socket, pipeline);
    // Node tells no answer of its end that was not the connection's next.
    socket.once("close", () => {
      this.#pipelines.delete(socket);
      pipeline.clear();
      this.#onIdle(pipeline);
    });
    return pipeline;
  }

  #onResponseClose(response: ServerResponse, pipeline: Pipeline): void {
    const { req } = response;
    if (!req.complete) this.#answeredEarly.set(req.socket, req);
    pipeline.onClose(response);
    if (pipeline.count === 0) this.#onIdle(pipeline);
  }

  #onIdle(pipeline: Pipeline): void {
    this.#busy.delete(pipeline);
    if (this.#busy.size === 0) this.#onAllAnswered?.();
  }
}

function tlsServerOf(tls: TlsCertificate, settings: ServerOptions): Server {
  const server = createTlsServer({ ...settings, handshakeTimeout: TLS_HANDSHAKE_MILLIS_MAX });
  tls.serve(server);
  return server;
}

/** Clients offer HTTP/2 (h2c) that way with any request: who does not take it answers as usual. */
function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

function listenFailure(host: string, port: number, cause: NodeJS.ErrnoException): GatewayFailure {
  if (cause.code === "EADDRINUSE") {
    const message =
      `port ${port} of ${host}: expected it free, found another process on it; ` +
      "choose another with --port N or OUTCRY_PORT=N (0: any free port)";
    return new GatewayFailure(message, { code: PORT_IN_USE, cause });
  }
  const message = `cannot listen on ${host} port ${port}: ${cause.message}`;
  return new GatewayFailure(message, { code: LISTEN_FAILED, cause });
}
