// MoldUDP64's retransmission server: who missed messages asks for them by number, and gets as many
// as fit in one packet. What is no request, or asks for what is not kept, gets nothing.

import type { RemoteInfo } from "node:dgram";
import { MOLD_HEADER_BYTES, readMoldHeader } from "../../codec/mold-udp64.ts";
import type { ItchStream } from "../../model/message-streams.ts";
import { GatewayFailure, LISTEN_FAILED } from "../gateway-failure.ts";
import { type DatagramSocket, NO_PORT } from "./datagram-socket.ts";
import { MoldPackets } from "./mold-packets.ts";

export class MoldRetransmitter {
  readonly #itch: ItchStream;
  readonly #socket: DatagramSocket;
  answeredCount = 0;
  ignoredCount = 0;

  /** `socket` is its own. */
  constructor(itch: ItchStream, socket: DatagramSocket) {
    this.#itch = itch;
    this.#socket = socket;
    this.#socket.on("message", (bytes, from) => this.#onRequest(bytes, from));
  }

  /** Rejects with GatewayFailure LISTEN_FAILED. */
  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once("error", (cause) => {
        const message = `ITCH port ${port} on ${host}, UDP: expected a free port, found ${cause}`;
        reject(new GatewayFailure(message, { code: LISTEN_FAILED, cause }));
      });
      this.#socket.bind(port, host, () => {
        this.#socket.on("error", () => {}); // Of one datagram; the next may go.
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(resolve));
  }

  #onRequest(bytes: Uint8Array, from: RemoteInfo): void {
    const packet = from.port === NO_PORT ? undefined : this.#answerOf(bytes);
    if (packet === undefined) {
      this.ignoredCount++;
      return;
    }
    this.answeredCount++;
    this.#socket.send(packet, from.port, from.address);
  }

  #answerOf(bytes: Uint8Array): Uint8Array | undefined {
    const { session, stream } = this.#itch;
    const request = bytes.length === MOLD_HEADER_BYTES ? readMoldHeader(bytes) : undefined;
    if (request === undefined || request.session !== session) return undefined;
    const cursor = stream.cursorFrom(request.sequence);
    if (cursor === undefined) return undefined;
    const missed = new MoldPackets(session, cursor, request.sequence);
    const packet = missed.next(request.count);
    missed.close();
    return packet;
  }
}
