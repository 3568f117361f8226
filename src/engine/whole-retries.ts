// All-or-none orders that rest are tried again after every command that may have brought what they
// lacked: bids, then asks, best price first, then oldest. Those that sleep cost nothing
// (whole-orders.ts).

import { NONE } from "../base/none.ts";
import { COMMAND_SEQUENCE_WORD } from "../codec/command.ts";
import { PHASE_CONTINUOUS } from "../model/phase.ts";
import { REASON_NONE } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import { OpenSupply } from "./open-supply.ts";
import type { OrderEntry } from "./order-entry.ts";
import { OrderSet } from "./order-set.ts";
import type { Reach } from "./reach.ts";
import type { WorkingOrders } from "./working-orders.ts";

/**
 * Orders that may be met in vain for all-or-none ones of an instrument, and how many of them each
 * command makes up for. A try ends in vain without being remembered only where others stand in its
 * reach that may trade less than they have.
 */
export const LOOKS_MAX = 65_536;
export const LOOKS_FORGIVEN = 64;

export type WholeRetriesParts = {
  readonly tables: EngineTables;
  readonly incoming: IncomingOrder;
  readonly working: WorkingOrders;
  readonly entry: OrderEntry;
  readonly reach: Reach;
};

export class WholeRetries {
  readonly #parts: WholeRetriesParts;
  readonly #tables: EngineTables;
  readonly #set: OrderSet;
  readonly #supply: OpenSupply;
  /** Whether the supply is to be gathered, which is worth it for more than one order; and was. */
  #gathers = false;
  #isGathered = false;

  constructor(parts: WholeRetriesParts) {
    this.#parts = parts;
    this.#tables = parts.tables;
    this.#set = new OrderSet(parts.tables.books);
    this.#supply = new OpenSupply(parts.tables);
  }

  /** Before what follows from a command. */
  forgive(book: number): void {
    const { states } = this.#tables;
    const looks = states.looksOf(book);
    if (looks > 0) states.setLooks(book, Math.max(0, looks - LOOKS_FORGIVEN));
  }

  /** Those that can trade whole now do; says whether any did. */
  run(book: number): boolean {
    const haveBidsTraded = this.#runSide(book, SIDE_BUY);
    return this.#runSide(book, SIDE_SELL) || haveBidsTraded;
  }

  #runSide(book: number, side: number): boolean {
    const { states, wholes } = this.#tables;
    const awakeCount = wholes.awakeCountOf(book, side);
    if (awakeCount === 0 || states.looksOf(book) > LOOKS_MAX) return false;
    this.#collect(book, side);
    this.#gathers = awakeCount > 1;
    this.#isGathered = false;
    const { count } = this.#set;
    const start = this.#startOf(book, count);
    let hasTraded = false;
    for (let i = 0; i < count; i++) {
      const slot = this.#set.slotAt((start + i) % count);
      if (slot === NONE || !wholes.isAwake(slot)) continue;
      if (states.phaseOf(book) !== PHASE_CONTINUOUS) return hasTraded;
      if (this.#retry(slot, book, side)) hasTraded = true;
    }
    return hasTraded;
  }

  /** All of them: a trade may wake others. */
  #collect(book: number, side: number): void {
    const { wholes } = this.#tables;
    this.#set.clear();
    let slot = wholes.firstOf(book, side);
    for (; slot !== NONE; slot = wholes.nextOf(slot)) this.#set.add(slot);
  }

  /** The first one, unless tries have become dear: then each in its turn. */
  #startOf(book: number, count: number): number {
    const { frame, states } = this.#tables;
    if (states.looksOf(book) <= LOOKS_MAX / 2) return 0;
    return (frame.words[COMMAND_SEQUENCE_WORD] >>> 0) % count;
  }

  #retry(slot: number, book: number, side: number): boolean {
    const { entry, incoming, reach, working } = this.#parts;
    const { states, wholes } = this.#tables;
    const shortLots = this.#shortLots(slot, book, side);
    if (shortLots > 0) {
      wholes.sleepShort(slot, shortLots);
      return false;
    }
    const looks = states.looksOf(book);
    if (looks > LOOKS_MAX) return false;
    working.lift(slot, incoming);
    reach.metCount = 0;
    if (entry.wouldTrade()) {
      this.#isGathered = false;
      const reason = entry.reasonToTake();
      if (reason !== REASON_NONE) {
        working.end(slot, reason);
        return true;
      }
      working.withdraw(slot);
      entry.work(true);
      return true;
    }
    const missingLots = reach.missingLots(incoming);
    if (missingLots > 0) wholes.sleepUnmet(slot, missingLots, reach.endTicks, reach.isStopped);
    else states.setLooks(book, looks + reach.metCount);
    return false;
  }

  /** How much less stands against the order than it wants, whoever's it is. */
  #shortLots(slot: number, book: number, side: number): number {
    const { books } = this.#tables;
    const limitTicks = books.priceTicksOf(slot);
    const lots = books.leavesQtyLotsOf(slot);
    const other = 3 - side;
    if (!this.#gathers) return this.#supply.lotsMissingNow(book, other, limitTicks, lots);
    // Anew after each trade, within the widest limit: one walk instead of one an order.
    const widestTicks = books.priceTicksOf(this.#tables.wholes.firstOf(book, side));
    if (!this.#isGathered) this.#supply.gather(book, other, widestTicks);
    this.#isGathered = true;
    return this.#supply.lotsMissing(limitTicks, lots);
  }
}
