// Lists that release their children part by part: so much of a child as its parent was filled
// becomes an order of its own.

import { EXEC_INST_ICEBERG } from "../../src/model/exec-inst.ts";
import { LIST_OCO } from "../../src/model/order-terms.ts";
import { REASON_LINKED, REASON_RELEASED } from "../../src/model/reasons.ts";
import { end, isParent, legsOf, reduce } from "./naive-ends.ts";
import { introduce } from "./naive-entry.ts";
import type { TwinOrder } from "./naive-order.ts";
import { idOf, newList, type TwinList, type TwinState } from "./naive-state.ts";
import { wake } from "./naive-waking.ts";

/** Beyond this all of a child is released at the end, so that parts stay exact. */
const SHARED_LOTS_MAX = 2 ** 51;

type Due = { readonly child: TwinOrder; readonly lots: number };

/** What the parent's fills have made due; where the parent has ended, the rest ends. */
export function release(state: TwinState, list: TwinList): void {
  if (list.isDecided) return;
  const dues = childrenOf(state, list)
    .map((child): Due => ({ child, lots: dueLots(list, child) }))
    .filter(({ lots }) => lots > 0);
  // Once the parent has ended, no child's end means anything to the other.
  if (list.isClosing || isFilled(list)) list.isDecided = true;
  // What one fill releases of two children cancels each other.
  const pair = dues.length > 1 ? newList(state, LIST_OCO, false) : undefined;
  for (const { child, lots } of dues) releaseOf(state, list, child, lots, pair);
  if (!list.isClosing) return;
  for (const child of childrenOf(state, list)) end(state, child, REASON_LINKED);
}

/** As much of the child as of the parent, rounded down, less what was released before. */
function dueLots(list: TwinList, child: TwinOrder): number {
  if (isFilled(list)) return child.leavesQtyLots;
  const releasedLots = list.releasedLots.get(child.orderId) ?? 0;
  const allLots = releasedLots + child.leavesQtyLots;
  if (Math.max(allLots, list.totalLots) > SHARED_LOTS_MAX) return 0;
  const part = (BigInt(allLots) * BigInt(list.filledLots)) / BigInt(list.totalLots);
  return Math.max(0, Number(part) - releasedLots);
}

function isFilled({ filledLots, totalLots }: TwinList): boolean {
  return filledLots === totalLots;
}

function releaseOf(
  state: TwinState,
  list: TwinList,
  child: TwinOrder,
  lots: number,
  pair: TwinList | undefined,
): void {
  const order = partOf(state, child, lots, pair);
  list.releasedLots.set(child.orderId, (list.releasedLots.get(child.orderId) ?? 0) + lots);
  if (lots < child.leavesQtyLots) reduce(state, child, lots, REASON_RELEASED);
  else end(state, child, REASON_RELEASED);
  introduce(state, order);
  pair?.legIds.push(order.orderId);
  // What the first one traded, or its end, has decided.
  if (pair?.isDecided) end(state, order, REASON_LINKED);
  else wake(state, order);
}

/** With the child's terms; no larger than its slice, it is shown whole. */
function partOf(
  state: TwinState,
  child: TwinOrder,
  lots: number,
  pair: TwinList | undefined,
): TwinOrder {
  const isShownWhole = (child.terms.displayQtyLots ?? 0) >= lots;
  return {
    ...child,
    terms: { ...child.terms, ...(isShownWhole ? { displayQtyLots: 0 } : {}) },
    execInst: isShownWhole ? child.execInst & ~EXEC_INST_ICEBERG : child.execInst,
    clOrdId: nameOf(state, child),
    listId: pair?.listId ?? 0,
    orderQtyLots: lots,
    leavesQtyLots: lots,
    place: "nowhere",
  };
}

/** Its number, marked as often as it takes for the name to be new. */
function nameOf(state: TwinState, { accountId }: TwinOrder): string {
  for (let marks = "#"; ; marks += "#") {
    const clOrdId = `${marks}${state.lastOrderId + 1}`;
    if (!state.ids.has(idOf({ accountId, clOrdId }))) return clOrdId;
  }
}

function childrenOf(state: TwinState, list: TwinList): TwinOrder[] {
  return legsOf(state, list).filter((leg) => !isParent(list, leg));
}
