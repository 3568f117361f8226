// hot path
// What the rulebook says about entering, canceling and amending orders, one command at a time.
// Every check comes before any effect: a refusal leaves everything as it was.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_CL_ORD_ID_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_JOINS_TAIL,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  CANCEL_ALL_SIDE_WORD,
  CANCEL_CL_ORD_ID_WORD,
  CANCEL_ORDER_ID_WORD,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_AMEND,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_NEW,
  COMMAND_SESSION_ID_WORD,
  commandKindOf,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../codec/command.ts";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_REJECTED,
  FLAG_KEPT_PLACE,
  FLAG_ON_BOOK,
} from "../codec/event.ts";
import { EXEC_INST_KNOWN } from "../model/exec-inst.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET } from "../model/ord-type.ts";
import { execInstOf, isPostOnly, ordTypeOf, sideOf, timeInForceOf } from "../model/order-codes.ts";
import {
  REASON_ACCOUNTS_FULL,
  REASON_BELOW_EXECUTED,
  REASON_BOOK_FULL,
  REASON_CL_ORD_ID_MISSING,
  REASON_DUPLICATE_CL_ORD_ID,
  REASON_FOK_UNFILLABLE,
  REASON_IOC_REMAINDER,
  REASON_NO_LIQUIDITY,
  REASON_NONE,
  REASON_NOTHING_TO_AMEND,
  REASON_POST_ONLY_WOULD_TRADE,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
  REASON_REQUESTED,
  REASON_UNKNOWN_INSTRUMENT,
  REASON_UNKNOWN_ORDER,
  REASON_UNSUPPORTED_ORDER,
} from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import type { EngineTables, ExecutionReports } from "./execution-reports.ts";
import { IncomingOrder } from "./incoming-order.ts";

/**
 * A level's quantity is a sum in a double, exact to 2^53. Orders up to 2^32 lots, 2^20 of them at
 * most, cannot pass 2^52; a larger one may rest only where its level stays within the other 2^52.
 */
const LARGE_QTY_LOTS = 4_294_967_296;
const LARGE_LEVEL_QTY_LOTS_MAX = 4_503_599_627_370_496;

export class OrderEntry {
  readonly #tables: EngineTables;
  readonly #reports: ExecutionReports;
  readonly #incoming = new IncomingOrder();
  lastOrderId = 0;
  lastTradeId = 0;

  constructor(tables: EngineTables, reports: ExecutionReports) {
    this.#tables = tables;
    this.#reports = reports;
  }

  /** A new order: `words[at]` starts the command. */
  enter(words: Int32Array, at: number): void {
    const incoming = this.#readNew(words, at);
    const reason = this.#reasonToReject(incoming);
    if (reason !== REASON_NONE) {
      incoming.leavesQtyLots = 0;
      const report = this.#reports.ofIncoming(EVENT_REJECTED, incoming, 0, reason);
      this.#reports.setCommandKind(report, COMMAND_NEW);
      return;
    }

    incoming.orderId = ++this.lastOrderId;
    const { clOrdIds } = this.#tables;
    incoming.clOrdRow = clOrdIds.add(incoming.accountRow, incoming.idWords, incoming.idAt);
    if (this.#crosses(incoming)) {
      this.#reports.ofIncoming(EVENT_ACCEPTED, incoming, 0, 0);
      this.#trade(incoming);
      this.#settleRemainder(incoming);
    } else if (mayRest(incoming.orderCodes)) {
      this.#reports.ofIncoming(EVENT_ACCEPTED, incoming, FLAG_ON_BOOK, 0);
      this.#rest(incoming);
    } else {
      this.#reports.ofIncoming(EVENT_ACCEPTED, incoming, 0, 0);
      this.#settleRemainder(incoming);
    }
  }

