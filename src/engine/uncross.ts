// What has gathered trades at one price: orders of better prices and market orders whole, at the
// price itself by time. Then what is left comes into sight, and what was entered for the call alone
// ends.

import { NONE } from "../base/none.ts";
import { MATCH_DONE } from "../book/books.ts";
import {
  LADDER_ASKS,
  LADDER_CALL,
  LADDER_CALL_MARKET,
  LADDER_PARKED,
  ladderOf,
} from "../book/ladder-kinds.ts";
import { EVENT_BOOKED } from "../codec/event.ts";
import { isForCalls, timeInForceOf } from "../model/order-codes.ts";
import { REASON_BOOK_FULL, REASON_EXPIRED, REASON_NONE } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_ATC } from "../model/time-in-force.ts";
import type { AccountRisk } from "./account-risk.ts";
import type { CallPrice } from "./call-price.ts";
import type { CallReports } from "./call-reports.ts";
import type { CallSelfTrades } from "./call-self-trades.ts";
import type { CallSides } from "./call-sides.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { ExecutionReports } from "./execution-reports.ts";
import type { Executions } from "./executions.ts";
import { callLadderOf } from "./gathering.ts";
import type { Guards } from "./guards.ts";
import { sliceLots } from "./iceberg-slice.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { overflowsLevel } from "./level-sums.ts";
import type { OrderIds } from "./order-ids.ts";
import type { OrderLists } from "./order-lists.ts";
import { OrderSet } from "./order-set.ts";
import { isAsleep } from "./order-sleep.ts";
import type { PriceBands } from "./price-bands.ts";
import type { ReduceOnlyCuts } from "./reduce-only-cuts.ts";
import { SoundCallPrice } from "./sound-call-price.ts";
import type { SpecialReports } from "./special-reports.ts";
import { isTransfer } from "./transfers.ts";
import type { WorkingOrders } from "./working-orders.ts";
import { YoungerInSight } from "./younger-in-sight.ts";

export type UncrossParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly ids: OrderIds;
  readonly reports: ExecutionReports;
  readonly special: SpecialReports;
  readonly executions: Executions;
  readonly working: WorkingOrders;
  readonly lists: OrderLists;
  readonly risk: AccountRisk;
  readonly guards: Guards;
  readonly bands: PriceBands;
  readonly cuts: ReduceOnlyCuts;
  readonly sides: CallSides;
  readonly price: CallPrice;
  readonly callReports: CallReports;
  readonly selfTrades: CallSelfTrades;
};

const SIDES = [SIDE_BUY, SIDE_SELL] as const;

export class Uncross {
  readonly #parts: UncrossParts;
  readonly #tables: EngineTables;
  readonly #joining: OrderSet;
  readonly #younger: YoungerInSight;
  readonly #price: SoundCallPrice;

  constructor(parts: UncrossParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#joining = new OrderSet(parts.tables.books);
    this.#younger = new YoungerInSight(parts);
    this.#price = new SoundCallPrice(parts);
  }

  /**
   * Once is enough, unless fills ended orders that counted (legs of a list, reduce-only ones): what
   * is still crossed then trades at a price of its own.
   */
  run(book: number): void {
    const { price } = this.#parts;
    this.#price.find(book);
    while (price.pairedLots > 0) {
      this.#pairAll(book, price.priceTicks);
      this.#price.find(book);
    }
    for (const side of SIDES) {
      this.#endMarketOrders(book, side);
      this.#show(book, side);
    }
  }

