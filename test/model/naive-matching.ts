// One order meets the others, one after another.

import {
  EVENT_CANCELED,
  EVENT_PREVENTED,
  EVENT_TRADED,
  FLAG_AGGRESSOR,
  FLAG_ON_BOOK,
  FLAG_TRANSFER,
} from "../../src/codec/event.ts";
import {
  STP_CANCEL_BOTH,
  STP_CANCEL_NEWEST,
  STP_CANCEL_OLDEST,
  STP_DECREMENT,
  STP_NONE,
  STP_TRANSFER,
} from "../../src/model/order-terms.ts";
import { REASON_SELF_TRADE } from "../../src/model/reasons.ts";
import { isShared, levelOf, share, sharesLevels } from "./naive-allocation.ts";
import { withinBands } from "./naive-bands.ts";
import {
  end,
  endAlternatives,
  endBoth,
  finish,
  isAlternative,
  listOf,
  noteFill,
  reduce,
  reduceKeepingPlace,
} from "./naive-ends.ts";
import { takeShown } from "./naive-icebergs.ts";
import { countFillOfMessages } from "./naive-message-limits.ts";
import {
  isAllOrNone,
  isOnBook,
  isReduceOnly,
  reachableLots,
  type TwinOrder,
} from "./naive-order.ts";
import { countFillOfProtection } from "./naive-protections.ts";
import { firstMaker } from "./naive-queues.ts";
import { show } from "./naive-reached.ts";
import { cutReduceOnly } from "./naive-reduce-only.ts";
import { settleTrade, transfer } from "./naive-settlement.ts";
import { copyForTrial, report, type TwinEvent, type TwinState, tapeOf } from "./naive-state.ts";
import { isSamePerson, modeOf } from "./naive-stp.ts";

/** Trades until there is nobody to meet within the limit; says whether it met anybody. */
export function trade(
  state: TwinState,
  taker: TwinOrder,
  limitTicks: number | undefined,
  trial?: Trial,
): boolean {
  let hasMet = false;
  let levelTicks: number | undefined;
  while (taker.leavesQtyLots > 0) {
    const maker = firstMaker(state, taker, limitTicks);
    if (maker === undefined) break;
    // A level that was taken whole once goes on with new slices: there nobody is taken by surprise.
    const isNewLevel = maker.place !== "displayed" || maker.priceTicks !== levelTicks;
    if (trial?.hasPassedOver && mayLeave(state, maker, taker).length > 0) {
      passOver(state, mayLeave(state, maker, taker), taker, trial);
      continue;
    }
    if (trial !== undefined && isNewLevel && isUncertain(state, maker, taker)) {
      if (!mayPassOver(state, maker, taker, trial)) break;
      trial.hasPassedOver = true;
      continue;
    }
    if (maker.place === "displayed") levelTicks = maker.priceTicks;
    hasMet = true;
    const serve = (order: TwinOrder, lotsMax: number) => meet(state, order, taker, lotsMax);
    if (isShared(state, maker, taker)) share(state, maker, taker, serve);
    else serve(maker, taker.leavesQtyLots);
  }
  return hasMet;
}

/**
 * Meets whoever comes first if nothing trades or changes hands between them; not where levels are
 * shared.
 */
export function meetOwn(
  state: TwinState,
  taker: TwinOrder,
  limitTicks: number | undefined,
): boolean {
  if (taker.leavesQtyLots === 0 || sharesLevels(state, taker)) return false;
  const maker = firstMaker(state, taker, limitTicks);
  if (maker === undefined || !isPrevented(state, maker, taker)) return false;
  if (transfers(state, maker, taker)) return false;
  meet(state, maker, taker, taker.leavesQtyLots);
  return true;
}

/** Returns how many lots the taker has less and still works, or has traded. */
function meet(state: TwinState, maker: TwinOrder, taker: TwinOrder, lotsMax: number): number {
  const beforeLots = taker.leavesQtyLots;
  const lots = Math.min(lotsMax, reachableLots(maker));
  const { priceTicks } = maker;
  if (!isPrevented(state, maker, taker)) execute(state, maker, taker, lots);
  else if (!decrements(state, taker) || sharesLevels(state, maker)) {
    prevent(state, { maker, taker, lots, priceTicks, takeOff: decrement });
  } else {
    // The smaller of the two goes, whatever an iceberg shows of itself.
    const smaller = Math.min(maker.leavesQtyLots, taker.leavesQtyLots);
    prevent(state, { maker, taker, lots: smaller, priceTicks, takeOff: decrementWhole });
  }
  return beforeLots - taker.leavesQtyLots;
}

