// The history in memory, for tests of what a gateway makes of it: the slow twin of src/store.

import { readU64 } from "../base/record-buffer.ts";
import { clOrdIdKey, decodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CL_ORD_ID_WORD,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_DISPLAYED,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_PX_TICKS_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REJECTED,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TERMS,
  EVENT_TIME_MICROS_WORD,
  EVENT_TRADE_BUSTED,
  EVENT_TRADE_ID_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventIndexOf,
  eventKindOf,
  isAccountKind,
  isTradeChange,
  reasonOf,
} from "../codec/event.ts";
import type {
  HistoryExecuted,
  HistoryExecutedQuery,
  HistoryExecution,
  HistoryExecutionsQuery,
  HistoryOrder,
  HistoryOrdersQuery,
  HistoryPage,
  HistoryQueries,
} from "../model/history.ts";
import { ORD_STATUS_REJECTED, ordStatusOf } from "../model/ord-status.ts";
import { execInstOf, ordTypeOf, sideOf, timeInForceOf } from "../model/order-codes.ts";
import type { Venue } from "../model/venue.ts";

type Owned<Row> = Row & { readonly accountId: number };

export class HistoryForTest implements HistoryQueries {
  /** Set to make every question fail, as when the store is down. */
  failure: Error | undefined;
  /** Questions so far. */
  askedCount = 0;
  /** While true nothing new arrives: a history that is behind. */
  #isHeld = false;
  #held: Int32Array[] = [];
  #sequence = 0;
  /** In the order of their entry, and where each is there. */
  readonly #orders: Owned<HistoryOrder>[] = [];
  readonly #places = new Map<number, number>();
  readonly #executions: Owned<HistoryExecution>[] = [];

  constructor(venue: Venue) {
    this.#sequence = venue.health().durableSequence;
    venue.subscribe((words, start, end) => {
      const batch = words.slice(start, end);
      if (this.#isHeld) this.#held.push(batch);
      else this.#take(batch);
    });
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    for (const batch of this.#held.splice(0)) this.#take(batch);
  }

  async orders(query: HistoryOrdersQuery): Promise<HistoryPage<HistoryOrder>> {
    return this.#page(this.#orders, query, (row) => isBefore(row, query));
  }

  async executions(query: HistoryExecutionsQuery): Promise<HistoryPage<HistoryExecution>> {
    const { orderId, tradesOnly = false } = query;
    const isTold = ({ eventKind }: HistoryExecution) =>
      tradesOnly ? eventKind === EVENT_TRADED : eventKind !== EVENT_DISPLAYED;
    return this.#page(
      this.#executions,
      query,
      (row) => isBefore(row, query) && isTold(row) && (orderId === 0 || row.orderId === orderId),
    );
  }

  async executedOf(query: HistoryExecutedQuery): Promise<HistoryPage<HistoryExecuted>> {
    const { accountId, orderId } = query;
    const all = { ...query, beforeSequence: query.beforeSequence, instrumentId: 0 };
    const { rows, sequence } = this.#page(
      this.#executions,
      { accountId, instrumentId: 0, rowsMax: Number.MAX_SAFE_INTEGER },
      (row) => isBefore(row, { ...all, rowsMax: 0 }) && row.orderId === orderId && row.tradeId > 0,
    );
    const trades = rows.filter(({ eventKind }) => eventKind === EVENT_TRADED);
    const counted = trades
      .map(({ tradeId }) => rows.find((row) => row.tradeId === tradeId))
      .filter((last) => last !== undefined && last.eventKind !== EVENT_TRADE_BUSTED)
      .map((last) => last as HistoryExecution);
    const executed = {
      cumQtyLots: trades.reduce((sum, { lastQtyLots }) => sum + lastQtyLots, 0),
      countedQtyLots: counted.reduce((sum, { lastQtyLots }) => sum + lastQtyLots, 0),
      valueTickLots: counted.reduce(
        (sum, { lastQtyLots, lastPxTicks }) => sum + BigInt(lastQtyLots) * BigInt(lastPxTicks),
        0n,
      ),
    };
    return { rows: [executed], sequence };
  }

  async orderById(accountId: number, orderId: number): Promise<HistoryPage<HistoryOrder>> {
    return this.#one(accountId, (row) => row.orderId === orderId);
  }

  async orderByClOrdId(accountId: number, clOrdId: string): Promise<HistoryPage<HistoryOrder>> {
    const fits = (row: HistoryOrder) => clOrdIdKey(row.clOrdId) === clOrdId;
    const entered = this.#one(accountId, (row) => fits(row) && row.orderId !== 0);
    return entered.rows.length === 0 ? this.#one(accountId, fits) : entered;
  }