  /** At-the-close orders take their places in the closing call, in the order of their prices. */
  joinClosingCall(book: number): void {
    const { books } = this.#tables;
    this.#joining.clear();
    for (const side of SIDES) {
      let level = books.firstLevel(ladderOf(book, side) + LADDER_PARKED);
      for (; level !== NONE; level = books.nextLevel(level)) {
        for (let slot = books.firstInQueue(level); slot !== NONE; slot = books.nextInQueue(slot)) {
          const isForClose = timeInForceOf(books.orderCodesOf(slot)) === TIF_ATC;
          if (isForClose && !isAsleep(this.#tables, slot)) this.#joining.add(slot);
        }
      }
    }
    for (let i = 0; i < this.#joining.count; i++) {
      const slot = this.#joining.slotAt(i);
      if (slot !== NONE) this.#join(slot);
    }
  }

  #join(slot: number): void {
    const { books } = this.#tables;
    const { working } = this.#parts;
    const ladder = callLadderOf(books.bookOf(slot), books.orderCodesOf(slot));
    if (this.#hasRoom(slot, ladder)) {
      working.move(slot, ladder, books.priceTicksOf(slot), books.leavesQtyLotsOf(slot));
    } else {
      working.end(slot, REASON_BOOK_FULL);
    }
  }

  /** Whether the order can stand on this ladder at the price that it has. */
  #hasRoom(slot: number, ladder: number): boolean {
    const { books } = this.#tables;
    const lots = books.leavesQtyLotsOf(slot);
    return (
      books.hasLevelRoom() && !overflowsLevel(books, ladder, books.priceTicksOf(slot), lots, 0)
    );
  }

