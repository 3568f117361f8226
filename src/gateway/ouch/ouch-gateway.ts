// The OUCH port: connections over SoupBinTCP, their heartbeats, and their end.

import { createServer, type Server, type Socket } from "node:net";
import type { Venue } from "../../model/venue.ts";
import { type Clock, systemClock } from "../../ops/clock.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { GatewayFailure, LISTEN_FAILED, PORT_IN_USE } from "../gateway-failure.ts";
import type { KeyRing } from "../keys.ts";
import { OUCH_CONNECTIONS_MAX, SOUP_HEARTBEAT_MILLIS, STOP_MILLIS_MAX } from "../limits.ts";
import { OuchAccounts } from "./ouch-accounts.ts";
import { OuchConnection, type OuchConnectionParts } from "./ouch-connection.ts";
import { OuchCounts } from "./ouch-counts.ts";
import { OuchSymbols } from "./ouch-symbols.ts";

export type OuchGatewayOptions = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
};

export class OuchGateway {
  readonly #server: Server;
  readonly #parts: OuchConnectionParts;
  readonly #clock: Clock;
  readonly #connections = new Map<Socket, OuchConnection>();
  #stopBeat: () => void = () => {};
  #onEmpty: (() => void) | undefined;

  private constructor(options: OuchGatewayOptions) {
    const { venue, keys, clock = systemClock } = options;
    const accounts = new OuchAccounts(venue.ouch);
    const symbols = new OuchSymbols(venue);
    const counts = new OuchCounts();
    this.#clock = clock;
    this.#parts = { venue, keys, accounts, symbols, counts, clock };
    this.#server = createServer((socket) => this.#onConnection(socket));
    if (options.metrics !== undefined) this.#register(options.metrics, counts);
    this.#beatLater();
  }

  /** Rejects with GatewayFailure: PORT_IN_USE or LISTEN_FAILED. */
  static async start(options: OuchGatewayOptions): Promise<OuchGateway> {
    const gateway = new OuchGateway(options);
    await gateway.#listen(options.host, options.port);
    return gateway;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  }

  /**
   * Takes no more requests, answers what was entered and closes every connection within
   * `millisMax`; what is then left is cut.
   */
  async stop(millisMax = STOP_MILLIS_MAX): Promise<void> {
    this.#server.close();
    this.#stopBeat();
    const isEmpty = new Promise<void>((resolve) => {
      if (this.#connections.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
    for (const connection of this.#connections.values()) connection.stop();
    let stopWaiting: () => void = () => {};
    const isLate = new Promise<void>((resolve) => {
      stopWaiting = this.#clock.after(millisMax, resolve);
    });
    await Promise.race([isEmpty, isLate]);
    stopWaiting();
    for (const connection of this.#connections.values()) connection.destroy();
  }

  #listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", (cause: NodeJS.ErrnoException) => {
        this.#stopBeat();
        const isTaken = cause.code === "EADDRINUSE";
        const found = isTaken ? "one that another process uses" : cause.message;
        const message = `OUCH port ${port} on ${host}: expected a free port, found ${found}`;
        reject(new GatewayFailure(message, { code: isTaken ? PORT_IN_USE : LISTEN_FAILED, cause }));
      });
      this.#server.listen(port, host, () => resolve());
    });
  }

  #onConnection(socket: Socket): void {
    if (this.#connections.size >= OUCH_CONNECTIONS_MAX) {
      socket.destroy();
      return;
    }
    this.#connections.set(socket, new OuchConnection(socket, this.#parts));
    socket.once("close", () => {
      this.#connections.delete(socket);
      if (this.#connections.size === 0) this.#onEmpty?.();
    });
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

  #beatLater(): void {
    this.#stopBeat = this.#clock.after(SOUP_HEARTBEAT_MILLIS, () => {
      this.#beatLater();
      this.beat();
    });
  }

  #register(metrics: Metrics, counts: OuchCounts): void {
    metrics.counter("outcry_ouch_requests_total", "OUCH requests by kind", ["kind"], () =>
      counts.requests(),
    );
    metrics.counter(
      "outcry_ouch_ignored_total",
      "OUCH requests not entered: repeated ones, and those refused as BUSY, STOPPED or disabled",
      ["why"],
      () => counts.ignored(),
    );
    metrics.counter(
      "outcry_ouch_ended_total",
      "OUCH connections that the gateway ended, by why",
      ["why"],
      () => counts.ended(),
    );
    metrics.gauge("outcry_ouch_connections", "OUCH connections", () => this.connectionCount);
    metrics.gauge(
      "outcry_ouch_unread_bytes",
      "Bytes that OUCH clients have not read yet",
      () => this.unreadBytes,
    );
  }
}