/** What is asked of a trial: what trades whatever happens, or what may trade at most. */
type Trial = {
  readonly asks: "certain" | "possible";
  /** From then on less may be open than the trial says, so that nothing is certain any more. */
  hasPassedOver: boolean;
  /** Of orders that were passed over, for they may go: the best price first. */
  readonly passedOver: Fill[];
};

export type Fill = { readonly priceTicks: number; readonly lots: number; readonly isAon: boolean };

/** What trading would do now, tried out on a copy. */
export function tryOut(
  state: TwinState,
  order: TwinOrder,
  limitTicks: number | undefined,
  asks: Trial["asks"] = "certain",
): {
  readonly fills: readonly Fill[];
  readonly filledLots: number;
  /** Trades and, among them, what would be transferred. */
  readonly paid: readonly Fill[];
  /** What would neither trade nor be taken off by a decrement. */
  readonly openLots: number;
} {
  const copy = copyForTrial(state);
  const trial: Trial = { asks, hasPassedOver: false, passedOver: [] };
  const place = copy.working.findIndex(({ orderId }) => orderId === order.orderId);
  const taker = copy.working[place] ?? { ...order };
  // One that sleeps is asked as it would be awake: no end of its parent takes it along then.
  if (order.isInactive && place >= 0) copy.working.splice(place, 1);
  // Whoever tries leaves the place where it stands, and may be amended.
  Object.assign(taker, order, { place: "nowhere" });
  const reached = withinBands(copy, taker, limitTicks);
  if (!reached.meetsNobody) trade(copy, taker, reached.limitTicks, trial);
  const fillsOf = (counts: (event: TwinEvent) => boolean) =>
    copy.events
      .filter((event) => counts(event) && (event.flags & FLAG_AGGRESSOR) !== 0)
      .map(({ lastPxTicks, lastQtyLots, contraOrderId }) => {
        const maker = state.working.find(({ orderId }) => orderId === contraOrderId)!;
        return { priceTicks: lastPxTicks, lots: lastQtyLots, isAon: isAllOrNone(maker) };
      });
  // What is transferred is no fill, but has to be paid.
  const paid = fillsOf(({ kind, flags }) => {
    return kind === EVENT_TRADED || (kind === EVENT_PREVENTED && (flags & FLAG_TRANSFER) !== 0);
  });
  const fills = asks === "possible" ? paid : fillsOf(({ kind }) => kind === EVENT_TRADED);
  const filledLots = fills.reduce((sum, { lots }) => sum + lots, 0);
  const endedLots = copy.events
    .filter(({ kind, orderId }) => kind === EVENT_CANCELED && orderId === taker.orderId)
    .filter(({ reason }) => reason !== REASON_SELF_TRADE || !decrements(state, taker))
    .reduce((sum, { lastQtyLots }) => sum + lastQtyLots, 0);
  const openLots = taker.leavesQtyLots + endedLots;
  const all = [...fills, ...firstLots(trial.passedOver, openLots)];
  return { fills: all, filledLots, paid, openLots };
}

/** Of what may trade instead, as much as is open, the worst price first. */
function firstLots(passedOver: readonly Fill[], openLots: number): Fill[] {
  const taken: Fill[] = [];
  let left = openLots;
  for (const fill of passedOver.toReversed()) {
    const lots = Math.min(fill.lots, left);
    if (lots > 0) taken.push({ ...fill, lots });
    left -= lots;
  }
  return taken;
}

/**
 * Whether sharing a level may get less than it shows: an own order ends it or takes its part, an
 * alternative or a reduce-only order goes when another one trades.
 */
function isUncertain(state: TwinState, maker: TwinOrder, taker: TwinOrder): boolean {
  if (!isShared(state, maker, taker)) return false;
  return levelOf(state, maker).some((order) => mayGo(state, order, taker));
}

function mayGo(state: TwinState, order: TwinOrder, taker: TwinOrder): boolean {
  return isReduceOnly(order) || isAlternative(state, order) || mindsOwn(state, order, taker);
}

