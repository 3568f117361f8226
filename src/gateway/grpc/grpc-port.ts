// The listening socket of gRPC: its bounds, the library's server behind it, and their end.

import { createServer, type Server as NetServer, type Socket } from "node:net";
import { type ConnectionInjector, Server, ServerCredentials } from "@grpc/grpc-js";
import type { Clock } from "../../ops/clock.ts";
import type { ConnectionBudget } from "../connection-budget.ts";
import { GatewayFailure, LISTEN_FAILED, PORT_IN_USE } from "../gateway-failure.ts";
import {
  GRPC_CALLS_MAX,
  GRPC_CONNECTIONS_MAX,
  GRPC_PING_ANSWER_MILLIS_MAX,
  GRPC_PING_MILLIS,
  GRPC_REQUEST_BYTES_MAX,
} from "../limits.ts";
import type { TlsCertificate } from "../tls-certificate.ts";

export class GrpcPort {
  readonly server = new Server({
    "grpc.max_receive_message_length": GRPC_REQUEST_BYTES_MAX,
    "grpc.max_concurrent_streams": GRPC_CALLS_MAX,
    "grpc.keepalive_time_ms": GRPC_PING_MILLIS,
    "grpc.keepalive_timeout_ms": GRPC_PING_ANSWER_MILLIS_MAX,
    "grpc.enable_channelz": 0,
  });
  readonly #listener: NetServer;
  readonly #injector: ConnectionInjector;
  readonly #sockets = new Set<Socket>();
  readonly #connections: ConnectionBudget | undefined;
  #onEmpty: (() => void) | undefined;

  /** `tls` undefined: none of it. */
  constructor(tls: TlsCertificate | undefined, connections: ConnectionBudget | undefined) {
    this.#connections = connections;
    this.#injector = this.server.createConnectionInjector(credentialsOf(tls));
    this.#listener = createServer({ noDelay: true }, (socket) => this.#onConnection(socket));
    this.#listener.maxConnections = GRPC_CONNECTIONS_MAX;
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
  async stop(clock: Clock, millisMax: number): Promise<void> {
    this.#listener.close();
    const isEmpty = new Promise<void>((resolve) => {
      if (this.#sockets.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
    this.#injector.drain(millisMax);
    let stopWaiting: () => void = () => {};
    const isLate = new Promise<void>((resolve) => {
      stopWaiting = clock.after(millisMax, resolve);
    });
    await Promise.race([isEmpty, isLate]);
    stopWaiting();
    for (const socket of this.#sockets) socket.destroy();
    this.server.forceShutdown();
  }

  #onConnection(socket: Socket): void {
    if (this.#connections?.tryTake(socket) === false) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on("error", () => {}); // A close follows.
    socket.once("close", () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
    this.#injector.injectConnection(socket);
  }
}

function credentialsOf(tls: TlsCertificate | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  return ServerCredentials.createSsl(null, [pair]);
}
