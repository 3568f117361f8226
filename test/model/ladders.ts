// Who stands where, of the engine and of its twin, in one form to compare: for each ladder of an
// instrument the orders from its best price and its oldest on.

import { ladderOfKind } from "../../src/book/ladder-kinds.ts";
import type { EngineTables } from "../../src/engine/engine-tables.ts";
import { inLadderOrder, LADDER_NAMES, ladderNameOf, ladderTicksOf } from "./naive-ladders.ts";
import { isIceberg, type TwinOrder } from "./naive-order.ts";
import type { NaiveVenue } from "./naive-venue.ts";

/** orderId, the price it stands at, lots in the queue, lots behind them. */
export type Standing = readonly [number, number, number, number];
export type Ladders = Readonly<Record<string, readonly Standing[]>>;

export function engineLadders(tables: EngineTables, instrumentId: number): Ladders {
  const book = tables.instruments.find(instrumentId);
  const ladders = LADDER_NAMES.map((name, kind) => [name, engineLadder(tables, book, kind)]);
  return Object.fromEntries([...ladders, ["reached", engineReached(tables, book)]]);
}

/** Orders that fire next. */
function engineReached({ books, reached, terms }: EngineTables, book: number): Standing[] {
  const standings: Standing[] = [];
  for (let row = reached.firstOf(book); row !== -1; row = terms.nextOf(row)) {
    const slot = terms.slotOf(row);
    const shownLots = books.shownLotsOf(slot);
    standings.push([books.orderIdOf(slot), books.priceTicksOf(slot), shownLots, 0]);
  }
  return standings;
}

function engineLadder({ books }: EngineTables, book: number, kind: number): Standing[] {
  const standings: Standing[] = [];
  let level = books.firstLevel(ladderOfKind(book, kind));
  for (; level !== -1; level = books.nextLevel(level)) {
    for (let slot = books.firstInQueue(level); slot !== -1; slot = books.nextInQueue(slot)) {
      const shownLots = books.shownLotsOf(slot);
      const behindLots = books.leavesQtyLotsOf(slot) - shownLots;
      standings.push([books.orderIdOf(slot), books.levelPriceTicks(level), shownLots, behindLots]);
    }
  }
  return standings;
}

export function twinLadders(twin: NaiveVenue, instrumentId: number): Ladders {
  const orders = twin.workingOrders().filter((order) => order.instrumentId === instrumentId);
  const standing = [...orders].sort(inLadderOrder);
  const ladders = LADDER_NAMES.map((name) => {
    return [name, standing.filter((order) => ladderNameOf(order) === name).map(standingOf)];
  });
  const reached = orders
    .filter((order) => order.reached !== undefined)
    .sort((a, b) => a.reached!.turn - b.reached!.turn)
    .map(standingOf);
  return Object.fromEntries([...ladders, ["reached", reached]]);
}

function standingOf(order: TwinOrder): Standing {
  const { orderId, place, leavesQtyLots, shownLots } = order;
  const isSlice = isIceberg(order) && place === "displayed";
  const queuedLots = isSlice ? shownLots : leavesQtyLots;
  return [orderId, ladderTicksOf(order), queuedLots, leavesQtyLots - queuedLots];
}
