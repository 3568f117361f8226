// Who stands where, of the engine and of its twin, in one form to compare: for each ladder of an
// instrument the orders from its best price and its oldest on.

import { ladderOfKind } from "../../src/book/ladder-kinds.ts";
import type { EngineTables } from "../../src/engine/engine-tables.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { firesRising, isBuy, isIceberg, isMarketOrder, type TwinOrder } from "./naive-order.ts";
import type { NaiveVenue } from "./naive-venue.ts";

/** orderId, the price it stands at, lots in the queue, lots behind them. */
export type Standing = readonly [number, number, number, number];
export type Ladders = Readonly<Record<string, readonly Standing[]>>;

/** By ladder kind (src/book/ladder-kinds.ts). */
const NAMES = [
  "bids",
  "asks",
  "dark bids",
  "dark asks",
  "falling last",
  "rising last",
  "falling bid",
  "rising bid",
  "falling ask",
  "rising ask",
  "falling middle",
  "rising middle",
  "call bids",
  "call asks",
  "parked buys",
  "parked sells",
  "market buys",
  "market sells",
] as const;

export function engineLadders(tables: EngineTables, instrumentId: number): Ladders {
  const book = tables.instruments.find(instrumentId);
  const ladders = NAMES.map((name, kind) => [name, engineLadder(tables, book, kind)] as const);
  return Object.fromEntries(ladders.map(([name, ladder]) => [name, inOrder(name, ladder)]));
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
  const waiting = twin.waiting(instrumentId);
  const sides = [SIDE_BUY, SIDE_SELL];
  const [bids, asks] = sides.map((side) => twin.queue(instrumentId, side, "displayed"));
  const [darkBids, darkAsks] = sides.map((side) => twin.queue(instrumentId, side, "dark"));
  const [callBids, callAsks] = sides.map((side) => twin.gathering(instrumentId, side));
  const parked = twin
    .workingOrders()
    .filter((order) => order.instrumentId === instrumentId && order.place === "parked");
  const ladders: Record<string, readonly TwinOrder[]> = {
    ...{ bids, asks, "dark bids": darkBids, "dark asks": darkAsks },
    "parked buys": parked.filter(isBuy),
    "parked sells": parked.filter((order) => !isBuy(order)),
    "call bids": callBids.filter((order) => !isMarketOrder(order)),
    "call asks": callAsks.filter((order) => !isMarketOrder(order)),
    "market buys": callBids.filter(isMarketOrder),
    "market sells": callAsks.filter(isMarketOrder),
  };
  const standings = NAMES.map((name) => {
    const orders = ladders[name] ?? waiting.filter((order) => ladderNameOf(order) === name);
    return [name, inOrder(name, orders.map(standingOf))] as const;
  });
  return Object.fromEntries(standings);
}

function ladderNameOf(order: TwinOrder): string {
  const source = ["last", isBuy(order) ? "ask" : "bid", "middle"][order.terms.triggerSource ?? 0];
  return `${firesRising(order) ? "rising" : "falling"} ${source}`;
}

function standingOf(order: TwinOrder): Standing {
  const { orderId, place, priceTicks, triggerTicks, leavesQtyLots, shownLots } = order;
  const ticks = place === "waiting" ? (triggerTicks ?? 0) : priceTicks;
  const isSlice = isIceberg(order) && place === "displayed";
  const queuedLots = isSlice ? shownLots : leavesQtyLots;
  return [orderId, ticks, queuedLots, leavesQtyLots - queuedLots];
}

/** Nobody is before anybody among parked orders, whatever price they will have. */
function inOrder(name: string, ladder: readonly Standing[]): readonly Standing[] {
  return name.startsWith("parked") ? [...ladder].sort((a, b) => a[0] - b[0]) : ladder;
}