  #one(accountId: number, fits: (row: HistoryOrder) => boolean): HistoryPage<HistoryOrder> {
    const query = { accountId, instrumentId: 0, rowsMax: 1 };
    return this.#page(this.#orders, query, fits);
  }

  #page<Row extends { readonly instrumentId: number }>(
    rows: readonly Owned<Row>[],
    query: Omit<HistoryOrdersQuery, "beforeSequence" | "beforeIndex">,
    fits: (row: Row) => boolean,
  ): HistoryPage<Row> {
    this.askedCount++;
    if (this.failure !== undefined) throw this.failure;
    const { accountId, instrumentId, rowsMax } = query;
    const found = rows
      .filter((row) => row.accountId === accountId && fits(row))
      .filter((row) => instrumentId === 0 || row.instrumentId === instrumentId);
    return { rows: found.reverse().slice(0, rowsMax), sequence: this.#sequence };
  }

  #take(words: Int32Array): void {
    const bytes = new Uint8Array(words.buffer);
    for (let at = 0; at < words.length - EVENT_WORDS; at += EVENT_WORDS) {
      const kind = eventKindOf(words, at);
      if (kind === EVENT_TERMS || (isAccountKind(kind) && !isTradeChange(kind))) continue;
      if (sideOf(words[at + EVENT_SIDE_WORD]) !== 0) this.#takeEvent(words, bytes, at);
    }
    this.#sequence = readU64(words, words.length - EVENT_WORDS + EVENT_SEQUENCE_WORD);
  }

  #takeEvent(words: Int32Array, bytes: Uint8Array, at: number): void {
    const eventKind = eventKindOf(words, at);
    const codes = words[at + EVENT_SIDE_WORD];
    const shared = {
      accountId: words[at + EVENT_ACCOUNT_ID_WORD],
      sequence: readU64(words, at + EVENT_SEQUENCE_WORD),
      timeMicros: readU64(words, at + EVENT_TIME_MICROS_WORD),
      instrumentId: words[at + EVENT_INSTRUMENT_ID_WORD],
      orderId: readU64(words, at + EVENT_ORDER_ID_WORD),
      clOrdId: decodeClOrdId(bytes, (at + EVENT_CL_ORD_ID_WORD) * 4),
      side: sideOf(codes),
      cumQtyLots: readU64(words, at + EVENT_CUM_QTY_LOTS_WORD),
      leavesQtyLots: readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD),
      reason: reasonOf(words, at),
    };
    this.#executions.push({
      ...shared,
      index: eventIndexOf(words, at),
      eventKind,
      lastPxTicks: words[at + EVENT_LAST_PX_TICKS_WORD],
      lastQtyLots: readU64(words, at + EVENT_LAST_QTY_LOTS_WORD),
      tradeId: readU64(words, at + EVENT_TRADE_ID_WORD),
    });
    if (isTradeChange(eventKind) || eventKind === EVENT_DISPLAYED) return; // It is as it was.
    const place = this.#places.get(shared.orderId) ?? this.#orders.length;
    const earlier = place === this.#orders.length ? undefined : this.#orders[place];
    if (shared.orderId !== 0) this.#places.set(shared.orderId, place);
    const isRejected = eventKind === EVENT_REJECTED;
    this.#orders[place] = {
      ...shared,
      sequence: earlier?.sequence ?? shared.sequence,
      index: earlier?.index ?? eventIndexOf(words, at),
      timeMicros: earlier?.timeMicros ?? shared.timeMicros,
      lastSequence: shared.sequence,
      lastTimeMicros: shared.timeMicros,
      ordType: ordTypeOf(codes),
      timeInForce: timeInForceOf(codes),
      execInst: execInstOf(codes),
      priceTicks: words[at + EVENT_PRICE_TICKS_WORD],
      orderQtyLots: readU64(words, at + EVENT_ORDER_QTY_LOTS_WORD),
      ordStatus: isRejected
        ? ORD_STATUS_REJECTED
        : ordStatusOf(shared.cumQtyLots, shared.leavesQtyLots, eventKind !== EVENT_TRADED),
    };
  }
}

function isBefore(
  { sequence, index }: { readonly sequence: number; readonly index: number },
  { beforeSequence, beforeIndex }: HistoryOrdersQuery,
): boolean {
  return sequence < beforeSequence || (sequence === beforeSequence && index < beforeIndex);
}
