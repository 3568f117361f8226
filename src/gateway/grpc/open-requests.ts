// What connections have sent of requests whose rest has not come. The library keeps it: a bound of
// each message is not one of all streams of all connections.

import type { Socket } from "node:net";
import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { peerOf } from "../connection-budget.ts";
import { GRPC_REQUEST_BYTES_MAX } from "../limits.ts";
import type { Reader } from "../unread-budget.ts";

type Link = {
  readonly socket: Socket;
  /** Requests that have begun and are not whole. */
  openCount: number;
  /** Bytes of the connection when there was none. */
  idleBytes: number;
};

export class OpenRequests {
  readonly #links = new Map<string, Link>();
  readonly #hasKey: (peer: string) => boolean;

  constructor(hasKey: (peer: string) => boolean) {
    this.#hasKey = hasKey;
  }

  /** A connection, until it closes. */
  add(socket: Socket): void {
    const peer = peerOf(socket);
    const link: Link = { socket, openCount: 0, idleBytes: 0 };
    this.#links.set(peer, link);
    socket.once("close", () => {
      if (this.#links.get(peer) === link) this.#links.delete(peer);
    });
  }

  /** Sees a call begin, and its request become whole. */
  readonly interceptor: ServerInterceptor = (method, call) => {
    const link = method.requestStream ? undefined : this.#links.get(call.getPeer());
    if (link === undefined) return new ServerInterceptingCall(call); // A key has let it begin.
    if (link.openCount === 0) link.idleBytes = link.socket.bytesRead;
    link.openCount++;
    let isOpen = true;
    const close = (): void => {
      if (isOpen) link.openCount--;
      isOpen = false;
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveHalfClose: (goOn) => {
            close();
            goOn();
          },
          onCancel: close,
        }),
    });
  };

  *readers(): Iterable<Reader> {
    for (const [peer, { socket, openCount, idleBytes }] of this.#links) {
      const unsentBytes = Math.min(
        openCount * GRPC_REQUEST_BYTES_MAX,
        socket.bytesRead - idleBytes,
      );
      const cut = (): unknown => socket.destroy();
      yield { unreadBytes: 0, unsentBytes, hasKey: this.#hasKey(peer), cut };
    }
  }
}
