// hot path
// What interrupts the trading of an instrument from within: an order that would trade beyond the
// price bands begins a volatility call, a cascade of stops that is too long a halt.

import { ORD_TYPE_MARKET_WITH_LEFTOVER } from "../model/ord-type.ts";
import { mayRest, ordTypeOf, sideOf } from "../model/order-codes.ts";
import { PHASE_HALT, PHASE_VOLATILITY_CALL } from "../model/phase.ts";
import { REASON_CASCADE, REASON_NONE, REASON_PRICE_BAND } from "../model/reasons.ts";
import type { BandTable } from "./band-table.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { Phases } from "./phases.ts";

export class Interruptions {
  readonly #tables: EngineTables;
  readonly #bands: BandTable;
  readonly #phases: Phases;

  constructor(tables: EngineTables, phases: Phases) {
    this.#tables = tables;
    this.#bands = tables.guards.bands;
    this.#phases = phases;
  }

  /**
   * After an order has traded as far as the bands let it: if it would go on at its own limit, they
   * are breached. What is left of it gathers in the call; what cannot wait ends.
   */
  afterTrade(incoming: IncomingOrder): void {
    const { book, endReason, leavesQtyLots, limitTicks, orderCodes } = incoming;
    this.#bands.haveReference(book, this.#tables.states);
    if (leavesQtyLots === 0 || endReason !== REASON_NONE) return;
    const { books } = this.#tables;
    if (!books.crosses(book, sideOf(orderCodes), limitTicks, leavesQtyLots)) return;
    const isLeftover = ordTypeOf(orderCodes) === ORD_TYPE_MARKET_WITH_LEFTOVER;
    if (!mayRest(orderCodes) || isLeftover) incoming.endReason = REASON_PRICE_BAND;
    const callMicros = this.#bands.callMicrosOf(book);
    const randomMicros = callMicros === 0 ? 0 : this.#bands.callRandomMicrosOf(book);
    const reason = REASON_PRICE_BAND;
    this.#phases.interrupt(book, PHASE_VOLATILITY_CALL, reason, callMicros, 0, randomMicros);
  }

  /**
   * Whether one command has fired as many orders of this book as it may; then the instrument halts,
   * and whatever else its prices reached waits on.
   */
  stopsCascade(book: number, firedCount: number): boolean {
    const ordersMax = this.#bands.cascadeMaxOf(book);
    if (ordersMax === 0 || firedCount < ordersMax) return false;
    const haltMicros = this.#bands.cascadeHaltMicrosOf(book);
    const callMicros = this.#bands.cascadeCallMicrosOf(book);
    this.#phases.interrupt(book, PHASE_HALT, REASON_CASCADE, haltMicros, callMicros);
    return true;
  }
}
