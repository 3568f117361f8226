// Calls: who gathers, at what price all that can trade does, and what comes of the rest.

import {
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_INDICATIVE,
  EVENT_TRADED,
  FLAG_AGGRESSOR,
  FLAG_AUCTION,
  FLAG_ON_BOOK,
} from "../../src/codec/event.ts";
import {
  REASON_CREDIT_LIMIT,
  REASON_EXPIRED,
  REASON_REDUCE_ONLY,
  REASON_REPRICED,
} from "../../src/model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_ATC } from "../../src/model/time-in-force.ts";
import { noteTop } from "./naive-allocation.ts";
import { noteUncross } from "./naive-bands.ts";
import { type CallOrder, type CallOutcome, naiveCall } from "./naive-call.ts";
import { lacksCreditAt, unsoundAt } from "./naive-credit.ts";
import {
  end,
  endAlternatives,
  endBoth,
  finish,
  noteFill,
  reduceKeepingPlace,
} from "./naive-ends.ts";
import { isForCall } from "./naive-gathering.ts";
import { hide, reportDisplayed, showNextSlice, takeShown } from "./naive-icebergs.ts";
import {
  countFills,
  decrementWhole,
  isPrevented,
  noteTrade,
  prevent,
  transfers,
} from "./naive-matching.ts";
import {
  isAllOrNone,
  isBuy,
  isIceberg,
  isMarketOrder,
  isOnBook,
  isReduceOnly,
  mayTradeAt,
  reachableLots,
  type TwinOrder,
} from "./naive-order.ts";
import { displayedOf } from "./naive-queues.ts";
import { cutReduceOnly } from "./naive-reduce-only.ts";
import { settleTrade } from "./naive-settlement.ts";
import { eventOf, NOTHING_PAIRED, report, type TwinState, tapeOf } from "./naive-state.ts";

/** At-the-close orders take their places, in the order of their entry. */
export function joinClosingCall(state: TwinState, instrumentId: number): void {
  const joining = state.working
    .filter((order) => order.instrumentId === instrumentId && order.place === "parked")
    .filter((order) => order.timeInForce === TIF_ATC && !order.isInactive)
    .sort((a, b) => a.arrival - b.arrival);
  for (const order of joining) {
    order.place = "gathering";
    order.arrival = ++state.lastArrival;
  }
}

/** Orders of a side that count in a call, in the order in which they trade. */
export function takingPart(state: TwinState, instrumentId: number, side: number): TwinOrder[] {
  return state.working
    .filter((order) => order.instrumentId === instrumentId && order.side === side)
    .filter((order) => PLACES.includes(order.place) && !isAllOrNone(order))
    .sort(inTurn);
}

const PLACES: readonly string[] = ["displayed", "gathering", "dark"];

/** Market orders first, then the better limit, then who is not hidden, then the older. */
function inTurn(a: TwinOrder, b: TwinOrder): number {
  const market = Number(isMarketOrder(b)) - Number(isMarketOrder(a));
  if (market !== 0) return market;
  const better = isBuy(a) ? b.priceTicks - a.priceTicks : a.priceTicks - b.priceTicks;
  const hidden = Number(a.place === "dark") - Number(b.place === "dark");
  return better || hidden || a.arrival - b.arrival;
}

/** What would trade now, every tick looked at. */
export function outcomeOf(state: TwinState, instrumentId: number): CallOutcome {
  const orders = [SIDE_BUY, SIDE_SELL].flatMap((side) =>
    takingPart(state, instrumentId, side).map((order): CallOrder => {
      const { leavesQtyLots: lots, orderId, priceTicks } = order;
      const plain = { name: String(orderId), side: isBuy(order) ? "buy" : "sell", lots } as const;
      return isMarketOrder(order) ? plain : { ...plain, limitTicks: priceTicks };
    }),
  );
  return naiveCall(orders, tapeOf(state, { instrumentId }).lastTicks);
}

/** Tells what would trade, if that is not what was told last. */
export function tellCall(state: TwinState, instrumentId: number): void {
  const { priceTicks, pairedLots, imbalanceLots } = outcomeOf(state, instrumentId);
  const surplusSide = imbalanceLots > 0 ? SIDE_BUY : SIDE_SELL;
  const indicative =
    priceTicks === undefined
      ? NOTHING_PAIRED
      : {
          priceTicks,
          pairedLots,
          imbalanceLots: Math.abs(imbalanceLots),
          side: imbalanceLots === 0 ? 0 : surplusSide,
        };
  const tape = tapeOf(state, { instrumentId });
  if (JSON.stringify(indicative) === JSON.stringify(tape.told)) return;
  tape.told = indicative;
  state.events.push(eventOf(EVENT_INDICATIVE, { instrumentId, indicative }));
}

/**
 * All that can trade at one price does. What its fills ended may leave others crossed: these trade
 * at a price of their own. Then the rest comes into sight, or ends.
 */
export function uncross(state: TwinState, instrumentId: number): void {
  for (;;) {
    const { priceTicks, pairedLots } = outcomeOf(state, instrumentId);
    if (priceTicks === undefined) break;
    if (cutUnsound(state, instrumentId, priceTicks, pairedLots)) continue;
    while (tradeOnce(state, instrumentId, priceTicks));
  }
  for (const side of [SIDE_BUY, SIDE_SELL]) {
    const gathered = takingPart(state, instrumentId, side).filter(
      ({ place }) => place === "gathering",
    );
    /** The last that came into sight. */
    let shown: TwinOrder | undefined;
    for (const order of gathered) {
      if (order.place !== "gathering") continue;
      const isElsewhere = shown !== undefined && shown.priceTicks !== order.priceTicks;
      if (isElsewhere) {
        letFollow(state, shown, undefined);
        shown = undefined;
      }
      if (isMarketOrder(order) || isForCall(order)) {
        end(state, order, REASON_EXPIRED);
        continue;
      }
      letFollow(state, shown, order);
      show(state, order);
      shown = order;
    }
    letFollow(state, shown, undefined);
  }
}

