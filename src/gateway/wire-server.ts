// A port of one of the field's protocols: its connections, their heartbeats, and their end.

import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { type Clock, systemClock } from "../ops/clock.ts";
import { endsWithin } from "../ops/shutdown.ts";
import { ConnectionBudget, type ConnectionPlaces, peerOf } from "./connection-budget.ts";
import { GatewayFailure, LISTEN_FAILED, PORT_IN_USE } from "./gateway-failure.ts";
import {
  STOP_MILLIS_MAX,
  TLS_HANDSHAKE_MILLIS_MAX,
  WIRE_BEAT_MILLIS,
  WIRE_CONNECTIONS_MAX,
} from "./limits.ts";
import type { TlsCertificate } from "./tls-certificate.ts";
import type { Reader, UnreadBudget } from "./unread-budget.ts";

/** What is needed of a TCP socket. */
export type WireSocket = Duplex & { setNoDelay(isOn: boolean): unknown };

/** One client of the port. */
export interface WireConnection {
  /** Bytes that are there for the client and that it has not taken. */
  readonly unreadBytes: number;
  /** What happens once a second. */
  beat(): void;
  /** Takes nothing more; once everything that was asked is answered, closes. */
  stop(): void;
  destroy(): void;
}

export type WireServerOptions = {
  /** Of the protocol, in what operators read. */
  readonly name: string;
  readonly clock?: Clock;
  /** TLS and nothing else; undefined: none of it. */
  readonly tls?: TlsCertificate | undefined;
  /** Of all ports together; its own where left out. */
  readonly connections?: ConnectionBudget | undefined;
  /** What clients of all ports together may leave unread; left out: as much as each may. */
  readonly unread?: UnreadBudget | undefined;
  /** Whoever asks is served, without a key. */
  readonly isPublic?: boolean;
  /** Of this port; WIRE_CONNECTIONS_MAX. */
  readonly connectionsMax?: number;
  /** `onLogin` is to be called once somebody has logged in with a key. */
  readonly connectionOf: (
    socket: WireSocket,
    onLogin: (accountId: number) => void,
  ) => WireConnection;
};

export class WireServer {
  readonly #options: WireServerOptions;
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #places: ConnectionPlaces;
  readonly #connections = new Map<WireSocket, WireConnection>();
  readonly #unwatch: () => void;
  #stopBeat: () => void = () => {};
  #onEmpty: (() => void) | undefined;

  constructor(options: WireServerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const accept = (socket: WireSocket): void => this.accept(socket);
    const { tls } = options;
    this.#server = tls === undefined ? createServer(accept) : tlsServerOf(tls, accept);
    const { connections = new ConnectionBudget() } = options;
    this.#places = connections.ofPort(options.connectionsMax ?? WIRE_CONNECTIONS_MAX);
    // Those that shake hands have a place too.
    this.#server.prependListener("connection", (socket) => {
      if (!this.#places.tryTake(socket)) socket.destroy();
    });
    this.#unwatch = options.unread?.watch(() => this.#readers()) ?? (() => {});
    this.#beatLater();
  }

  /** `port` 0: any free one. Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
  listen(host: string, port: number): Promise<void> {
    const { name } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause: NodeJS.ErrnoException) => {
        this.#stopBeat();
        this.#unwatch();
        const isTaken = cause.code === "EADDRINUSE";
        const found = isTaken ? "one that another process uses" : cause.message;
        const message = `${name} port ${port} on ${host}: expected a free port, found ${found}`;
        reject(new GatewayFailure(message, { code: isTaken ? PORT_IN_USE : LISTEN_FAILED, cause }));
      });
      this.#server.listen(port, host, resolve);
    });
  }

  /** A client that is connected. */
  accept(socket: WireSocket): void {
    if (socket.destroyed) return;
    const onLogin = (accountId: number): void => this.#places.know(peerOf(socket), accountId);
    this.#connections.set(socket, this.#options.connectionOf(socket, onLogin));
    socket.once("close", () => {
      this.#connections.delete(socket);
      if (this.#connections.size === 0) this.#onEmpty?.();
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Bytes that all clients together have not read. */
  get unreadBytes(): number {
    let total = 0;
    for (const connection of this.#connections.values()) total += connection.unreadBytes;
    return total;
  }

  /** What happens once a second. */
  beat(): void {
    for (const connection of this.#connections.values()) connection.beat();
  }

  /**
   * Takes nothing more, answers what was asked and closes every connection within `millisMax`; what
   * is then left is cut.
   */
  async stop(millisMax = STOP_MILLIS_MAX): Promise<void> {
    this.#server.close();
    this.#stopBeat();
    this.#unwatch();
    const isEmpty = new Promise<void>((resolve) => {
      if (this.#connections.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
    for (const connection of this.#connections.values()) connection.stop();
    await endsWithin(isEmpty, millisMax, this.#clock);
    for (const connection of this.#connections.values()) connection.destroy();
  }

  /**
   * What the stream has, it has for all; what a socket was handed is that client's alone. Requests
   * here have some KB at most.
   */
  *#readers(): Iterable<Reader> {
    const hasKey = this.#options.isPublic !== true;
    for (const [socket, connection] of this.#connections) {
      yield {
        unreadBytes: socket.writableLength,
        unsentBytes: 0,
        hasKey,
        cut: () => connection.destroy(),
      };
    }
  }

  #beatLater(): void {
    this.#stopBeat = this.#clock.after(WIRE_BEAT_MILLIS, () => {
      this.#beatLater();
      this.beat();
    });
  }
}

function tlsServerOf(tls: TlsCertificate, accept: (socket: WireSocket) => void): Server {
  const server = createTlsServer({ handshakeTimeout: TLS_HANDSHAKE_MILLIS_MAX }, accept);
  tls.serve(server);
  return server;
}
