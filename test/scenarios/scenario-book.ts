// The books that a scenario leaves, as lines: every queue, first to trade or to fire first.

import { NONE } from "../../src/base/none.ts";
import {
  DARK,
  isParkedKind,
  LADDER_ASKS,
  LADDER_BIDS,
  LADDER_CALL,
  LADDER_CALL_MARKET,
  LADDER_FALLING_ASK,
  LADDER_FALLING_BID,
  LADDER_FALLING_LAST,
  LADDER_FALLING_MID,
  LADDER_PARKED,
  ladderOf,
  ladderOfKind,
  RISING,
} from "../../src/book/ladder-kinds.ts";
import type { RecordedEngine } from "../../src/engine/engine-for-test.ts";
import type { EngineTables } from "../../src/engine/engine-tables.ts";
import { isPegged, worksAsMarket } from "../../src/model/order-codes.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import type { DepthLevel } from "../../src/model/venue.ts";
import type { ScenarioNames } from "./scenario-names.ts";

/** Ladders of orders that wait for a price to fall, each with what fires them. */
const FALLING: readonly (readonly [number, string])[] = [
  [LADDER_FALLING_LAST, ""],
  [LADDER_FALLING_ASK, " by quote"],
  [LADDER_FALLING_BID, " by quote"],
  [LADDER_FALLING_MID, " by mid"],
];

type Slot = { readonly recorded: RecordedEngine; readonly slot: number };

export function bookLines(recorded: RecordedEngine, names: ScenarioNames): string[] {
  const { instruments } = recorded.engine.tables;
  // A mirrored reading finds bids among the asks, and what waits for a rise among the falling.
  const isMirrored = names.side(SIDE_BUY) === SIDE_SELL;
  return Array.from({ length: instruments.count() }, (_, book) => {
    const symbol = names.symbolName(instruments.instrumentIdOf(book));
    const ordersOf = (kind: number) =>
      slotsOf(recorded, ladderOfKind(book, isMirrored ? kind ^ 1 : kind));
    const waiting = (rising: number) =>
      FALLING.flatMap(([kind, source]) => ordersOf(kind + rising).map((slot) => ({ slot, source })))
        .sort((a, b) => inFiringOrder(a.slot, b.slot))
        .map(({ slot, source }) => waitingText(slot, source, names));
    const resting = (kind: number) => ordersOf(kind).map((order) => restingText(order, names));
    const all: [string, string[]][] = [
      ["bids", resting(LADDER_BIDS)],
      ["asks", resting(LADDER_ASKS)],
      ["dark bids", resting(LADDER_BIDS + DARK)],
      ["dark asks", resting(LADDER_ASKS + DARK)],
      ["market bids", resting(LADDER_CALL_MARKET)],
      ["market asks", resting(LADDER_CALL_MARKET + 1)],
      ["call bids", resting(LADDER_CALL)],
      ["call asks", resting(LADDER_CALL + 1)],
      ["rising", waiting(RISING)],
      ["falling", waiting(0)],
      ["parked bids", resting(LADDER_PARKED)],
      ["parked asks", resting(LADDER_PARKED + 1)],
    ];
    return all
      .filter(([, orders], i) => i < 2 || orders.length > 0)
      .map(([title, orders]) => `${symbol} ${title}  ${orders.join(", ") || "-"}`);
  }).flat();
}

/** Levels of both sides as the engine itself holds them, best first: bids, asks. */
export function displayedDepth(tables: EngineTables, book: number): DepthLevel[][] {
  const { books } = tables;
  return [SIDE_BUY, SIDE_SELL].map((side) => {
    const levels: DepthLevel[] = [];
    let level = books.firstLevel(ladderOf(book, side));
    for (; level !== NONE; level = books.nextLevel(level)) {
      const priceTicks = books.levelPriceTicks(level);
      levels.push([priceTicks, books.levelQtyLots(level), books.levelOrderCount(level)]);
    }
    return levels;
  });
}

function slotsOf(recorded: RecordedEngine, ladder: number): Slot[] {
  const { books } = recorded.engine.tables;
  const slots: Slot[] = [];
  let level = books.firstLevel(ladder);
  for (; level !== NONE; level = books.nextLevel(level)) {
    let slot = books.firstInQueue(level);
    for (; slot !== NONE; slot = books.nextInQueue(slot)) slots.push({ recorded, slot });
  }
  return slots;
}

/** Of orders that fire in one direction: on each of these ladders the first price fires first. */
function inFiringOrder(a: Slot, b: Slot): number {
  const { books, columns, terms } = a.recorded.engine.tables;
  const ticks = books.priceTicksOf(a.slot) - books.priceTicksOf(b.slot);
  const isRising = (books.ladderKindOf(a.slot) & RISING) !== 0;
  if (ticks !== 0) return isRising ? ticks : -ticks;
  const [first, second] = [a, b].map(({ slot }) => terms.arrivalOf(columns.termsRowOf(slot)));
  return first - second;
}

/** "alice s1 5+15@100": shows 5, 15 more in reserve. */
function restingText({ recorded, slot }: Slot, names: ScenarioNames): string {
  const { books } = recorded.engine.tables;
  const shownLots = books.shownLotsOf(slot);
  const reserveLots = books.leavesQtyLotsOf(slot) - shownLots;
  const reserve = reserveLots === 0 ? "" : `+${reserveLots}`;
  const { codes, name, priceTicks } = orderOf({ recorded, slot }, names);
  const price = worksAsMarket(codes) ? "market" : String(names.ticks(priceTicks));
  const isParkedPeg = isPegged(codes) && isParkedKind(books.ladderKindOf(slot));
  return `${name} ${shownLots}${reserve}@${isParkedPeg ? "pegged" : price}`;
}

/** "alice s1 5@94 at 95 by quote": what it becomes, what it waits for, and whether it came. */
function waitingText({ recorded, slot }: Slot, source: string, names: ScenarioNames): string {
  const { books, columns, reached } = recorded.engine.tables;
  const { codes, name, priceTicks } = orderOf({ recorded, slot }, names);
  const price = worksAsMarket(codes) ? "market" : String(names.ticks(priceTicks));
  const turn = reached.has(columns.termsRowOf(slot)) ? " reached" : "";
  const at = names.ticks(books.priceTicksOf(slot));
  return `${name} ${books.leavesQtyLotsOf(slot)}@${price} at ${at}${source}${turn}`;
}

/** As the exchange answers a query: its price is the order's limit, wherever the order stands. */
function orderOf({ recorded, slot }: Slot, names: ScenarioNames) {
  const { engine } = recorded;
  const { accounts, books, columns } = engine.tables;
  const accountId = accounts.accountIdOf(columns.accountRowOf(slot));
  engine.reportOrder(accountId, books.orderIdOf(slot));
  const [{ clOrdId, priceTicks }] = recorded.answer();
  const name = `${names.accountName(accountId)} ${clOrdId}`;
  return { codes: books.orderCodesOf(slot), name, priceTicks };
}
