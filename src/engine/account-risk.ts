// hot path
// Accounts and pre-trade risk as the core of the engine meets them: asked before an order enters,
// told of everything that an order's money follows. While no account is configured nobody comes.

import { LEDGER_TRADE, RISK_NONE } from "../model/account.ts";
import { ORD_TYPE_MARKET } from "../model/ord-type.ts";
import {
  isReduceOnly,
  ordTypeOf,
  sideOf,
  timeInForceOf,
  worksAsMarket,
} from "../model/order-codes.ts";
import { STP_DECREMENT } from "../model/order-terms.ts";
import { REASON_NONE, REASON_REDUCE_ONLY, REASON_UNSUPPORTED_ORDER } from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import { TIF_FOK } from "../model/time-in-force.ts";
import type { AccountTerms } from "./account-terms.ts";
import type { EngineTables } from "./engine-tables.ts";
import { waitsForUncross } from "./gathering.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderHolds } from "./order-holds.ts";
import type { OrderReserves } from "./order-reserves.ts";
import { isAsleep } from "./order-sleep.ts";
import type { PreTradeRisk } from "./pre-trade-risk.ts";
import { MAKER, TAKER } from "./recent-trades.ts";
import type { Settlement } from "./settlement.ts";
import type { WorkingHolds } from "./working-holds.ts";

const DAY_MICROS = 86_400_000_000;

export class AccountRisk {
  readonly #tables: EngineTables;
  readonly #terms: AccountTerms;
  readonly #holds: OrderHolds;
  readonly #reserves: OrderReserves;
  readonly #working: WorkingHolds;
  readonly #preTrade: PreTradeRisk;
  readonly #settlement: Settlement;
  /** When the day that the others were told of began; none yet. */
  #dayStartMicros = Number.NEGATIVE_INFINITY;

  constructor(
    tables: EngineTables,
    holds: OrderHolds,
    reserves: OrderReserves,
    working: WorkingHolds,
    preTrade: PreTradeRisk,
    settlement: Settlement,
  ) {
    this.#tables = tables;
    this.#terms = tables.risk.terms;
    this.#holds = holds;
    this.#reserves = reserves;
    this.#working = working;
    this.#preTrade = preTrade;
    this.#settlement = settlement;
  }

  /** Whether any account is configured. */
  get isOn(): boolean {
    return this.#terms.isUsed;
  }

  /** Whether the order's account is to be asked about it. */
  concerns(incoming: IncomingOrder): boolean {
    return this.#terms.isUsed || isReduceOnly(incoming.orderCodes);
  }