function mindsOwn(state: TwinState, order: TwinOrder, taker: TwinOrder): boolean {
  return modeOf(state, taker) !== STP_CANCEL_OLDEST && isPrevented(state, order, taker);
}

/** Whether trading with it may end the taker. */
function mayEnd(state: TwinState, order: TwinOrder, taker: TwinOrder): boolean {
  const areAlternatives = isAlternative(state, order) && order.listId === taker.listId;
  return areAlternatives || mindsOwn(state, order, taker);
}

/** What is certain is enough, and nobody ends it; else nothing of an uncertain level counts. */
function mayPassOver(state: TwinState, maker: TwinOrder, taker: TwinOrder, trial: Trial): boolean {
  if (trial.asks === "possible") return true;
  const level = levelOf(state, maker);
  if (level.some((order) => mayEnd(state, order, taker))) return false;
  const certain = level.filter((order) => {
    return !mayGo(state, order, taker) && !isPrevented(state, order, taker);
  });
  return certain.reduce((sum, order) => sum + reachableLots(order), 0) >= taker.leavesQtyLots;
}

/** Of those whose turn it is the ones that may go, or trade whole or not at all. */
function mayLeave(state: TwinState, maker: TwinOrder, taker: TwinOrder): TwinOrder[] {
  const inTurn = maker.place === "displayed" ? levelOf(state, maker) : [maker];
  return inTurn.filter((order) => mayGo(state, order, taker) || isAllOrNone(order));
}

/** Goes on as if they were gone. */
function passOver(
  state: TwinState,
  orders: readonly TwinOrder[],
  taker: TwinOrder,
  trial: Trial,
): void {
  for (const order of orders) {
    state.working.splice(state.working.indexOf(order), 1);
    if (isPrevented(state, order, taker) && !transfers(state, order, taker)) continue;
    const { priceTicks, leavesQtyLots } = order;
    trial.passedOver.push({ priceTicks, lots: leavesQtyLots, isAon: false });
  }
}

function execute(state: TwinState, maker: TwinOrder, taker: TwinOrder, lots: number): void {
  const { priceTicks } = maker;
  const tradeId = ++state.lastTradeId;
  for (const order of [maker, taker]) {
    const contra = order === maker ? taker : maker;
    order.cumQtyLots += lots;
    order.leavesQtyLots -= lots;
    const makerFlags = isOnBook(maker) ? FLAG_ON_BOOK : 0;
    report(state, EVENT_TRADED, order, {
      flags: order === maker ? makerFlags : FLAG_AGGRESSOR,
      lastQtyLots: lots,
      lastPxTicks: priceTicks,
      tradeId,
      contraOrderId: contra.orderId,
      contraAccountId: contra.accountId,
    });
  }
  noteTrade(state, maker, priceTicks);
  countFills(state, maker, taker, lots, priceTicks);
  settleTrade(state, tradeId, maker, taker, lots, priceTicks);
  takeShown(state, maker, lots);
  noteFill(state, maker);
  if (maker.leavesQtyLots === 0) finish(state, maker);
  noteFill(state, taker);
  endBoth(state, [maker, taker]);
  endAlternatives(state, maker);
  endAlternatives(state, taker);
  cutBoth(state, maker, taker);
}

export function noteTrade(
  state: TwinState,
  of: { instrumentId: number },
  priceTicks: number,
): void {
  tapeOf(state, of).lastTicks = priceTicks;
  show(state, of, priceTicks);
}

/** For the limits of messages and the protections of both. */
export function countFills(
  state: TwinState,
  maker: TwinOrder,
  taker: TwinOrder,
  lots: number,
  priceTicks: number,
): void {
  const { instrumentId } = maker;
  for (const { accountId } of [maker, taker]) {
    countFillOfMessages(state, accountId);
    countFillOfProtection(state, { accountId, instrumentId }, priceTicks, lots);
  }
}

function cutBoth(state: TwinState, maker: TwinOrder, taker: TwinOrder): void {
  for (const { accountId } of [maker, taker]) {
    cutReduceOnly(state, accountId, maker.instrumentId, maker);
  }
}

export function isPrevented(state: TwinState, maker: TwinOrder, taker: TwinOrder): boolean {
  return modeOf(state, taker) !== STP_NONE && isSamePerson(state, maker, taker);
}

