// The newest state of every order that the gathered batches touched. An event record carries the
// whole order as it left it, so the last record of an order is its state. An order that entered in
// these batches becomes a new row; any other changes the row it has.

import { assert } from "../base/assert.ts";
import { readU64 } from "../base/record-buffer.ts";
import { decodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_ACCEPTED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REJECTED,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventKindOf,
  reasonOf,
} from "../codec/event.ts";
import { ORD_STATUS_REJECTED, type OrdStatus, ordStatusOf } from "../model/ord-status.ts";
import { execInstOf, ordTypeOf, sideOf, timeInForceOf } from "../model/order-codes.ts";
import { ArrayRows } from "./array-rows.ts";
import { CopyRows } from "./copy-rows.ts";
import type { RowSink } from "./row-sink.ts";

/** Of a row whose order entered earlier, what its later events can change; the key comes last. */
export const CHANGED_ORDER_COLUMNS = [
  "last_sequence",
  "last_time_micros",
  "order_qty_lots",
  "cum_qty_lots",
  "leaves_qty_lots",
  "price_ticks",
  "reason",
  "ord_status",
  "ord_type",
  "cl_ord_id",
  "order_id",
] as const;

export const ENTERED_ORDER_COLUMNS = [
  ...CHANGED_ORDER_COLUMNS,
  "sequence",
  "time_micros",
  "account_id",
  "instrument_id",
  "side",
  "time_in_force",
  "exec_inst",
  "event_index",
] as const;

const CAPACITY_INITIAL = 4096;

/** Before an order's first event in these batches: it entered in an earlier one. */
const ENTERED_EARLIER = 0;

export class OrderStates {
  readonly enteredRows = new CopyRows(ENTERED_ORDER_COLUMNS.length);
  readonly changedRows = new ArrayRows(CHANGED_ORDER_COLUMNS.length);
  readonly #slotByOrderId = new Map<number, number>();
  /** A slot is one touched order: its last event record, and where it entered. */
  #words = new Int32Array(CAPACITY_INITIAL * EVENT_WORDS);
  #bytes = new Uint8Array(this.#words.buffer);
  #enteredSequence = new Float64Array(CAPACITY_INITIAL);
  #enteredTimeMicros = new Float64Array(CAPACITY_INITIAL);
  #enteredIndex = new Int32Array(CAPACITY_INITIAL);
  #count = 0;

  /** Orders touched. */
  get count(): number {
    return this.#count;
  }

  /** Takes an event that enters, refuses, changes or ends an order; `eventIndex` in its batch. */
  add(words: Int32Array, at: number, eventIndex: number): void {
    const kind = eventKindOf(words, at);
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    const entersNow = kind === EVENT_ACCEPTED || kind === EVENT_REJECTED;
    if (!entersNow) assert(orderId > 0, "an order that changes has an order id");
    const slot = this.#slotOf(orderId);
    this.#words.set(words.subarray(at, at + EVENT_WORDS), slot * EVENT_WORDS);
    if (entersNow) {
      this.#enteredSequence[slot] = readU64(words, at + EVENT_SEQUENCE_WORD);
      this.#enteredTimeMicros[slot] = readU64(words, at + EVENT_TIME_MICROS_WORD);
      this.#enteredIndex[slot] = eventIndex;
    }
  }

  /** Fills enteredRows and changedRows from the states gathered. */
  encode(): void {
    this.enteredRows.clear();
    this.changedRows.clear();
    for (let slot = 0; slot < this.#count; slot++) {
      if (this.#enteredSequence[slot] === ENTERED_EARLIER) {
        this.#appendChanged(this.changedRows, slot);
      } else {
        this.#appendEntered(slot);
      }
    }
  }

  clear(): void {
    this.enteredRows.clear();
    this.changedRows.clear();
    this.#slotByOrderId.clear();
    this.#count = 0;
    if (this.#enteredSequence.length > CAPACITY_INITIAL) this.#resize(CAPACITY_INITIAL);
  }

  #slotOf(orderId: number): number {
    const known = this.#slotByOrderId.get(orderId);
    if (known !== undefined) return known;
    const slot = this.#count++;
    if (slot === this.#enteredSequence.length) this.#resize(slot * 2);
    this.#enteredSequence[slot] = ENTERED_EARLIER;
    // Refused orders have no id: each is an order of its own.
    if (orderId > 0) this.#slotByOrderId.set(orderId, slot);
    return slot;
  }

  #appendEntered(slot: number): void {
    const words = this.#words;
    const at = slot * EVENT_WORDS;
    const rows = this.enteredRows;
    this.#appendChanged(rows, slot);
    rows.bigint(this.#enteredSequence[slot]);
    rows.bigint(this.#enteredTimeMicros[slot]);
    rows.bigint(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0);
    rows.bigint(words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0);
    const codes = words[at + EVENT_SIDE_WORD];
    rows.smallint(sideOf(codes));
    rows.smallint(timeInForceOf(codes));
    rows.smallint(execInstOf(codes));
    rows.integer(this.#enteredIndex[slot]);
  }

  #appendChanged(rows: RowSink, slot: number): void {
    const words = this.#words;
    const at = slot * EVENT_WORDS;
    const orderId = readU64(words, at + EVENT_ORDER_ID_WORD);
    rows.startRow();
    rows.bigint(readU64(words, at + EVENT_SEQUENCE_WORD));
    rows.bigint(readU64(words, at + EVENT_TIME_MICROS_WORD));
    rows.bigint(readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD));
    rows.bigint(readU64(words, at + EVENT_CUM_QTY_LOTS_WORD));
    rows.bigint(readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD));
    rows.integer(words[at + EVENT_PRICE_TICKS_WORD]);
    rows.integer(endReasonOf(words, at));
    rows.smallint(ordStatusAfter(words, at));
    rows.smallint(ordTypeOf(words[at + EVENT_SIDE_WORD]));
    rows.text(decodeClOrdId(this.#bytes, (at + EVENT_CL_ORD_ID_WORD) * 4));
    if (orderId === 0) rows.absent();
    else rows.bigint(orderId);
  }

  #resize(capacity: number): void {
    const kept = Math.min(this.#count, capacity);
    const words = new Int32Array(capacity * EVENT_WORDS);
    const enteredSequence = new Float64Array(capacity);
    const enteredTimeMicros = new Float64Array(capacity);
    const enteredIndex = new Int32Array(capacity);
    words.set(this.#words.subarray(0, kept * EVENT_WORDS));
    enteredSequence.set(this.#enteredSequence.subarray(0, kept));
    enteredTimeMicros.set(this.#enteredTimeMicros.subarray(0, kept));
    enteredIndex.set(this.#enteredIndex.subarray(0, kept));
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer);
    this.#enteredSequence = enteredSequence;
    this.#enteredTimeMicros = enteredTimeMicros;
    this.#enteredIndex = enteredIndex;
  }
}

function ordStatusAfter(words: Int32Array, at: number): OrdStatus {
  const kind = eventKindOf(words, at);
  if (kind === EVENT_REJECTED) return ORD_STATUS_REJECTED;
  const cumQtyLots = readU64(words, at + EVENT_CUM_QTY_LOTS_WORD);
  const leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
  return ordStatusOf(cumQtyLots, leavesQtyLots, kind !== EVENT_TRADED);
}

/** Why the order was refused or ended; 0 while it works, and when it ended by trading. */
function endReasonOf(words: Int32Array, at: number): number {
  const kind = eventKindOf(words, at);
  const works = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD) > 0;
  if (kind !== EVENT_REJECTED && (works || kind === EVENT_TRADED)) return 0;
  return reasonOf(words, at);
}
