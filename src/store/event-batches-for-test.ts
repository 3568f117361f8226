// Event batches for the tests and benchmarks of the store: a builder that writes records as the
// engine would, and a small random market over many accounts that repeats itself from a seed.

import { Prng } from "../base/prng.ts";
import { RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import { encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_ACCEPTED,
  EVENT_ACCOUNT_ID_WORD,
  EVENT_BYTES,
  EVENT_CANCELED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_END,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REASON_WORD,
  EVENT_REJECTED,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_ID_WORD,
  EVENT_TRADED,
  EVENT_VERSION,
  EVENT_WORDS,
  FLAG_AGGRESSOR,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import {
  REASON_IOC_REMAINDER,
  REASON_QTY_OUT_OF_RANGE,
  REASON_REQUESTED,
} from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import type { HistoryWriter } from "./history-writer.ts";

export const START_MICROS = 1_764_000_000_000_000;

/** One event as far as a test cares; what is left out is 0, or the ordinary order's. */
export type TestEvent = {
  readonly kind: number;
  readonly accountId?: number;
  readonly instrumentId?: number;
  readonly orderId?: number;
  readonly clOrdId?: string;
  readonly priceTicks?: number;
  readonly orderCodes?: number;
  readonly orderQtyLots?: number;
  readonly cumQtyLots?: number;
  readonly leavesQtyLots?: number;
  readonly lastQtyLots?: number;
  readonly lastPxTicks?: number;
  readonly reason?: number;
  readonly flags?: number;
  readonly tradeId?: number;
};

const ORDINARY_CODES = packOrderCodes(SIDE_BUY, ORD_TYPE_LIMIT, TIF_GTC, 0);

/** The batch of one command: the events' records, then the end mark. */
export function batchOf(sequence: number, events: readonly TestEvent[]): Int32Array {
  const record = RecordBuffer.ofBytes((events.length + 1) * EVENT_BYTES);
  events.forEach((event, index) => {
    writeEvent(record, index, sequence, event);
  });
  const end = { kind: EVENT_END, lastQtyLots: events.length, orderCodes: 0 };
  writeEvent(record, events.length, sequence, end);
  return record.words;
}

function writeEvent(record: RecordBuffer, index: number, sequence: number, event: TestEvent): void {
  const { words, bytes } = record;
  const at = index * EVENT_WORDS;
  words[at] = EVENT_VERSION | (event.kind << 8) | (index << 16);
  words[at + EVENT_INSTRUMENT_ID_WORD] = event.instrumentId ?? 0;
  writeU64(words, at + EVENT_SEQUENCE_WORD, sequence);
  writeU64(words, at + EVENT_TIME_MICROS_WORD, START_MICROS + sequence);
  words[at + EVENT_ACCOUNT_ID_WORD] = event.accountId ?? 0;
  writeU64(words, at + EVENT_ORDER_ID_WORD, event.orderId ?? 0);
  if (event.clOrdId) encodeClOrdId(event.clOrdId, bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
  words[at + EVENT_PRICE_TICKS_WORD] = event.priceTicks ?? 0;
  words[at + EVENT_SIDE_WORD] = event.orderCodes ?? ORDINARY_CODES;
  writeU64(words, at + EVENT_ORDER_QTY_LOTS_WORD, event.orderQtyLots ?? 0);
  writeU64(words, at + EVENT_CUM_QTY_LOTS_WORD, event.cumQtyLots ?? 0);
  writeU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD, event.leavesQtyLots ?? 0);
  writeU64(words, at + EVENT_LAST_QTY_LOTS_WORD, event.lastQtyLots ?? 0);
  words[at + EVENT_LAST_PX_TICKS_WORD] = event.lastPxTicks ?? 0;
  words[at + EVENT_REASON_WORD] = (event.reason ?? 0) | ((event.flags ?? 0) << 16);
  writeU64(words, at + EVENT_TRADE_ID_WORD, event.tradeId ?? 0);
}

/** Adds the batches and flushes them in one transaction. */
export async function writeBatches(
  writer: HistoryWriter,
  batches: readonly Int32Array[],
): Promise<number> {
  for (const words of batches) writer.add(words, 0, words.length);
  return writer.flush();
}

type OpenOrder = { -readonly [Field in keyof TestEvent]-?: TestEvent[Field] };

const ACCOUNTS = 40;
const INSTRUMENTS = 5;
/** Orders that may rest: enough that changes reach far back in the orders table. */
const RESTING_MAX = 20_000;

/** A market without a book: random orders enter, meet a random resting one, are canceled. */
export class RandomMarket {
  readonly #random: Prng;
  readonly #resting: OpenOrder[] = [];
  #sequence = 0;
  #lastOrderId = 0;
  #lastTradeId = 0;

  constructor(seed: number) {
    this.#random = new Prng(seed);
  }

  /** The batches of the next commands, about 1.5 events each. */
  batches(count: number): Int32Array[] {
    return Array.from({ length: count }, () => this.nextBatch());
  }

  nextBatch(): Int32Array {
    this.#sequence++;
    const choice = this.#random.nextBelow(100);
    if (choice < 3) return this.#refused();
    if (choice < 30 && this.#resting.length > 0) return this.#canceled();
    if (choice < 50 && this.#resting.length > 0) return this.#traded();
    return this.#rested();
  }

  #refused(): Int32Array {
    const order = this.#newOrder(TIF_GTC);
    const reason = REASON_QTY_OUT_OF_RANGE;
    const refusal = { ...order, kind: EVENT_REJECTED, orderId: 0, leavesQtyLots: 0, reason };
    return batchOf(this.#sequence, [refusal]);
  }

  #rested(): Int32Array {
    const order = this.#newOrder(TIF_GTC);
    if (this.#resting.length < RESTING_MAX) this.#resting.push(order);
    return batchOf(this.#sequence, [{ ...order, flags: FLAG_ON_BOOK }]);
  }

  #canceled(): Int32Array {
    const order = this.#takeResting();
    const canceled = {
      ...order,
      kind: EVENT_CANCELED,
      lastQtyLots: order.leavesQtyLots,
      leavesQtyLots: 0,
      flags: FLAG_ON_BOOK,
      reason: REASON_REQUESTED,
    };
    return batchOf(this.#sequence, [canceled]);
  }

  /** An immediate-or-cancel order takes some of a resting one; what is left of it is canceled. */
  #traded(): Int32Array {
    const taker = this.#newOrder(TIF_IOC);
    const maker = this.#takeResting();
    const lastQtyLots = Math.min(taker.leavesQtyLots, maker.leavesQtyLots);
    const accepted = { ...taker };
    const trade = {
      kind: EVENT_TRADED,
      lastQtyLots,
      lastPxTicks: maker.priceTicks,
      tradeId: ++this.#lastTradeId,
    };
    fill(maker, lastQtyLots);
    fill(taker, lastQtyLots);
    const events: TestEvent[] = [
      accepted,
      { ...maker, ...trade, flags: FLAG_ON_BOOK },
      { ...taker, ...trade, flags: FLAG_AGGRESSOR },
    ];
    if (maker.leavesQtyLots > 0) this.#resting.push(maker);
    if (taker.leavesQtyLots > 0) {
      const reason = REASON_IOC_REMAINDER;
      const left = taker.leavesQtyLots;
      events.push({ ...taker, kind: EVENT_CANCELED, lastQtyLots: left, leavesQtyLots: 0, reason });
    }
    return batchOf(this.#sequence, events);
  }

  #newOrder(timeInForce: number): OpenOrder {
    const random = this.#random;
    const orderQtyLots = random.nextBetween(1, 100);
    const side = random.nextBelow(2) === 0 ? SIDE_BUY : SIDE_SELL;
    const orderId = ++this.#lastOrderId;
    return {
      kind: EVENT_ACCEPTED,
      accountId: random.nextBetween(1, ACCOUNTS),
      instrumentId: random.nextBetween(1, INSTRUMENTS),
      orderId,
      clOrdId: orderId % 4 === 0 ? uuidOf(orderId) : `order-${orderId}`,
      priceTicks: random.nextBetween(-50, 50),
      orderCodes: packOrderCodes(side, ORD_TYPE_LIMIT, timeInForce, 0),
      orderQtyLots,
      cumQtyLots: 0,
      leavesQtyLots: orderQtyLots,
      lastQtyLots: 0,
      lastPxTicks: 0,
      reason: 0,
      flags: 0,
      tradeId: 0,
    };
  }

  #takeResting(): OpenOrder {
    const resting = this.#resting;
    const index = this.#random.nextBelow(resting.length);
    const order = resting[index];
    const newest = resting.pop() as OpenOrder;
    if (index < resting.length) resting[index] = newest;
    return order;
  }
}

function fill(order: OpenOrder, lastQtyLots: number): void {
  order.cumQtyLots += lastQtyLots;
  order.leavesQtyLots -= lastQtyLots;
}

function uuidOf(orderId: number): string {
  return `00000000-0000-4000-8000-${orderId.toString(16).padStart(12, "0")}`;
}
