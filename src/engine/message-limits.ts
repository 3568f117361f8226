// hot path
// How much an account may send, and what it sent in the windows that are open: one row of doubles a
// row of the account table. A window opens with the first message (or, for unfilled ones, the first
// message or fill) after the last one is over.
//
//   0 messagesMax  1 its windowMicros   2 unfilledMax  3 unfilledPerFill  4 their windowMicros
//   5 repeatsMax   6 its windowMicros   7 whether there are limits
//   8 messages since 9    10 messages and 11 fills since 12
//   13 repeats of the last order since 14: 15 instrument  16 codes  17 price  18 quantity

import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  COMMAND_INSTRUMENT_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../codec/command.ts";
import {
  SET_MESSAGE_LIMITS_MESSAGES_MAX_WORD,
  SET_MESSAGE_LIMITS_MESSAGES_WINDOW_MICROS_WORD,
  SET_MESSAGE_LIMITS_REPEATS_MAX_WORD,
  SET_MESSAGE_LIMITS_REPEATS_WINDOW_MICROS_WORD,
  SET_MESSAGE_LIMITS_UNFILLED_MAX_WORD,
  SET_MESSAGE_LIMITS_UNFILLED_PER_FILL_WORD,
  SET_MESSAGE_LIMITS_UNFILLED_WINDOW_MICROS_WORD,
} from "../codec/guard-command.ts";
import {
  REASON_DUPLICATE_ORDER,
  REASON_NONE,
  REASON_ORDER_TO_TRADE,
  REASON_RATE_LIMIT,
} from "../model/reasons.ts";
import { isOpen, LONG_AGO_MICROS } from "./guard-window.ts";

export const MESSAGE_LIMIT_REALS = 20;
const MESSAGES_MAX = 0;
const MESSAGES_WINDOW = 1;
const UNFILLED_MAX = 2;
const PER_FILL = 3;
const UNFILLED_WINDOW = 4;
const REPEATS_MAX = 5;
const REPEATS_WINDOW = 6;
const IS_LIMITED = 7;
const MESSAGES = 8;
const MESSAGES_SINCE = 9;
const UNFILLED = 10;
const FILLS = 11;
const UNFILLED_SINCE = 12;
const REPEATS = 13;
const REPEATS_SINCE = 14;
const LAST_INSTRUMENT = 15;
const LAST_CODES = 16;
const LAST_PRICE = 17;
const LAST_QTY = 18;

export class MessageLimitTable {
  readonly #reals: Float64Array;

  constructor(accountsMax: number) {
    this.#reals = new Float64Array(accountsMax * MESSAGE_LIMIT_REALS);
  }

  isLimited(row: number): boolean {
    return this.#reals[row * MESSAGE_LIMIT_REALS + IS_LIMITED] !== 0;
  }

  /** The limits of a set-message-limits command at `words[at]`; nothing was sent yet. */
  set(row: number, words: Int32Array, at: number): void {
    const reals = this.#reals;
    const base = row * MESSAGE_LIMIT_REALS;
    reals.fill(0, base, base + MESSAGE_LIMIT_REALS);
    reals[base + MESSAGES_MAX] = words[at + SET_MESSAGE_LIMITS_MESSAGES_MAX_WORD] >>> 0;
    reals[base + MESSAGES_WINDOW] = readU64(
      words,
      at + SET_MESSAGE_LIMITS_MESSAGES_WINDOW_MICROS_WORD,
    );
    reals[base + UNFILLED_MAX] = words[at + SET_MESSAGE_LIMITS_UNFILLED_MAX_WORD] >>> 0;
    reals[base + PER_FILL] = words[at + SET_MESSAGE_LIMITS_UNFILLED_PER_FILL_WORD] >>> 0;
    reals[base + UNFILLED_WINDOW] = readU64(
      words,
      at + SET_MESSAGE_LIMITS_UNFILLED_WINDOW_MICROS_WORD,
    );
    reals[base + REPEATS_MAX] = words[at + SET_MESSAGE_LIMITS_REPEATS_MAX_WORD] >>> 0;
    reals[base + REPEATS_WINDOW] = readU64(
      words,
      at + SET_MESSAGE_LIMITS_REPEATS_WINDOW_MICROS_WORD,
    );
    for (const since of [MESSAGES_SINCE, UNFILLED_SINCE, REPEATS_SINCE]) {
      reals[base + since] = LONG_AGO_MICROS;
    }
    const windows = [MESSAGES_WINDOW, UNFILLED_WINDOW, REPEATS_WINDOW];
    reals[base + IS_LIMITED] = windows.some((window) => reals[base + window] > 0) ? 1 : 0;
  }

