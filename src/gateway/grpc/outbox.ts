// What goes out on one server stream: a message at a time, the next when the library has taken the
// one before, so that everything unread lies here and is counted. A client that reads too little
// loses the stream and nobody else anything.

import type { Clock } from "../../ops/clock.ts";
import { GRPC_MESSAGE_BYTES, GRPC_STALLED_MILLIS_MAX, GRPC_UNREAD_BYTES_MAX } from "../limits.ts";

/** The writing half of a call, as far as it is needed. */
export type MessageSink = {
  write(message: Buffer, onTaken: () => void): boolean;
  end(): void;
};

export type OutboxParts = {
  readonly clock: Clock;
  /** The client has not read for too long, or too much: nothing more is written. */
  readonly onSlow: (unreadBytes: number) => void;
  /** The library took a message. */
  readonly onTaken?: () => void;
  /** Whether messages that wait may become one: they are repeated entries of one field. */
  readonly joins: boolean;
};

export class Outbox {
  readonly #sink: MessageSink;
  readonly #parts: OutboxParts;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #underWayBytes = 0;
  #isClosed = false;
  #isEnding = false;
  #stopTimer: () => void = () => {};

  constructor(sink: MessageSink, parts: OutboxParts) {
    this.#sink = sink;
    this.#parts = parts;
  }

  get unreadBytes(): number {
    return this.#waitingBytes + this.#underWayBytes;
  }

  send(message: Buffer): void {
    if (this.#isClosed) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    if (this.unreadBytes > GRPC_UNREAD_BYTES_MAX) this.#giveUp();
    else if (this.#underWayBytes === 0) this.#writeNext();
  }

  /** The stream is over once everything is written. */
  end(): void {
    this.#isEnding = true;
    if (this.unreadBytes === 0) this.#finish();
  }

  /** Nothing more is written. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #writeNext(): void {
    const message = this.#takeNext();
    if (message === undefined) return;
    this.#underWayBytes = message.length;
    this.#stopTimer = this.#parts.clock.after(GRPC_STALLED_MILLIS_MAX, () => this.#giveUp());
    this.#sink.write(message, () => this.#onTaken());
  }

  #takeNext(): Buffer | undefined {
    if (!this.#parts.joins) {
      const message = this.#waiting.shift();
      this.#waitingBytes -= message?.length ?? 0;
      return message;
    }
    if (this.#waiting.length === 0) return undefined;
    let count = 0;
    let bytes = 0;
    while (count < this.#waiting.length && (count === 0 || bytes < GRPC_MESSAGE_BYTES)) {
      bytes += this.#waiting[count++].length;
    }
    const joined = Buffer.concat(this.#waiting.splice(0, count), bytes);
    this.#waitingBytes -= bytes;
    return joined;
  }

  #onTaken(): void {
    this.#stopTimer();
    this.#underWayBytes = 0;
    if (this.#isClosed) return;
    this.#writeNext();
    this.#parts.onTaken?.();
    if (this.#isEnding && this.unreadBytes === 0) this.#finish();
  }

  #finish(): void {
    if (this.#isClosed) return;
    this.close();
    this.#sink.end();
  }

  #giveUp(): void {
    const { unreadBytes } = this;
    this.close();
    this.#parts.onSlow(unreadBytes);
  }
}