function decrements(state: TwinState, taker: TwinOrder): boolean {
  return [STP_DECREMENT, STP_TRANSFER].includes(modeOf(state, taker));
}

/** Lots change hands outside the tape: both ask for it, and are not one account. */
export function transfers(state: TwinState, maker: TwinOrder, taker: TwinOrder): boolean {
  const modes = [maker, taker].map((order) => modeOf(state, order));
  const isAsked = modes.every((mode) => mode === STP_TRANSFER);
  return isAsked && maker.accountId !== taker.accountId && !isAllOrNone(maker);
}

/** A match that does not happen; `takeOff` is how a decrement takes lots off an order. */
export type PreventedMatch = {
  readonly maker: TwinOrder;
  readonly taker: TwinOrder;
  readonly lots: number;
  readonly priceTicks: number;
  readonly takeOff: (state: TwinState, order: TwinOrder, lots: number) => void;
};

export function prevent(state: TwinState, match: PreventedMatch): void {
  const { maker, taker, lots, priceTicks } = match;
  const flags = transfers(state, maker, taker) ? FLAG_TRANSFER : 0;
  for (const order of [maker, taker]) {
    const contra = order === maker ? taker : maker;
    report(state, EVENT_PREVENTED, order, {
      flags: flags | (order === maker ? 0 : FLAG_AGGRESSOR),
      lastQtyLots: lots,
      lastPxTicks: priceTicks,
      contraOrderId: contra.orderId,
      contraAccountId: contra.accountId,
    });
  }
  // What prevention itself ends, ends for that reason; only then does one leg's end end the other.
  const list = listOf(state, maker);
  const isOneList = list !== undefined && list === listOf(state, taker) && !list.isDecided;
  if (isOneList) list.isDecided = true;
  applyMode(state, match);
  if (!isOneList) return;
  list.isDecided = false;
  for (const order of [maker, taker]) {
    if (order.place === "ended") endAlternatives(state, order);
  }
}

function applyMode(state: TwinState, match: PreventedMatch): void {
  const { maker, taker, lots, priceTicks, takeOff } = match;
  const mode = modeOf(state, taker);
  if (mode === STP_CANCEL_NEWEST) {
    endPrevented(state, taker);
  } else if (mode === STP_CANCEL_OLDEST) {
    endPrevented(state, maker);
  } else if (mode === STP_CANCEL_BOTH) {
    endPrevented(state, maker);
    endPrevented(state, taker);
  } else if (isAllOrNone(maker)) {
    // Decrement would leave a part of what is all or none.
    endPrevented(state, maker);
  } else {
    const changesHands = transfers(state, maker, taker);
    if (changesHands) transferBetween(state, [maker, taker], lots, priceTicks);
    for (const order of [maker, taker]) {
      takeOff(state, order, lots);
      if (changesHands) endAlternatives(state, order);
    }
    if (changesHands) cutBoth(state, maker, taker);
  }
}

/** What changes hands is open no more while the money of it is told; then it is to be taken off. */
function transferBetween(
  state: TwinState,
  orders: readonly TwinOrder[],
  lots: number,
  priceTicks: number,
): void {
  for (const order of orders) order.leavesQtyLots -= lots;
  for (const order of orders) transfer(state, order, lots, priceTicks);
  for (const order of orders) order.leavesQtyLots += lots;
}

function decrement(state: TwinState, order: TwinOrder, lots: number): void {
  if (order.place === "ended") return;
  if (lots === order.leavesQtyLots) {
    endPrevented(state, order);
    return;
  }
  reduce(state, order, lots, REASON_SELF_TRADE);
  if (order.place === "displayed") takeShown(state, order, lots);
}

/** Of an iceberg its reserve first. */
export function decrementWhole(state: TwinState, order: TwinOrder, lots: number): void {
  if (order.place === "ended") return;
  if (lots === order.leavesQtyLots) endPrevented(state, order);
  else reduceKeepingPlace(state, order, lots, REASON_SELF_TRADE);
}

/** Unless the end of the other one has ended it already: both may be legs of one list. */
function endPrevented(state: TwinState, order: TwinOrder): void {
  if (order.place !== "ended") end(state, order, REASON_SELF_TRADE);
}
