// The `orders` stream: events of an account's orders, whichever interface entered them, to every
// connection of that account. Each event is written once for all that listen. Who says how far he
// has come, or does not read as fast as they come, hears them from where they are kept, a piece
// whenever he has read the one before: as far back as that goes, only who does not read is cut.

import { readU64 } from "../../base/record-buffer.ts";
import { EVENT_ACCOUNT_ID_WORD, EVENT_SEQUENCE_WORD, EVENT_WORDS } from "../../codec/event.ts";
import type { Venue } from "../../model/venue.ts";
import { executionJson } from "../json/report-writer.ts";
import { type LatencyReceipts, withReceipt } from "../latency-receipts.ts";
import { EXECUTIONS_KEPT_MAX } from "../limits.ts";
import { ExecutionRing, isKept } from "./execution-ring.ts";
import type { RecentExecutions } from "./recent-executions.ts";

/** Who listens: gets each message as it goes on the wire. */
export type StreamListener = { send(message: string): void };

/** What a connection hears executions by. */
export type Executions = StreamListener & {
  /** So much is unread that the rest had better wait. */
  readonly isBehind: boolean;
  /** Calls once, when the client has read everything. */
  onceRead(listener: () => void): void;
  /** What was not read is not kept any more. */
  onLost(): void;
};

/** Kept events that are looked at for one listener, and for all of them in one turn. */
const LOOK_EVENTS_MAX = 2048;
const TURN_EVENTS_MAX = 8 * LOOK_EVENTS_MAX;
const LIVE = -1;

export class AccountListener {
  readonly out: Executions;
  /** With receipts where it says so. */
  wantsReceipts = false;
  accountId = 0;
  /** Of the next event that is told; LIVE: of the next one that happens. */
  place = LIVE;
  /** Its turn comes, or it is waited for until it has read. */
  isWaiting = false;

  constructor(out: Executions) {
    this.out = out;
  }
}

export class AccountStreams {
  readonly #venue: Venue;
  readonly #receipts: LatencyReceipts;
  readonly #listeners = new Map<number, Set<AccountListener>>();
  readonly #kept: ExecutionRing;
  /** Those that hear what is kept, by their turn. */
  #behind: AccountListener[] = [];
  #isTurnSet = false;
  readonly #unsubscribe: () => void;

  /** `recent`: what came before; undefined: nobody knows. */
  constructor(venue: Venue, receipts: LatencyReceipts, recent: RecentExecutions | undefined) {
    this.#venue = venue;
    this.#receipts = receipts;
    const { durableSequence } = venue.health();
    this.#kept = recent?.take() ?? new ExecutionRing(EXECUTIONS_KEPT_MAX, durableSequence);
    this.#unsubscribe = venue.subscribe((words, start, end) => this.#onBatch(words, start, end));
  }

  /** A stream can go on behind the command of this sequence and of any later one. */
  get sinceSequence(): number {
    return this.#kept.sinceSequence;
  }

  /** Everything up to this command was told. */
  get toldSequence(): number {
    return this.#venue.health().durableSequence;
  }

  /** Nobody has heard of any command behind this one. */
  get newestSequence(): number {
    return this.#venue.health().sequence;
  }

  /** `afterSequence`: first what came after that command; left out, only what comes from now on. */
  add(accountId: number, listener: AccountListener, afterSequence?: number): void {
    listener.accountId = accountId;
    const listeners = this.#listeners.get(accountId) ?? new Set();
    this.#listeners.set(accountId, listeners.add(listener));
    if (afterSequence === undefined) return;
    listener.place = this.#kept.placeAfter(afterSequence);
    this.#await(listener);
  }

  delete(accountId: number, listener: AccountListener): void {
    listener.place = LIVE;
    const listeners = this.#listeners.get(accountId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(accountId);
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
    this.#behind = [];
  }

  #onBatch(words: Int32Array, startWord: number, endWord: number): void {
    let place = this.#kept.end;
    this.#kept.keep(words, startWord, endWord);
    if (this.#listeners.size === 0) return;
    for (let at = startWord; at < endWord - EVENT_WORDS; at += EVENT_WORDS) {
      if (!isKept(words, at)) continue;
      place++;
      const listeners = this.#listeners.get(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0);
      if (listeners === undefined) continue;
      const message = executionJson(words, at, (at - startWord) / EVENT_WORDS, this.#venue);
      if (message !== "") this.#tellAll(listeners, message, words, at, place);
    }
  }

  #tellAll(
    listeners: ReadonlySet<AccountListener>,
    message: string,
    words: Int32Array,
    at: number,
    nextPlace: number,
  ): void {
    let told = "";
    for (const listener of listeners) {
      if (listener.place !== LIVE) continue;
      if (listener.wantsReceipts && told === "") told = this.#withReceipt(message, words, at);
      listener.out.send(listener.wantsReceipts ? told : message);
      if (!listener.out.isBehind) continue;
      listener.place = nextPlace;
      this.#await(listener);
    }
  }

  /** Its turn comes, once it has read what it was sent. */
  #await(listener: AccountListener): void {
    if (listener.isWaiting) return;
    listener.isWaiting = true;
    if (listener.out.isBehind) listener.out.onceRead(() => this.#queue(listener));
    else this.#queue(listener);
  }

  #queue(listener: AccountListener): void {
    this.#behind.push(listener);
    this.#setTurn();
  }

  #setTurn(): void {
    if (this.#isTurnSet || this.#behind.length === 0) return;
    this.#isTurnSet = true;
    setImmediate(() => {
      this.#isTurnSet = false;
      this.#tellBehind();
      this.#setTurn();
    });
  }

  /** Some events to each: others want their turns too. */
  #tellBehind(): void {
    const turns = this.#behind;
    let left = TURN_EVENTS_MAX;
    let taken = 0;
    this.#behind = [];
    while (taken < turns.length && left > 0) {
      const listener = turns[taken++];
      listener.isWaiting = false;
      if (listener.place !== LIVE) left -= this.#tellKept(listener);
    }
    this.#behind = [...turns.slice(taken), ...this.#behind];
  }

  /** How many events were looked at. */
  #tellKept(listener: AccountListener): number {
    const { accountId, out, place } = listener;
    if (place < this.#kept.begin) {
      listener.place = LIVE;
      out.onLost();
      return 0;
    }
    const to = Math.min(this.#kept.end, place + LOOK_EVENTS_MAX);
    const next = this.#kept.scan(accountId, place, to, (words, index) => {
      const message = executionJson(words, 0, index, this.#venue);
      if (message === "") return true;
      out.send(listener.wantsReceipts ? this.#withReceipt(message, words, 0) : message);
      return !out.isBehind;
    });
    listener.place = next === this.#kept.end ? LIVE : next;
    if (listener.place !== LIVE) this.#await(listener);
    return next - place;
  }

  #withReceipt(message: string, words: Int32Array, at: number): string {
    return withReceipt(message, this.#receipts.of(readU64(words, at + EVENT_SEQUENCE_WORD)));
  }
}
