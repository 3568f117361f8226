// The streams that are open, of every kind: how many there may be, and their end.

import { GRPC_STREAMS_MAX } from "../limits.ts";

export type OpenStream = {
  readonly unreadBytes: number;
  /** Answers what is under way and ends the stream. */
  stop(): void;
};

export class Streams {
  readonly #open = new Set<OpenStream>();
  /** Streams whose client did not read. */
  slowCount = 0;

  get isFull(): boolean {
    return this.#open.size >= GRPC_STREAMS_MAX;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Bytes that all clients together have not read. */
  get unreadBytes(): number {
    let total = 0;
    for (const stream of this.#open) total += stream.unreadBytes;
    return total;
  }

  add(stream: OpenStream): void {
    this.#open.add(stream);
  }

  /** Whether it was there. */
  delete(stream: OpenStream): boolean {
    return this.#open.delete(stream);
  }

  stop(): void {
    for (const stream of this.#open) stream.stop();
  }
}