  /** The time of the command: profits and losses count by days. */
  setTime(): void {
    const { micros } = this.#tables.time;
    // A division a command would cost as much as looking an account up.
    if (micros >= this.#dayStartMicros && micros < this.#dayStartMicros + DAY_MICROS) return;
    const day = Math.floor(micros / DAY_MICROS);
    this.#dayStartMicros = day * DAY_MICROS;
    this.#settlement.day = day;
    this.#preTrade.setDay(day);
  }

  /** Why the account may not enter this order; `asleep` is asked the rest when it wakes. */
  reasonToReject(incoming: IncomingOrder, isSleeper: boolean): number {
    const { accountRow, orderCodes, stpMode } = incoming;
    if (!this.#isTracked(accountRow)) {
      return isReduceOnly(orderCodes) ? REASON_REDUCE_ONLY : REASON_NONE;
    }
    // An order that names such a mode itself was refused before: it could end in parts.
    if (timeInForceOf(orderCodes) === TIF_FOK && stpMode >= STP_DECREMENT) {
      return REASON_UNSUPPORTED_ORDER;
    }
    return this.#preTrade.reasonToReject(incoming, isSleeper);
  }

  /** Why a leg that wakes may not work. */
  reasonToActivate(incoming: IncomingOrder): number {
    if (!this.#isTracked(incoming.accountRow)) return REASON_NONE;
    return this.#preTrade.reasonToActivate(incoming);
  }

  /** `incoming` is the working order as it would be; NaN for a price that is not given. */
  reasonToRefuseAmend(
    slot: number,
    incoming: IncomingOrder,
    changesQty: boolean,
    givenTicks: number,
    givenStopPxTicks: number,
  ): number {
    if (!this.#isTracked(incoming.accountRow)) return REASON_NONE;
    return this.#preTrade.reasonToRefuseAmend(
      slot,
      incoming,
      changesQty,
      givenTicks,
      givenStopPxTicks,
    );
  }

  /** The order at work begins to hold what it needs for all it has open. */
  begin(incoming: IncomingOrder): void {
    const { accountRow, book, orderCodes } = incoming;
    incoming.isTracked = this.#isTracked(accountRow);
    if (!incoming.isTracked) return;
    this.#count(accountRow, book, orderCodes, 1);
    this.#holdAnew(incoming);
  }

  /** A working order was changed, and released before; `incoming` is it as it is now. */
  onAmend(incoming: IncomingOrder): void {
    if (incoming.isTracked) this.#holdAnew(incoming);
  }

  /** A fired order made way: it holds what it needs at its new price. */
  onSlide(incoming: IncomingOrder): void {
    if (!incoming.isTracked) return;
    this.#holdIncoming(incoming, 0);
    this.#holdAnew(incoming);
  }

  /** A fired order that takes any price goes no further than what it is held by. */
  capLimit(incoming: IncomingOrder): void {
    const { accountRow, limitTicks, orderCodes } = incoming;
    if (!incoming.isTracked || !worksAsMarket(orderCodes)) return;
    if (this.#terms.riskModeOf(accountRow) === RISK_NONE) return;
    const reserveTicks = this.#reserves.ofIncoming(incoming);
    incoming.limitTicks =
      sideOf(orderCodes) === SIDE_BUY
        ? Math.min(limitTicks, reserveTicks)
        : Math.max(limitTicks, reserveTicks);
  }

  /** A working order is about to leave its ladder and go on as the order at work. */
  onLift(slot: number, incoming: IncomingOrder): void {
    incoming.isTracked = this.#isTracked(incoming.accountRow) && !isAsleep(this.#tables, slot);
    incoming.heldLots = 0;
    if (!incoming.isTracked) return;
    incoming.moneyNeed = this.#reserves.moneyNeedOf(slot);
    incoming.assetNeed = this.#reserves.assetNeedOf(slot);
    incoming.heldLots = this.#tables.books.leavesQtyLotsOf(slot);
  }

  /** The order at work rests or waits: from now on its slot says what it holds. */
  onRest(incoming: IncomingOrder): void {
    this.#holdIncoming(incoming, incoming.leavesQtyLots);
    incoming.isTracked = false;
  }

  /** The order at work lost a part without a trade. */
  onDecrement(incoming: IncomingOrder): void {
    this.#holdIncoming(incoming, incoming.leavesQtyLots);
  }

  /** The order at work has ended. */
  onClose(incoming: IncomingOrder): void {
    this.#holdIncoming(incoming, 0);
    this.#count(incoming.accountRow, incoming.book, incoming.orderCodes, -1);
    incoming.isTracked = false;
  }

  /** A working order is about to end without being filled. */
  onEnd(slot: number): void {
    const { books, columns } = this.#tables;
    this.release(slot, books.leavesQtyLotsOf(slot));
    const accountRow = columns.accountRowOf(slot);
    if (!this.#isTracked(accountRow) || isAsleep(this.#tables, slot)) return;
    this.#count(accountRow, books.bookOf(slot), books.orderCodesOf(slot), -1);
  }

  /** A working order holds for so many lots fewer or, where they are negative, more. */
  release(slot: number, lots: number): void {
    const accountRow = this.#tables.columns.accountRowOf(slot);
    if (!this.#isTracked(accountRow) || isAsleep(this.#tables, slot)) return;
    this.#working.hold(slot, -lots);
  }

  /** A trade, told but not done yet in the book; the order at work knows of it. */
  onFill(
    makerSlot: number,
    incoming: IncomingOrder,
    lastPxTicks: number,
    lastQtyLots: number,
    tradeId: number,
  ): void {
    const { books, columns, risk } = this.#tables;
    const { terms, trades } = risk;
    const makerRow = columns.accountRowOf(makerSlot);
    const isMakerTracked = terms.isConfigured(makerRow);
    if (!isMakerTracked && !incoming.isTracked) return;
    const { book, accountRow, orderId } = incoming;
    const makerCodes = books.orderCodesOf(makerSlot);
    const row = trades.add(tradeId, book, sideOf(makerCodes), lastPxTicks, lastQtyLots);
    const makerId = books.orderIdOf(makerSlot);
    trades.setParty(row, MAKER, makerId, makerRow, isMakerTracked, terms.hasBalances(makerRow));
    const takerHas = terms.hasBalances(accountRow);
    trades.setParty(row, TAKER, orderId, accountRow, incoming.isTracked, takerHas);
    // Neither holds any more for what has traded when the first change of money is told.
    if (isMakerTracked) {
      this.#working.hold(makerSlot, -lastQtyLots);
      const isLast = books.leavesQtyLotsOf(makerSlot) === lastQtyLots;
      if (isLast) this.#count(makerRow, book, makerCodes, -1);
    }
    if (incoming.isTracked) this.#holdIncoming(incoming, incoming.leavesQtyLots);
    this.#settlement.book(row, MAKER, LEDGER_TRADE);
    this.#settlement.book(row, TAKER, LEDGER_TRADE);
  }

  /** Self-trade prevention lets lots change hands at the maker's price. */
  onTransfer(
    makerSlot: number,
    incoming: IncomingOrder,
    lastPxTicks: number,
    lastQtyLots: number,
  ): void {
    const { books, columns } = this.#tables;
    const { book } = incoming;
    const makerRow = columns.accountRowOf(makerSlot);
    const makerSide = sideOf(books.orderCodesOf(makerSlot));
    const makerId = books.orderIdOf(makerSlot);
    const { accountRow, orderId } = incoming;
    this.#settlement.transfer(makerRow, book, makerSide, lastQtyLots, lastPxTicks, makerId);
    this.#settlement.transfer(accountRow, book, 3 - makerSide, lastQtyLots, lastPxTicks, orderId);
  }

  #holdAnew(incoming: IncomingOrder): void {
    const { accountRow, book, orderCodes, leavesQtyLots } = incoming;
    incoming.heldLots = 0;
    // A market order that trades now was measured by what it will pay, and holds nothing.
    const isMarket = ordTypeOf(orderCodes) === ORD_TYPE_MARKET;
    const paysNow = isMarket && !waitsForUncross(this.#tables.states.phaseOf(book), orderCodes);
    const reserveTicks = this.#reserves.ofIncoming(incoming);
    const moneyNeed = this.#holds.moneyNeedOf(accountRow, book, orderCodes, reserveTicks);
    const assetNeed = this.#holds.assetNeedOf(accountRow, book, sideOf(orderCodes));
    incoming.moneyNeed = paysNow ? 0 : moneyNeed;
    incoming.assetNeed = paysNow ? 0 : assetNeed;
    this.#holdIncoming(incoming, leavesQtyLots);
  }

  #isTracked(accountRow: number): boolean {
    return this.#terms.isConfigured(accountRow);
  }

  /** The order at work holds for so many lots from now on. */
  #holdIncoming(incoming: IncomingOrder, lots: number): void {
    const { accountRow, book, orderCodes, moneyNeed, assetNeed, heldLots } = incoming;
    const more = lots - heldLots;
    if (more === 0) return;
    this.#holds.hold(accountRow, book, sideOf(orderCodes), moneyNeed, assetNeed, more);
    incoming.heldLots = lots;
  }

  #count(accountRow: number, book: number, orderCodes: number, change: number): void {
    if (!isReduceOnly(orderCodes)) return;
    const { positions } = this.#tables.risk;
    positions.addReduceOnly(positions.find(accountRow, book), change);
  }
}