  cancel(words: Int32Array, at: number): void {
    const slot = this.#findOrder(words, at, CANCEL_CL_ORD_ID_WORD, CANCEL_ORDER_ID_WORD);
    if (slot === NONE) {
      this.#refuseUnknown(EVENT_CANCEL_REJECTED, words, at, CANCEL_ORDER_ID_WORD);
      return;
    }
    const { books, columns } = this.#tables;
    const reduceByLots = readU64(words, at + CANCEL_REDUCE_BY_LOTS_WORD);
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    if (reduceByLots === 0 || reduceByLots >= leavesQtyLots) {
      this.#endResting(slot, REASON_REQUESTED);
      return;
    }
    const keptLots = leavesQtyLots - reduceByLots;
    columns.setOrderQtyLots(slot, columns.orderQtyLotsOf(slot) - reduceByLots);
    books.reduceTo(slot, keptLots);
    const flags = FLAG_ON_BOOK;
    const report = this.#reports.ofResting(EVENT_CANCELED, slot, keptLots, flags, REASON_REQUESTED);
    this.#reports.setLastQty(report, reduceByLots);
  }

  /** Every resting order of the account that matches, newest first. Returns how many. */
  cancelAll(words: Int32Array, at: number): number {
    const { accounts, books, columns, instruments } = this.#tables;
    const accountRow = accounts.find(words[at + COMMAND_ACCOUNT_ID_WORD]);
    if (accountRow === NONE) return 0;
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    const book = instrumentId === 0 ? NONE : instruments.find(instrumentId);
    if (instrumentId !== 0 && book === NONE) return 0;
    const side = words[at + CANCEL_ALL_SIDE_WORD] & 0xff;

    let canceledCount = 0;
    let slot = accounts.firstOrderOf(accountRow);
    while (slot !== NONE) {
      const next = columns.nextOfAccount(slot);
      const wanted =
        (book === NONE || books.bookOf(slot) === book) &&
        (side === 0 || sideOf(books.orderCodesOf(slot)) === side);
      if (wanted) {
        this.#endResting(slot, REASON_REQUESTED);
        canceledCount++;
      }
      slot = next;
    }
    return canceledCount;
  }

  amend(words: Int32Array, at: number): void {
    const slot = this.#findOrder(words, at, AMEND_CL_ORD_ID_WORD, AMEND_ORDER_ID_WORD);
    if (slot === NONE) {
      this.#refuseUnknown(EVENT_AMEND_REJECTED, words, at, AMEND_ORDER_ID_WORD);
      return;
    }
    const { books, columns } = this.#tables;
    const flags = words[at + AMEND_AMEND_FLAGS_WORD] & 0xff;
    const executedLots = columns.orderQtyLotsOf(slot) - books.leavesQtyLotsOf(slot);
    const orderQtyLots = this.#amendedTotal(words, at, slot, executedLots);
    const priceTicks =
      (flags & AMEND_HAS_PRICE) !== 0
        ? words[at + AMEND_PRICE_TICKS_WORD]
        : books.priceTicksOf(slot);

    if (orderQtyLots <= executedLots) {
      this.#endResting(slot, REASON_BELOW_EXECUTED);
      return;
    }
    const reason = this.#reasonToRefuseAmend(words, at, slot, priceTicks, orderQtyLots);
    if (reason !== REASON_NONE) {
      const leavesQtyLots = books.leavesQtyLotsOf(slot);
      const report = this.#reports.ofResting(EVENT_AMEND_REJECTED, slot, leavesQtyLots, 0, reason);
      this.#reports.setCommandKind(report, COMMAND_AMEND);
      return;
    }
    this.#renameOrder(words, at, slot);
    const keepsPlace =
      (flags & AMEND_JOINS_TAIL) === 0 &&
      priceTicks === books.priceTicksOf(slot) &&
      orderQtyLots <= columns.orderQtyLotsOf(slot);
    if (keepsPlace) this.#amendInPlace(slot, orderQtyLots, executedLots);
    else this.#reenter(slot, priceTicks, orderQtyLots, executedLots);
  }

  /** The book found a match: both reports, before either order changes. */
  onMatch(makerSlot: number, lastPxTicks: number, lastQtyLots: number): void {
    const { clOrdIds, columns, books } = this.#tables;
    const tradeId = ++this.lastTradeId;
    this.#reports.ofTrade(this.#incoming, makerSlot, lastPxTicks, lastQtyLots, tradeId);
    if (books.leavesQtyLotsOf(makerSlot) === lastQtyLots) {
      columns.unlink(makerSlot);
      clOrdIds.close(columns.clOrdRowOf(makerSlot));
    }
  }

