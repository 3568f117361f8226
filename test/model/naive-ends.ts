// How orders end, and what the end, the fill or the trigger of one leg does to the others.

import { EVENT_CANCELED, FLAG_ON_BOOK } from "../../src/codec/event.ts";
import { LIST_OCO } from "../../src/model/order-terms.ts";
import { REASON_LINKED } from "../../src/model/reasons.ts";
import { hide, keepShownWithinLeaves } from "./naive-icebergs.ts";
import { isIceberg, isOnBook, type TwinOrder } from "./naive-order.ts";
import { idOf, report, type TwinList, type TwinState } from "./naive-state.ts";

/** Canceled, expired or prevented: what is left of it ends. */
export function end(state: TwinState, order: TwinOrder, reason: number): void {
  const lastQtyLots = order.leavesQtyLots;
  order.leavesQtyLots = 0;
  const flags = isOnBook(order) ? FLAG_ON_BOOK : 0;
  report(state, EVENT_CANCELED, order, { flags, lastQtyLots, reason });
  if (isIceberg(order) && order.place === "displayed") hide(state, order, order.priceTicks);
  remove(state, order);
  const list = listOf(state, order);
  if (list === undefined) return;
  if (isParent(list, order)) endParent(state, list);
  else endSiblings(state, list, order);
}

/** Takes lots off, fewer than all. */
export function reduce(state: TwinState, order: TwinOrder, lots: number, reason: number): void {
  order.leavesQtyLots -= lots;
  order.orderQtyLots -= lots;
  const flags = isOnBook(order) ? FLAG_ON_BOOK : 0;
  report(state, EVENT_CANCELED, order, { flags, lastQtyLots: lots, reason });
}

/** A reduction that its owner asked for. */
export function reduceKeepingPlace(
  state: TwinState,
  order: TwinOrder,
  lots: number,
  reason: number,
): void {
  reduce(state, order, lots, reason);
  keepShownWithinLeaves(state, order);
}

/** Filled whole. */
export function finish(state: TwinState, order: TwinOrder): void {
  remove(state, order);
  const list = listOf(state, order);
  if (list === undefined || !isParent(list, order) || list.isProRata) return;
  takeTurn(state, list);
}

/** Of a parent whose list releases its children part by part. */
export function noteFill(state: TwinState, order: TwinOrder): void {
  const list = listOf(state, order);
  if (list === undefined || !isParent(list, order) || !list.isProRata) return;
  list.filledLots = order.cumQtyLots;
  list.totalLots = order.orderQtyLots;
  takeTurn(state, list);
}

/** Its children are looked at; several parts in a row are one turn. */
function takeTurn({ listsToActivate }: TwinState, list: TwinList): void {
  if (listsToActivate.at(-1) !== list) listsToActivate.push(list);
}

/** A fill of any quantity, or the trigger: whoever is linked to it as an alternative ends. */
export function endAlternatives(state: TwinState, order: TwinOrder): void {
  const list = listOf(state, order);
  if (list !== undefined && !isParent(list, order)) endSiblings(state, list, order);
}

/** Two that filled each other: the rest of both ends where they are alternatives, in this order. */
export function endBoth(state: TwinState, [first, second]: readonly TwinOrder[]): void {
  if (!isAlternative(state, first) || first.listId !== second.listId) return;
  if (!isAlternative(state, second)) return;
  listOf(state, first)!.isDecided = true;
  for (const leg of [first, second]) if (leg.leavesQtyLots > 0) end(state, leg, REASON_LINKED);
}

/** Whether a fill of it ends another, or the other way round. */
export function isAlternative(state: TwinState, order: TwinOrder): boolean {
  const list = listOf(state, order);
  return list !== undefined && !isParent(list, order);
}

/** Those of them that work: they count as if they did not while `ask` is answered. */
export function withoutAlternatives(state: TwinState, order: TwinOrder, ask: () => number): number {
  const list = listOf(state, order);
  const others =
    list === undefined || isParent(list, order)
      ? []
      : legsOf(state, list).filter(
          (leg) => leg !== order && !isParent(list, leg) && !leg.isInactive,
        );
  for (const other of others) other.isInactive = true;
  const answer = ask();
  for (const other of others) other.isInactive = false;
  return answer;
}

export function endId(state: TwinState, order: { accountId: number; clOrdId: string }): void {
  state.ids.set(idOf(order), undefined);
  state.endedIds.push(idOf(order));
  forgetEndedIds(state);
}

/** All but the last ones: as many as the operator says, else all of a day, else the usual. */
export function forgetEndedIds(state: TwinState): void {
  const { endedIds, endedIdsSaid, ids, limits } = state;
  const { closedIdsMax, recentIdsMax } = limits;
  const hasDays = [...state.tapes.values()].some(({ calendar }) => calendar !== undefined);
  const usualMax = hasDays ? closedIdsMax : Math.min(closedIdsMax, recentIdsMax);
  while (endedIds.length > (endedIdsSaid ?? usualMax)) ids.delete(endedIds.shift()!);
}

function endSiblings(state: TwinState, list: TwinList, order: TwinOrder): void {
  if (list.isDecided) return;
  list.isDecided = true;
  for (const sibling of legsOf(state, list)) {
    // Two that fill each other whole are both filled.
    const isOther = sibling !== order && sibling.leavesQtyLots > 0;
    if (isOther && !isParent(list, sibling)) end(state, sibling, REASON_LINKED);
  }
}

/** Children that sleep end, at once or when what is due of them has been released. */
function endParent(state: TwinState, list: TwinList): void {
  if (list.filledLots > 0) {
    list.isClosing = true;
    takeTurn(state, list);
    return;
  }
  list.isDecided = true;
  for (const leg of legsOf(state, list)) end(state, leg, REASON_LINKED);
}

export function listOf(state: TwinState, { listId }: TwinOrder): TwinList | undefined {
  return state.lists.find((list) => list.listId === listId);
}

/** Those that have entered and not ended, in their order. */
export function legsOf(state: TwinState, { legIds }: TwinList): TwinOrder[] {
  return legIds.flatMap((legId) => state.working.filter(({ orderId }) => orderId === legId));
}

/** The first of a list of orders that wait for it. */
export function isParent({ listType, legIds }: TwinList, { orderId }: TwinOrder): boolean {
  return listType !== LIST_OCO && legIds[0] === orderId;
}

function remove(state: TwinState, order: TwinOrder): void {
  order.place = "ended";
  state.working = state.working.filter((other) => other !== order);
  const { accountId } = order;
  const others = (state.ofAccount.get(accountId) ?? []).filter((other) => other !== order);
  state.ofAccount.set(accountId, others);
  endId(state, order);
}
