// The `orders` stream: events of an account's orders, whichever interface entered them, to every
// connection of that account. Each event is written once however many listen. A client that says
// how far it has come hears first what it missed.

import { readU64 } from "../../base/record-buffer.ts";
import { EVENT_ACCOUNT_ID_WORD, EVENT_SEQUENCE_WORD, EVENT_WORDS } from "../../codec/event.ts";
import type { Venue } from "../../model/venue.ts";
import { executionJson } from "../json/report-writer.ts";
import { type LatencyReceipts, withReceipt } from "../latency-receipts.ts";
import { EXECUTIONS_KEPT_MAX } from "../limits.ts";
import { ExecutionRing } from "./execution-ring.ts";

/** Who listens: gets each message as it goes on the wire. */
export type StreamListener = { send(message: string): void };
/** Of executions: with receipts where it says so. */
export type AccountListener = StreamListener & { wantsReceipts: boolean };

export class AccountStreams {
  readonly #venue: Venue;
  readonly #receipts: LatencyReceipts;
  readonly #listeners = new Map<number, Set<AccountListener>>();
  readonly #kept: ExecutionRing;
  readonly #unsubscribe: () => void;

  /** `isNew`: no order was entered before. */
  constructor(venue: Venue, receipts: LatencyReceipts, isNew: boolean) {
    this.#venue = venue;
    this.#receipts = receipts;
    const sinceSequence = isNew ? 0 : venue.health().durableSequence;
    this.#kept = new ExecutionRing(EXECUTIONS_KEPT_MAX, sinceSequence);
    this.#unsubscribe = venue.subscribe((words, start, end) => this.#onBatch(words, start, end));
  }

  /** A stream can go on behind the command of this sequence and of any later one. */
  get sinceSequence(): number {
    return this.#kept.sinceSequence;
  }

  /** `afterSequence`: first what came after that command; left out, only what comes from now on. */
  add(accountId: number, listener: AccountListener, afterSequence?: number): void {
    if (afterSequence !== undefined) {
      this.#kept.forEachAfter(accountId, afterSequence, (words) => {
        const message = executionJson(words, 0, this.#venue);
        if (message !== "") listener.send(message);
      });
    }
    const listeners = this.#listeners.get(accountId) ?? new Set();
    this.#listeners.set(accountId, listeners.add(listener));
  }

  delete(accountId: number, listener: AccountListener): void {
    const listeners = this.#listeners.get(accountId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(accountId);
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #onBatch(words: Int32Array, startWord: number, endWord: number): void {
    this.#kept.keep(words, startWord, endWord);
    if (this.#listeners.size === 0) return;
    for (let at = startWord; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
      const listeners = this.#listeners.get(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0);
      if (listeners === undefined) continue;
      const message = executionJson(words, at, this.#venue);
      if (message === "") continue;
      let told = "";
      for (const listener of listeners) {
        if (!listener.wantsReceipts) {
          listener.send(message);
          continue;
        }
        if (told === "") told = this.#withReceipt(message, words, at);
        listener.send(told);
      }
    }
  }

  #withReceipt(message: string, words: Int32Array, at: number): string {
    return withReceipt(message, this.#receipts.of(readU64(words, at + EVENT_SEQUENCE_WORD)));
  }
}
