// What is kept because clients have not read it, or have not sent the rest of it: each has a bound
// of its own, but there may be many of them. Beyond what all together may have those with most are
// cut, and those without a key before all others.

import type { Clock } from "../ops/clock.ts";
import { UNREAD_ALL_BYTES_MAX, UNREAD_LOOK_MILLIS } from "./limits.ts";

export type Reader = {
  /** What is kept for it alone. */
  readonly unreadBytes: number;
  /** Of requests that are not whole yet. */
  readonly unsentBytes: number;
  readonly hasKey: boolean;
  /** Lets go of it at once. */
  cut(): void;
};

type Behind = { readonly reader: Reader; readonly bytes: number };

export class UnreadBudget {
  readonly #clock: Clock;
  readonly #bytesMax: number;
  readonly #sources = new Set<() => Iterable<Reader>>();
  #stopLooking: () => void = () => {};
  /** Clients that were cut for it. */
  cutCount = 0;

  constructor(clock: Clock, bytesMax = UNREAD_ALL_BYTES_MAX) {
    this.#clock = clock;
    this.#bytesMax = bytesMax;
  }

  /** Looks after what `source` lists, until what it returns is called. */
  watch(source: () => Iterable<Reader>): () => void {
    this.#sources.add(source);
    if (this.#sources.size === 1) this.#lookLater();
    return () => {
      this.#sources.delete(source);
      if (this.#sources.size === 0) this.#stopLooking();
    };
  }

  get unreadBytes(): number {
    let total = 0;
    for (const source of this.#sources) {
      for (const reader of source()) total += keptFor(reader);
    }
    return total;
  }

  look(): void {
    let left = this.unreadBytes;
    if (left <= this.#bytesMax) return;
    for (const { reader, bytes } of this.#slowestFirst()) {
      if (left <= this.#bytesMax) return;
      left -= bytes;
      this.cutCount++;
      reader.cut();
    }
  }

  #slowestFirst(): Behind[] {
    const behind: Behind[] = [];
    for (const source of this.#sources) {
      for (const reader of source()) {
        const bytes = keptFor(reader);
        if (bytes > 0) behind.push({ reader, bytes });
      }
    }
    const key = ({ reader }: Behind): number => Number(reader.hasKey);
    return behind.sort((a, b) => key(a) - key(b) || b.bytes - a.bytes);
  }

  #lookLater(): void {
    this.#stopLooking = this.#clock.after(UNREAD_LOOK_MILLIS, () => {
      this.#lookLater();
      this.look();
    });
  }
}

function keptFor({ unreadBytes, unsentBytes }: Reader): number {
  return unreadBytes + unsentBytes;
}