/** Who could not trade at this price ends or is cut, and it is found anew; says whether so. */
function cutUnsound(
  state: TwinState,
  instrumentId: number,
  priceTicks: number,
  pairedLots: number,
): boolean {
  const inTurn = [SIDE_BUY, SIDE_SELL].map((side) =>
    takingPart(state, instrumentId, side).filter((order) => takes(order, priceTicks)),
  );
  const unsound = unsoundAt(state, inTurn, priceTicks, pairedLots);
  for (const { order, keptLots } of unsound) {
    const reason = isReduceOnly(order) ? REASON_REDUCE_ONLY : REASON_CREDIT_LIMIT;
    if (order.place === "ended") continue;
    if (keptLots === 0) end(state, order, reason);
    else reduceKeepingPlace(state, order, order.leavesQtyLots - keptLots, reason);
  }
  return unsound.length > 0;
}

/** The first of each side, if both trade at this price. */
function tradeOnce(state: TwinState, instrumentId: number, priceTicks: number): boolean {
  const [buy, sell] = [SIDE_BUY, SIDE_SELL].map((side) =>
    takingPart(state, instrumentId, side).find((order) => takes(order, priceTicks)),
  );
  if (buy === undefined || sell === undefined) return false;
  const [older, younger] = [buy, sell].sort((a, b) => a.orderId - b.orderId);
  const isAsked = tapeOf(state, buy).callTerms?.preventsSelfTrades ?? false;
  if (isAsked && isPrevented(state, older, younger)) {
    const all = Math.min(older.leavesQtyLots, younger.leavesQtyLots);
    // What changes hands is paid for.
    const payers = transfers(state, older, younger) ? [older, younger] : [];
    const broke = payers.find((order) => lacksCreditAt(state, order, priceTicks, all));
    if (broke !== undefined) {
      end(state, broke, REASON_CREDIT_LIMIT);
      return true;
    }
    prevent(state, {
      maker: older,
      taker: younger,
      lots: all,
      priceTicks,
      takeOff: decrementWhole,
    });
    return true;
  }
  const lots = Math.min(reachableLots(buy), reachableLots(sell));
  const poor = [older, younger].find((order) => lacksCreditAt(state, order, priceTicks, lots));
  if (poor !== undefined) {
    end(state, poor, REASON_CREDIT_LIMIT);
    return true;
  }
  const tradeId = ++state.lastTradeId;
  for (const order of [older, younger]) {
    const contra = order === older ? younger : older;
    order.cumQtyLots += lots;
    order.leavesQtyLots -= lots;
    const role = order === younger ? FLAG_AGGRESSOR : 0;
    report(state, EVENT_TRADED, order, {
      flags: FLAG_AUCTION | role | (isOnBook(order) ? FLAG_ON_BOOK : 0),
      lastQtyLots: lots,
      lastPxTicks: priceTicks,
      tradeId,
      contraOrderId: contra.orderId,
      contraAccountId: contra.accountId,
    });
  }
  noteTrade(state, buy, priceTicks);
  noteUncross(state, { instrumentId }, priceTicks);
  countFills(state, older, younger, lots, priceTicks);
  settleTrade(state, tradeId, older, younger, lots, priceTicks);
  for (const order of [older, younger]) {
    if (order.place === "displayed") takeShown(state, order, lots);
    noteFill(state, order);
    if (order.leavesQtyLots === 0) finish(state, order);
  }
  endBoth(state, [younger, older]);
  for (const order of [older, younger]) endAlternatives(state, order);
  for (const { accountId } of [older, younger]) cutReduceOnly(state, accountId, instrumentId);
  return true;
}

function takes(order: TwinOrder, priceTicks: number): boolean {
  return isMarketOrder(order) || mayTradeAt(order.side, order.priceTicks, priceTicks);
}

/** A limit order that gathered comes into sight, as old as it is; so is what it shows first. */
function show(state: TwinState, order: TwinOrder): void {
  const { arrival } = order;
  order.place = "displayed";
  noteTop(state, order);
  report(state, EVENT_BOOKED, order, { flags: isIceberg(order) ? 0 : FLAG_ON_BOOK });
  if (!isIceberg(order)) return;
  showNextSlice(state, order);
  order.arrival = arrival;
  reportDisplayed(state, order, 0, 0);
}

/**
 * Who stood in sight at the price before this order came there, but is younger, and older than the
 * one that comes next, is told that it stands behind it now.
 */
function letFollow(
  state: TwinState,
  before: TwinOrder | undefined,
  next: TwinOrder | undefined,
): void {
  if (before === undefined) return;
  const { instrumentId, side, priceTicks, arrival } = before;
  const following = displayedOf(state, instrumentId, side)
    .filter((order) => order.priceTicks === priceTicks && order.arrival > arrival)
    .filter((order) => next === undefined || order.arrival < next.arrival);
  for (const order of following) {
    noteTop(state, order);
    if (isIceberg(order)) {
      const { shownLots } = order;
      hide(state, order, priceTicks);
      order.shownLots = shownLots;
      reportDisplayed(state, order, 0, priceTicks);
    } else {
      const { leavesQtyLots: lastQtyLots } = order;
      const more = { flags: FLAG_ON_BOOK, reason: REASON_REPRICED };
      report(state, EVENT_AMENDED, order, { ...more, lastQtyLots, lastPxTicks: priceTicks });
    }
  }
}