  #readNew(words: Int32Array, at: number): IncomingOrder {
    const incoming = this.#incoming;
    const accountId = words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0;
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    incoming.instrumentId = instrumentId;
    incoming.book = this.#tables.instruments.find(instrumentId);
    incoming.accountId = accountId;
    incoming.sessionId = words[at + COMMAND_SESSION_ID_WORD];
    incoming.orderId = 0;
    incoming.clOrdRow = NONE;
    incoming.idWords = words;
    incoming.idAt = at + NEW_CL_ORD_ID_WORD;
    incoming.orderCodes = words[at + NEW_SIDE_WORD];
    const isMarket = ordTypeOf(incoming.orderCodes) === ORD_TYPE_MARKET;
    incoming.priceTicks = isMarket ? 0 : words[at + NEW_PRICE_TICKS_WORD];
    incoming.orderQtyLots = readU64(words, at + NEW_ORDER_QTY_LOTS_WORD);
    incoming.cumQtyLots = 0;
    incoming.leavesQtyLots = incoming.orderQtyLots;
    return incoming;
  }

  #reasonToReject(incoming: IncomingOrder): number {
    const { accounts, books, clOrdIds, instruments } = this.#tables;
    const { book, orderCodes, priceTicks, orderQtyLots } = incoming;
    if (book === NONE) return REASON_UNKNOWN_INSTRUMENT;
    if (!isKnownCombination(orderCodes)) return REASON_UNSUPPORTED_ORDER;
    if (!hasClOrdId(incoming.idWords, incoming.idAt)) return REASON_CL_ORD_ID_MISSING;
    const isLimit = ordTypeOf(orderCodes) === ORD_TYPE_LIMIT;
    if (!instruments.takesQty(book, orderQtyLots)) return REASON_QTY_OUT_OF_RANGE;
    if (isLimit && !instruments.takesPrice(book, priceTicks)) return REASON_PRICE_OUT_OF_RANGE;

    incoming.accountRow = accounts.findOrAdd(incoming.accountId);
    if (incoming.accountRow === NONE) return REASON_ACCOUNTS_FULL;
    if (clOrdIds.find(incoming.accountRow, incoming.idWords, incoming.idAt) !== NONE) {
      return REASON_DUPLICATE_CL_ORD_ID;
    }
    if (isPostOnly(orderCodes) && this.#crosses(incoming)) {
      return REASON_POST_ONLY_WOULD_TRADE;
    }
    if (timeInForceOf(orderCodes) === TIF_FOK && !this.#canFill(incoming)) {
      return REASON_FOK_UNFILLABLE;
    }
    if (!mayRest(orderCodes)) return REASON_NONE;
    const wouldOverflow = this.#overflowsLevel(book, orderCodes, priceTicks, orderQtyLots, 0);
    if (wouldOverflow || (books.isFull() && !this.#canFill(incoming))) return REASON_BOOK_FULL;
    return REASON_NONE;
  }

  /**
   * Whether this open quantity, `leavingLots` of which stand there now, is too much for its level.
   */
  #overflowsLevel(
    book: number,
    orderCodes: number,
    priceTicks: number,
    openLots: number,
    leavingLots: number,
  ): boolean {
    if (openLots <= LARGE_QTY_LOTS) return false;
    const { books } = this.#tables;
    const level = books.levelAt(book, sideOf(orderCodes), priceTicks);
    const otherLots = level === NONE ? 0 : books.levelQtyLots(level) - leavingLots;
    return otherLots + openLots > LARGE_LEVEL_QTY_LOTS_MAX;
  }

  #crosses(incoming: IncomingOrder): boolean {
    const { book, orderCodes, priceTicks } = incoming;
    const side = sideOf(orderCodes);
    return ordTypeOf(orderCodes) === ORD_TYPE_MARKET
      ? this.#tables.books.hasOpposite(book, side)
      : this.#tables.books.crosses(book, side, priceTicks);
  }

  #canFill(incoming: IncomingOrder): boolean {
    const { book, orderCodes, priceTicks, leavesQtyLots } = incoming;
    const side = sideOf(orderCodes);
    return ordTypeOf(orderCodes) === ORD_TYPE_MARKET
      ? this.#tables.books.canFillAtAnyPrice(book, side, leavesQtyLots)
      : this.#tables.books.canFill(book, side, priceTicks, leavesQtyLots);
  }

  /** Trades the incoming order as far as it goes; onMatch() keeps its quantities. */
  #trade(incoming: IncomingOrder): void {
    const { book, orderCodes, priceTicks, leavesQtyLots } = incoming;
    const side = sideOf(orderCodes);
    const leftLots =
      ordTypeOf(orderCodes) === ORD_TYPE_MARKET
        ? this.#tables.books.matchAtAnyPrice(book, side, leavesQtyLots)
        : this.#tables.books.match(book, side, priceTicks, leavesQtyLots);
    assert(leftLots === incoming.leavesQtyLots, "the reports and the book agree on what is left");
  }

  /** What is left after trading rests or ends, as type and lifetime say. */
  #settleRemainder(incoming: IncomingOrder): void {
    const { clOrdIds } = this.#tables;
    if (incoming.leavesQtyLots === 0) {
      clOrdIds.close(incoming.clOrdRow);
      return;
    }
    if (mayRest(incoming.orderCodes)) {
      this.#reports.ofIncoming(EVENT_BOOKED, incoming, FLAG_ON_BOOK, 0);
      this.#rest(incoming);
      return;
    }
    const canceledLots = incoming.leavesQtyLots;
    incoming.leavesQtyLots = 0;
    const isMarket = ordTypeOf(incoming.orderCodes) === ORD_TYPE_MARKET;
    const reason = isMarket ? REASON_NO_LIQUIDITY : REASON_IOC_REMAINDER;
    const report = this.#reports.ofIncoming(EVENT_CANCELED, incoming, 0, reason);
    this.#reports.setLastQty(report, canceledLots);
    clOrdIds.close(incoming.clOrdRow);
  }

  #rest(incoming: IncomingOrder): void {
    const { books, columns, clOrdIds } = this.#tables;
    const slot = books.rest(
      incoming.book,
      incoming.orderCodes,
      incoming.priceTicks,
      incoming.leavesQtyLots,
      incoming.orderId,
    );
    clOrdIds.setSlot(incoming.clOrdRow, slot);
    columns.link(
      slot,
      incoming.accountRow,
      incoming.clOrdRow,
      incoming.sessionId,
      incoming.orderQtyLots,
    );
  }

  /**
   * The resting order named by client order id or, where that is empty, by order id; none when the
   * command names another instrument than the order's.
   */
  #findOrder(words: Int32Array, at: number, clOrdIdWord: number, orderIdWord: number): number {
    const { accounts } = this.#tables;
    const accountRow = accounts.find(words[at + COMMAND_ACCOUNT_ID_WORD]);
    if (accountRow === NONE) return NONE;
    const slot = hasClOrdId(words, at + clOrdIdWord)
      ? this.#findByClOrdId(accountRow, words, at + clOrdIdWord)
      : this.#findByOrderId(accountRow, readU64(words, at + orderIdWord));
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    return slot === NONE || instrumentId === 0 || this.#isOf(slot, instrumentId) ? slot : NONE;
  }

  #findByClOrdId(accountRow: number, words: Int32Array, idAt: number): number {
    const { clOrdIds } = this.#tables;
    const row = clOrdIds.find(accountRow, words, idAt);
    return row === NONE ? NONE : clOrdIds.slotOf(row);
  }

  #findByOrderId(accountRow: number, orderId: number): number {
    const { books, columns } = this.#tables;
    const slot = books.find(orderId);
    return slot !== NONE && columns.accountRowOf(slot) === accountRow ? slot : NONE;
  }

  #isOf(slot: number, instrumentId: number): boolean {
    const { books, instruments } = this.#tables;
    return instruments.instrumentIdOf(books.bookOf(slot)) === instrumentId;
  }

  #refuseUnknown(kind: number, words: Int32Array, at: number, orderIdWord: number): void {
    const incoming = this.#readNew(words, at);
    incoming.orderId = readU64(words, at + orderIdWord);
    incoming.orderCodes = 0;
    incoming.priceTicks = 0;
    incoming.orderQtyLots = 0;
    incoming.leavesQtyLots = 0;
    const report = this.#reports.ofIncoming(kind, incoming, 0, REASON_UNKNOWN_ORDER);
    this.#reports.setCommandKind(report, commandKindOf(words, at));
  }

  #endResting(slot: number, reason: number): void {
    const { books, clOrdIds, columns } = this.#tables;
    const report = this.#reports.ofResting(EVENT_CANCELED, slot, 0, FLAG_ON_BOOK, reason);
    this.#reports.setLastQty(report, books.leavesQtyLotsOf(slot));
    columns.unlink(slot);
    clOrdIds.close(columns.clOrdRowOf(slot));
    books.remove(slot);
  }

  /** The new total quantity that an amend asks for; a total at or below `executedLots` ends it. */
  #amendedTotal(words: Int32Array, at: number, slot: number, executedLots: number): number {
    const flags = words[at + AMEND_AMEND_FLAGS_WORD];
    if ((flags & AMEND_HAS_QTY) === 0) return this.#tables.columns.orderQtyLotsOf(slot);
    const qtyLots = readU64(words, at + AMEND_ORDER_QTY_LOTS_WORD);
    return (flags & AMEND_QTY_IS_LEAVES) !== 0 ? executedLots + qtyLots : qtyLots;
  }

  #reasonToRefuseAmend(
    words: Int32Array,
    at: number,
    slot: number,
    priceTicks: number,
    orderQtyLots: number,
  ): number {
    const { books, clOrdIds, columns, instruments } = this.#tables;
    const flags = words[at + AMEND_AMEND_FLAGS_WORD];
    const renames = hasClOrdId(words, at + AMEND_NEW_CL_ORD_ID_WORD);
    const book = books.bookOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    if ((flags & (AMEND_HAS_PRICE | AMEND_HAS_QTY)) === 0 && !renames) {
      return REASON_NOTHING_TO_AMEND;
    }
    const changesQty = (flags & AMEND_HAS_QTY) !== 0; // A reduced order may be below the minimum.
    if (changesQty && !instruments.takesQty(book, orderQtyLots)) return REASON_QTY_OUT_OF_RANGE;
    if (!instruments.takesPrice(book, priceTicks)) return REASON_PRICE_OUT_OF_RANGE;
    const accountRow = columns.accountRowOf(slot);
    if (renames && clOrdIds.find(accountRow, words, at + AMEND_NEW_CL_ORD_ID_WORD) !== NONE) {
      return REASON_DUPLICATE_CL_ORD_ID;
    }
    if (isPostOnly(orderCodes) && books.crosses(book, sideOf(orderCodes), priceTicks)) {
      return REASON_POST_ONLY_WOULD_TRADE;
    }
    return this.#hasRoomToAmend(slot, priceTicks, orderQtyLots) ? REASON_NONE : REASON_BOOK_FULL;
  }

  /** Whether the amended order can rest where it asks to, or trades whole. */
  #hasRoomToAmend(slot: number, priceTicks: number, orderQtyLots: number): boolean {
    const { books, columns } = this.#tables;
    const book = books.bookOf(slot);
    const orderCodes = books.orderCodesOf(slot);
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    const openLots = orderQtyLots - columns.orderQtyLotsOf(slot) + leavesQtyLots;
    const movesPrice = priceTicks !== books.priceTicksOf(slot);
    const leavingLots = movesPrice ? 0 : leavesQtyLots;
    if (this.#overflowsLevel(book, orderCodes, priceTicks, openLots, leavingLots)) return false;
    if (!movesPrice || books.hasLevelRoom()) return true;
    return books.canFill(book, sideOf(orderCodes), priceTicks, openLots);
  }

  #renameOrder(words: Int32Array, at: number, slot: number): void {
    if (!hasClOrdId(words, at + AMEND_NEW_CL_ORD_ID_WORD)) return;
    const { clOrdIds, columns } = this.#tables;
    const oldRow = columns.clOrdRowOf(slot);
    const accountRow = columns.accountRowOf(slot);
    const newRow = clOrdIds.add(accountRow, words, at + AMEND_NEW_CL_ORD_ID_WORD);
    clOrdIds.setSlot(newRow, slot);
    columns.setClOrdRow(slot, newRow);
    clOrdIds.close(oldRow);
  }

  #amendInPlace(slot: number, orderQtyLots: number, executedLots: number): void {
    const { books, columns } = this.#tables;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    columns.setOrderQtyLots(slot, orderQtyLots);
    books.reduceTo(slot, orderQtyLots - executedLots);
    const flags = FLAG_ON_BOOK | FLAG_KEPT_PLACE;
    const leavesQtyLots = orderQtyLots - executedLots;
    const report = this.#reports.ofResting(EVENT_AMENDED, slot, leavesQtyLots, flags, 0);
    this.#reports.setLastQty(report, openBeforeLots);
    this.#reports.setLastPx(report, books.priceTicksOf(slot));
  }

  /** An amend that loses its place: at the tail of its new level, or trading at once. */
  #reenter(slot: number, priceTicks: number, orderQtyLots: number, executedLots: number): void {
    const { books, columns } = this.#tables;
    const openBeforeLots = books.leavesQtyLotsOf(slot);
    const priceBeforeTicks = books.priceTicksOf(slot);
    const incoming = this.#liftResting(slot, priceTicks, orderQtyLots, executedLots);
    const crosses = this.#crosses(incoming);
    const flags = crosses ? 0 : FLAG_ON_BOOK;
    const report = this.#reports.ofIncoming(EVENT_AMENDED, incoming, flags, 0);
    this.#reports.setLastQty(report, openBeforeLots);
    this.#reports.setLastPx(report, priceBeforeTicks);
    if (!crosses) {
      columns.setOrderQtyLots(slot, orderQtyLots);
      books.requeue(slot, priceTicks, incoming.leavesQtyLots);
      return;
    }
    columns.unlink(slot);
    this.#tables.clOrdIds.setSlot(incoming.clOrdRow, NONE);
    books.remove(slot);
    this.#trade(incoming);
    this.#settleRemainder(incoming);
  }

  /** Describes a resting order as the incoming one it becomes; the order itself stays for now. */
  #liftResting(
    slot: number,
    priceTicks: number,
    orderQtyLots: number,
    executedLots: number,
  ): IncomingOrder {
    const { accounts, books, clOrdIds, columns, instruments } = this.#tables;
    const incoming = this.#incoming;
    incoming.book = books.bookOf(slot);
    incoming.instrumentId = instruments.instrumentIdOf(incoming.book);
    incoming.accountRow = columns.accountRowOf(slot);
    incoming.accountId = accounts.accountIdOf(incoming.accountRow);
    incoming.sessionId = columns.sessionIdOf(slot);
    incoming.orderId = books.orderIdOf(slot);
    incoming.clOrdRow = columns.clOrdRowOf(slot);
    incoming.idWords = clOrdIds.rows;
    incoming.idAt = clOrdIds.idWordOf(incoming.clOrdRow);
    incoming.orderCodes = books.orderCodesOf(slot);
    incoming.priceTicks = priceTicks;
    incoming.orderQtyLots = orderQtyLots;
    incoming.cumQtyLots = executedLots;
    incoming.leavesQtyLots = orderQtyLots - executedLots;
    return incoming;
  }
}

function mayRest(orderCodes: number): boolean {
  return ordTypeOf(orderCodes) === ORD_TYPE_LIMIT && timeInForceOf(orderCodes) === TIF_GTC;
}

/** Whether side, type, lifetime and modifiers are known and make sense together. */
function isKnownCombination(orderCodes: number): boolean {
  const side = sideOf(orderCodes);
  const ordType = ordTypeOf(orderCodes);
  const timeInForce = timeInForceOf(orderCodes);
  const execInst = execInstOf(orderCodes);
  if (side !== SIDE_BUY && side !== SIDE_SELL) return false;
  if (ordType !== ORD_TYPE_LIMIT && ordType !== ORD_TYPE_MARKET) return false;
  if (timeInForce !== TIF_GTC && timeInForce !== TIF_IOC && timeInForce !== TIF_FOK) return false;
  if ((execInst & ~EXEC_INST_KNOWN) !== 0) return false;
  return !isPostOnly(orderCodes) || mayRest(orderCodes);
}
