// The listening socket of gRPC: its bounds, the library's server behind it, and their end.

import { createServer, type Server as NetServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { type ConnectionInjector, Server, ServerCredentials } from "@grpc/grpc-js";
import type { Clock } from "../../ops/clock.ts";
import { ConnectionBudget, type ConnectionPlaces } from "../connection-budget.ts";
import { GatewayFailure, LISTEN_FAILED, PORT_IN_USE } from "../gateway-failure.ts";
import {
  GRPC_CALLS_MAX,
  GRPC_CONNECTIONS_MAX,
  GRPC_CONNECTIONS_OF_ACCOUNT_MAX,
  GRPC_FIRST_WORDS_MILLIS_MAX,
  GRPC_PING_ANSWER_MILLIS_MAX,
  GRPC_PING_MILLIS,
  GRPC_REQUEST_BYTES_MAX,
  TLS_HANDSHAKE_MILLIS_MAX,
} from "../limits.ts";
import type { TlsCertificate } from "../tls-certificate.ts";
import type { Reader } from "../unread-budget.ts";
import { OpenRequests } from "./open-requests.ts";

/** What every client says first: HTTP/2's preface, and the head of its settings (RFC 9113, 3.4). */
const FIRST_WORDS_BYTES = 24 + 9;

export class GrpcPort {
  readonly #requests = new OpenRequests((peer) => this.#places.isKnown(peer));
  readonly server = new Server({
    interceptors: [this.#requests.interceptor],
    "grpc.max_receive_message_length": GRPC_REQUEST_BYTES_MAX,
    "grpc.max_concurrent_streams": GRPC_CALLS_MAX,
    "grpc.keepalive_time_ms": GRPC_PING_MILLIS,
    "grpc.keepalive_timeout_ms": GRPC_PING_ANSWER_MILLIS_MAX,
    "grpc.enable_channelz": 0,
  });
  readonly #listener: NetServer;
  readonly #injector: ConnectionInjector;
  readonly #sockets = new Set<Socket>();
  readonly #places: ConnectionPlaces;
  readonly #clock: Clock;
  #onEmpty: (() => void) | undefined;

  /** `tls` undefined: none of it. */
  constructor(
    tls: TlsCertificate | undefined,
    connections: ConnectionBudget | undefined,
    clock: Clock,
  ) {
    this.#places = (connections ?? new ConnectionBudget()).ofPort(
      GRPC_CONNECTIONS_MAX,
      GRPC_CONNECTIONS_OF_ACCOUNT_MAX,
    );
    this.#clock = clock;
    // TLS ends at the listener, which knows how long a handshake may take.
    this.#injector = this.server.createConnectionInjector(ServerCredentials.createInsecure());
    const onReady = (socket: Socket): void => this.#awaitFirstWords(socket);
    this.#listener = tls === undefined ? createServer(onReady) : tlsListenerOf(tls, onReady);
    this.#listener.prependListener("connection", (socket) => this.#onConnection(socket));
  }

  /** A call of the client had the key of the account. */
  know(peer: string, accountId: number): void {
    this.#places.know(peer, accountId);
  }

  /** Clients with what they have sent of requests. */
  readers(): Iterable<Reader> {
    return this.#requests.readers();
  }

  get port(): number {
    const address = this.#listener.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listener.once("error", (cause: NodeJS.ErrnoException) => {
        const isTaken = cause.code === "EADDRINUSE";
        const found = isTaken ? "one that another process uses" : cause.message;
        const message = `gRPC port ${port} on ${host}: expected a free port, found ${found}`;
        reject(new GatewayFailure(message, { code: isTaken ? PORT_IN_USE : LISTEN_FAILED, cause }));
      });
      this.#listener.listen(port, host, resolve);
    });
  }

  /** Takes no more connections and no more calls; cuts after `millisMax` what has not ended. */
  async stop(millisMax: number): Promise<void> {
    this.#listener.close();
    const isEmpty = new Promise<void>((resolve) => {
      if (this.#sockets.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
    this.#injector.drain(millisMax);
    let stopWaiting: () => void = () => {};
    const isLate = new Promise<void>((resolve) => {
      stopWaiting = this.#clock.after(millisMax, resolve);
    });
    await Promise.race([isEmpty, isLate]);
    stopWaiting();
    for (const socket of this.#sockets) socket.destroy();
    this.server.forceShutdown();
  }

  #onConnection(socket: Socket): void {
    if (!this.#places.tryTake(socket)) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#requests.add(socket);
    socket.on("error", () => {}); // A close follows.
    socket.once("close", () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
    socket.setNoDelay(true);
  }

  /** Who has not said who he is, and that he speaks HTTP/2, keeps others out. */
  #awaitFirstWords(socket: Socket): void {
    if (socket.destroyed) return;
    socket.on("error", () => {}); // A close follows.
    const stopWaiting = this.#clock.after(GRPC_FIRST_WORDS_MILLIS_MAX, () => socket.destroy());
    socket.once("close", stopWaiting);
    const onReadable = (): void => {
      if (socket.readableLength < FIRST_WORDS_BYTES) return;
      stopWaiting();
      socket.off("close", stopWaiting);
      socket.off("readable", onReadable);
      this.#injector.injectConnection(socket); // It begins with what waits there.
    };
    socket.on("readable", onReadable);
  }
}

function tlsListenerOf(tls: TlsCertificate, onReady: (socket: Socket) => void): NetServer {
  const settings = { ALPNProtocols: ["h2"], handshakeTimeout: TLS_HANDSHAKE_MILLIS_MAX };
  const listener = createTlsServer(settings, onReady);
  tls.serve(listener);
  return listener;
}