  /**
   * The limit that a message would pass, or REASON_NONE: then it counts. `isOrder`: the command at
   * `words[at]` is one new order.
   */
  take(row: number, micros: number, words: Int32Array, at: number, isOrder: boolean): number {
    const base = row * MESSAGE_LIMIT_REALS;
    const isRepeat = isOrder && this.#isLastOrder(base, words, at);
    if (this.#isTooFast(base, micros)) return REASON_RATE_LIMIT;
    if (this.#isUnfilled(base, micros)) return REASON_ORDER_TO_TRADE;
    if (isRepeat && this.#isTooOften(base, micros)) return REASON_DUPLICATE_ORDER;
    this.#count(base, MESSAGES, MESSAGES_SINCE, MESSAGES_WINDOW, micros);
    this.#openUnfilled(base, micros);
    this.#reals[base + UNFILLED]++;
    if (!isOrder) return REASON_NONE;
    if (!isRepeat) this.#setLastOrder(base, words, at);
    this.#count(base, REPEATS, REPEATS_SINCE, REPEATS_WINDOW, micros);
    return REASON_NONE;
  }

  /** One side of a trade was the account's. */
  onFill(row: number, micros: number): void {
    const base = row * MESSAGE_LIMIT_REALS;
    if (this.#reals[base + UNFILLED_WINDOW] === 0) return;
    this.#openUnfilled(base, micros);
    this.#reals[base + FILLS]++;
  }

  /** The row's numbers, for the state hash. */
  realOf(row: number, index: number): number {
    return this.#reals[row * MESSAGE_LIMIT_REALS + index];
  }

  save(snapshot: SnapshotWriter, accountsCount: number): void {
    snapshot.array(this.#reals, accountsCount * MESSAGE_LIMIT_REALS);
  }

  load(snapshot: SnapshotReader): void {
    snapshot.into(this.#reals);
  }

  #isTooFast(base: number, micros: number): boolean {
    const reals = this.#reals;
    const windowMicros = reals[base + MESSAGES_WINDOW];
    return (
      isOpen(reals[base + MESSAGES_SINCE], windowMicros, micros) &&
      reals[base + MESSAGES] >= reals[base + MESSAGES_MAX]
    );
  }

  #isUnfilled(base: number, micros: number): boolean {
    const reals = this.#reals;
    if (!isOpen(reals[base + UNFILLED_SINCE], reals[base + UNFILLED_WINDOW], micros)) return false;
    const allowed = reals[base + UNFILLED_MAX] + reals[base + PER_FILL] * reals[base + FILLS];
    return reals[base + UNFILLED] >= allowed;
  }

  #isTooOften(base: number, micros: number): boolean {
    const reals = this.#reals;
    const windowMicros = reals[base + REPEATS_WINDOW];
    return (
      isOpen(reals[base + REPEATS_SINCE], windowMicros, micros) &&
      reals[base + REPEATS] >= reals[base + REPEATS_MAX]
    );
  }

  /** One more in a window that is open, or the first of a new one. */
  #count(base: number, counted: number, since: number, window: number, micros: number): void {
    const reals = this.#reals;
    if (!isOpen(reals[base + since], reals[base + window], micros)) {
      reals[base + since] = micros;
      reals[base + counted] = 0;
    }
    reals[base + counted]++;
  }

  #openUnfilled(base: number, micros: number): void {
    const reals = this.#reals;
    if (isOpen(reals[base + UNFILLED_SINCE], reals[base + UNFILLED_WINDOW], micros)) return;
    reals[base + UNFILLED_SINCE] = micros;
    reals[base + UNFILLED] = 0;
    reals[base + FILLS] = 0;
  }

  #isLastOrder(base: number, words: Int32Array, at: number): boolean {
    const reals = this.#reals;
    return (
      reals[base + LAST_INSTRUMENT] === words[at + COMMAND_INSTRUMENT_ID_WORD] &&
      reals[base + LAST_CODES] === words[at + NEW_SIDE_WORD] &&
      reals[base + LAST_PRICE] === words[at + NEW_PRICE_TICKS_WORD] &&
      reals[base + LAST_QTY] === readU64(words, at + NEW_ORDER_QTY_LOTS_WORD)
    );
  }

  /** Another order begins another run of equal ones. */
  #setLastOrder(base: number, words: Int32Array, at: number): void {
    const reals = this.#reals;
    reals[base + LAST_INSTRUMENT] = words[at + COMMAND_INSTRUMENT_ID_WORD];
    reals[base + LAST_CODES] = words[at + NEW_SIDE_WORD];
    reals[base + LAST_PRICE] = words[at + NEW_PRICE_TICKS_WORD];
    reals[base + LAST_QTY] = readU64(words, at + NEW_ORDER_QTY_LOTS_WORD);
    reals[base + REPEATS_SINCE] = LONG_AGO_MICROS;
  }
}