  #pairAll(book: number, priceTicks: number): void {
    const { books } = this.#tables;
    const { selfTrades, sides } = this.#parts;
    sides.beginPairs();
    for (;;) {
      const buy = sides.firstAt(book, SIDE_BUY, priceTicks);
      const sell = sides.firstAt(book, SIDE_SELL, priceTicks);
      if (buy === NONE || sell === NONE) return;
      const isBuyOlder = books.orderIdOf(buy) < books.orderIdOf(sell);
      const older = isBuyOlder ? buy : sell;
      const younger = isBuyOlder ? sell : buy;
      if (!selfTrades.prevents(older, younger)) {
        const lots = Math.min(books.shownLotsOf(older), books.shownLotsOf(younger));
        if (this.#mayPay(older, younger, priceTicks, lots)) {
          this.#trade(book, older, younger, priceTicks);
        }
      } else if (this.#mayHandOver(older, younger, priceTicks)) {
        selfTrades.prevent(older, younger, priceTicks);
      }
    }
  }

  /** Of two that are kept from trading: what is transferred is paid for like a trade. */
  #mayHandOver(older: number, younger: number, priceTicks: number): boolean {
    const { books } = this.#tables;
    if (!isTransfer(this.#tables, older, this.#parts.incoming)) return true;
    const lots = Math.min(books.leavesQtyLotsOf(older), books.leavesQtyLotsOf(younger));
    return this.#mayPay(older, younger, priceTicks, lots);
  }

  /** Whether both have the credit for this price; the first that has not ends. */
  #mayPay(older: number, younger: number, priceTicks: number, lots: number): boolean {
    const { risk, working } = this.#parts;
    if (!risk.isOn()) return true;
    let slot = older;
    let reason = risk.reasonToTradeAt(older, priceTicks, lots);
    if (reason === REASON_NONE) {
      slot = younger;
      reason = risk.reasonToTradeAt(younger, priceTicks, lots);
    }
    if (reason !== REASON_NONE) working.end(slot, reason);
    return reason === REASON_NONE;
  }

  /** The older of the two is the maker, as far as anything asks for one. */
  #trade(book: number, older: number, younger: number, priceTicks: number): void {
    const { books, columns, states } = this.#tables;
    const { bands, callReports, cuts, guards, ids, incoming, risk, working } = this.#parts;
    const lots = Math.min(books.shownLotsOf(older), books.shownLotsOf(younger));
    const tradeId = ++ids.lastTradeId;
    working.lift(younger, incoming);
    callReports.ofTrade(older, younger, priceTicks, lots, tradeId);
    states.onTrade(book, priceTicks);
    bands.onUncross(book, priceTicks);
    incoming.cumQtyLots += lots;
    incoming.leavesQtyLots -= lots;
    const olderRow = columns.accountRowOf(older);
    const youngerRow = incoming.accountRow;
    if (guards.watchesFills) guards.onFill(olderRow, youngerRow, book, priceTicks, lots);
    if (risk.isOn()) risk.onFill(older, incoming, priceTicks, lots, tradeId);
    const olderTerms = columns.termsRowOf(older);
    const olderQtyLots = columns.orderQtyLotsOf(older);
    const olderCumLots = olderQtyLots - books.leavesQtyLotsOf(older) + lots;
    const youngerTerms = incoming.termsRow;
    this.#fill(older, lots);
    const isYoungerFilled = this.#fill(younger, lots);
    if (incoming.isTracked) {
      if (isYoungerFilled) risk.onClose(incoming);
      else risk.onRest(incoming);
    }
    incoming.termsRow = NONE;
    this.#follow(book, olderTerms, olderCumLots, olderQtyLots);
    this.#follow(book, youngerTerms, incoming.cumQtyLots, incoming.orderQtyLots);
    if (!risk.isOn()) return;
    cuts.cut(olderRow, book);
    cuts.cut(youngerRow, book);
  }

  /** Takes the lots off an order; says whether that was all of it. */
  #fill(slot: number, lots: number): boolean {
    const { books } = this.#tables;
    const { executions, working } = this.#parts;
    const isFilled = books.leavesQtyLotsOf(slot) === lots;
    const showsSlice = books.isIceberg(slot) && books.ladderKindOf(slot) <= LADDER_ASKS;
    const nextSliceLots = showsSlice ? executions.useSlice(slot, lots, MATCH_DONE) : MATCH_DONE;
    if (isFilled) working.detachFilled(slot);
    books.takeOff(slot, lots, nextSliceLots);
    if (nextSliceLots > 0) working.noteAge(slot);
    return isFilled;
  }

  /** What its list makes of an order's fill. */
  #follow(book: number, termsRow: number, cumQtyLots: number, orderQtyLots: number): void {
    if (termsRow === NONE) return;
    const { lists, working } = this.#parts;
    lists.onFill(termsRow, cumQtyLots, orderQtyLots);
    if (cumQtyLots === orderQtyLots) working.closeTerms(termsRow, book);
  }

  #endMarketOrders(book: number, side: number): void {
    const { books } = this.#tables;
    const ladder = ladderOf(book, side) + LADDER_CALL_MARKET;
    let level = books.firstLevel(ladder);
    for (; level !== NONE; level = books.firstLevel(ladder)) {
      this.#parts.working.end(books.firstInQueue(level), REASON_EXPIRED);
    }
  }

  /** Limit orders that gathered come into sight, each before all that are younger at its price. */
  #show(book: number, side: number): void {
    const { books } = this.#tables;
    const { working } = this.#parts;
    const younger = this.#younger;
    const ladder = ladderOf(book, side) + LADDER_CALL;
    younger.begin();
    let level = books.firstLevel(ladder);
    for (; level !== NONE; level = books.firstLevel(ladder)) {
      const slot = books.firstInQueue(level);
      younger.leave(books.levelPriceTicks(level));
      if (isForCalls(timeInForceOf(books.orderCodesOf(slot)))) {
        working.end(slot, REASON_EXPIRED);
      } else if (this.#hasRoom(slot, ladderOf(book, side))) {
        younger.makeWayFor(slot);
        this.#showOne(slot, ladderOf(book, side));
      } else {
        working.end(slot, REASON_BOOK_FULL);
      }
    }
    younger.end();
  }

  #showOne(slot: number, ladder: number): void {
    const { books, columns, terms } = this.#tables;
    const { reports, special, working } = this.#parts;
    const leavesQtyLots = books.leavesQtyLotsOf(slot);
    working.move(slot, ladder, books.priceTicksOf(slot), leavesQtyLots);
    reports.ofResting(EVENT_BOOKED, slot, leavesQtyLots, working.onBookFlag(slot), 0);
    if (!books.isIceberg(slot)) return;
    const termsRow = columns.termsRowOf(slot);
    if (!terms.hasPublicOrderId(termsRow)) terms.refill(termsRow, ++this.#parts.ids.lastOrderId);
    const shownLots = Math.min(leavesQtyLots, sliceLots(terms, termsRow, books.orderIdOf(slot)));
    const cumQtyLots = columns.orderQtyLotsOf(slot) - leavesQtyLots;
    books.hideAllBut(slot, shownLots);
    special.displayed(slot, leavesQtyLots, cumQtyLots, 0, 0, shownLots);
  }
}
