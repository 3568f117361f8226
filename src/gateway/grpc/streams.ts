// The streams that are open, of every kind: how many there may be, and their end.

import { AccountCounts } from "../account-counts.ts";
import { Crowds } from "../crowds.ts";
import {
  GRPC_PUBLIC_STREAMS_MAX,
  GRPC_STREAMS_MAX,
  GRPC_STREAMS_OF_ACCOUNT_MAX,
} from "../limits.ts";
import type { Reader } from "../unread-budget.ts";
import { type CallFailure, tooManyStreams } from "./call-status.ts";

/** Whose streams are those that need no key. */
export const PUBLIC = 0;

export type OpenStream = {
  readonly unreadBytes: number;
  /** Answers what is under way and ends the stream. */
  stop(): void;
  /** Ends the stream with what its client has not read. */
  cut(): void;
};

/** One that needs no key, and where its client is. */
export type PublicStream = OpenStream & {
  readonly origin: string;
  fail(failure: CallFailure): void;
};

export class Streams {
  readonly #public = new Crowds<PublicStream>();
  /** With the account whose it is. */
  readonly #open = new Map<OpenStream, number>();
  readonly #counts = new AccountCounts();
  /** Streams whose client did not read. */
  slowCount = 0;

  /** No account takes all the room of those that have a key. */
  hasRoomFor(accountId: number): boolean {
    const ofAccount = this.#counts.of(accountId);
    const withKey = this.#open.size - this.#counts.of(PUBLIC);
    return ofAccount < GRPC_STREAMS_OF_ACCOUNT_MAX && withKey < GRPC_STREAMS_MAX;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Bytes that all clients together have not read. */
  get unreadBytes(): number {
    let total = 0;
    for (const stream of this.#open.keys()) total += stream.unreadBytes;
    return total;
  }

  add(stream: OpenStream, accountId: number): void {
    this.#open.set(stream, accountId);
    this.#counts.add(accountId);
  }

  /** Until it is deleted; beyond their room the oldest from where most come from makes way. */
  addPublic(stream: PublicStream): void {
    this.add(stream, PUBLIC);
    this.#public.add(stream, stream.origin);
    if (this.#public.count > GRPC_PUBLIC_STREAMS_MAX) {
      this.#public.oldestOfLargest()?.fail(tooManyStreams());
    }
  }

  deletePublic(stream: PublicStream): boolean {
    this.#public.delete(stream, stream.origin);
    return this.delete(stream);
  }

  /** Whether it was there. */
  delete(stream: OpenStream): boolean {
    const accountId = this.#open.get(stream);
    if (accountId === undefined) return false;
    this.#counts.delete(accountId);
    return this.#open.delete(stream);
  }

  *readers(): Iterable<Reader> {
    for (const [stream, accountId] of this.#open) {
      const { unreadBytes } = stream;
      yield { unreadBytes, unsentBytes: 0, hasKey: accountId !== PUBLIC, cut: () => stream.cut() };
    }
  }

  stop(): void {
    for (const stream of this.#open.keys()) stream.stop();
  }
}
