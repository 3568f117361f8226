// hot path
// What goes out on one connection, and the end of a client that does not read it.

import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Clock } from "../../ops/clock.ts";
import type { AsciiWriter } from "../json/ascii-writer.ts";
import {
  CONFLATE_BYTES,
  UNREAD_BURST_BYTES_MAX,
  UNREAD_BYTES_MAX,
  UNREAD_MILLIS_MAX,
} from "../limits.ts";
import { TurnFrames } from "./turn-frames.ts";

/** Close codes of RFC 6455. */
export const CLOSE_GOING_AWAY = 1001;
export const CLOSE_NOT_TEXT = 1003;
export const CLOSE_POLICY = 1008;

export class Outbox {
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #frames: TurnFrames;
  readonly #clock: Clock;
  #overSinceMillis = 0; // 0: no more than UNREAD_BYTES_MAX is unread.
  #isClosed = false;

  constructor(webSocket: WebSocket, socket: Duplex, clock: Clock) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#frames = new TurnFrames(webSocket, socket);
    this.#clock = clock;
  }

  /** Bytes written that the client has not taken yet. */
  get unreadBytes(): number {
    return this.#socket.writableLength + this.#frames.length;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(message: string): void {
    if (this.#isClosed) return;
    this.#frames.send(message);
    this.#watchUnread();
  }

  /** A message that `json` holds; it is empty then. */
  sendJson(json: AsciiWriter): void {
    if (this.#isClosed) {
      json.take();
      return;
    }
    this.#frames.sendJson(json);
    this.#watchUnread();
  }

  /** Whether the client is so far behind that it is better served with less. */
  get isBehind(): boolean {
    return this.unreadBytes > CONFLATE_BYTES;
  }

  /** Calls once, when the client has read everything. */
  onceRead(listener: () => void): void {
    this.#socket.once("drain", listener);
  }

  /** What the client has not read cannot be told it any more. */
  onLost(): void {
    this.close(CLOSE_POLICY, "slow consumer: what was not read is not kept any more");
  }

  close(code: number, reason: string): void {
    this.#isClosed = true;
    this.#frames.flush();
    this.#webSocket.close(code, reason);
  }

  #watchUnread(): void {
    if (this.unreadBytes > UNREAD_BYTES_MAX) this.#onUnread();
    else this.#overSinceMillis = 0;
  }

  #onUnread(): void {
    const nowMillis = this.#clock.nowMicros() / 1000;
    if (this.#overSinceMillis === 0) this.#overSinceMillis = nowMillis;
    const isSlow = nowMillis - this.#overSinceMillis > UNREAD_MILLIS_MAX;
    if (!isSlow && this.unreadBytes <= UNREAD_BURST_BYTES_MAX) return;
    this.close(CLOSE_POLICY, `slow consumer: ${this.unreadBytes} bytes unread`);
  }
}
