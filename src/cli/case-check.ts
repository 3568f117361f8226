// The "check" steps of a case: what the book and its orders look like now. Each function returns
// the first difference in words, "" when everything is as expected.

import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { CaseStep } from "./case-file.ts";
import type { CaseNumbers } from "./case-numbers.ts";
import { orderStatus } from "./case-status.ts";
import type { CaseVenue } from "./case-venue.ts";

type Check = { readonly step: CaseStep; readonly venue: CaseVenue; readonly numbers: CaseNumbers };

export function checkBook(step: CaseStep, venue: CaseVenue, numbers: CaseNumbers): string {
  const check = { step, venue, numbers };
  return (
    checkSide(check, "bid", SIDE_BUY) ||
    checkSide(check, "ask", SIDE_SELL) ||
    checkOrders(check) ||
    checkStops(check, "stop_buys", SIDE_BUY) ||
    checkStops(check, "stop_sells", SIDE_SELL) ||
    checkLastPrice(check) ||
    checkEngine(check)
  );
}

/** Words for a difference; "" when both texts are the same. */
export function differs(what: string, expected: unknown, found: unknown): string {
  const expectedText = JSON.stringify(expected);
  const foundText = JSON.stringify(found);
  return expectedText === foundText ? "" : `${what}: expected ${expectedText}, found ${foundText}`;
}

function checkSide(check: Check, name: "bid" | "ask", side: number): string {
  const { step, venue, numbers } = check;
  const queue = venue.fold.queue(side);
  const lots = queue.reduce((sum, order) => sum + order.leavesQtyLots, 0);
  const shownLots = queue.reduce((sum, order) => sum + order.shownQtyLots, 0);
  const qty = step[`${name}_qty`];
  const visible = step[`visible_${name}_qty`];
  const resting = step[`resting_${name}s`];
  const first = step[`first_${name}`];
  return (
    checkLevels(check, name, side) ||
    checkQueue(check, name, side) ||
    (qty === undefined ? "" : differs(`${name}_qty`, numbers.lots(qty), lots)) ||
    (visible === undefined
      ? ""
      : differs(`visible_${name}_qty`, numbers.lots(visible), shownLots)) ||
    (resting === undefined ? "" : differs(`resting_${name}s`, resting, queue.length)) ||
    (first === undefined
      ? ""
      : differs(`first_${name}`, first, queue.length === 0 ? null : venue.idOf(queue[0])))
  );
}

function checkLevels({ step, venue, numbers }: Check, name: string, side: number): string {
  const levels = step[`${name}s`] as [unknown, unknown, unknown][] | undefined;
  const isWhole = step[`${name}s_end`] === true;
  const found = venue.fold.levels(side);
  if (levels === undefined) return isWhole ? differs(`${name}s`, [], found) : "";
  const expected = levels.map(([price, qty, orders]) => [
    numbers.ticks(price),
    numbers.lots(qty),
    orders,
  ]);
  return differs(`${name}s`, expected, isWhole ? found : found.slice(0, expected.length));
}

function checkQueue({ step, venue, numbers }: Check, name: string, side: number): string {
  const orders = step[`${name}_queue`] as [string, unknown][] | undefined;
  if (orders === undefined) return "";
  const expected = orders.map(([id, price]) => [id, numbers.ticks(price)]);
  const found = venue.fold.queue(side).map((order) => [venue.idOf(order), order.priceTicks]);
  const isWhole = step[`${name}_queue_end`] === true;
  return differs(`${name}_queue`, expected, isWhole ? found : found.slice(0, expected.length));
}

function checkOrders({ step, venue, numbers }: Check): string {
  const orders = (step["orders"] ?? {}) as Readonly<Record<string, Record<string, unknown>>>;
  for (const [id, expected] of Object.entries(orders)) {
    const order = venue.find(id);
    if (order === undefined) return `order ${id}: expected one, found none`;
    const { order_qty, open_qty, price, status } = expected;
    const difference =
      (order_qty === undefined
        ? ""
        : differs("order_qty", numbers.lots(order_qty), order.orderQtyLots)) ||
      (open_qty === undefined
        ? ""
        : differs("open_qty", numbers.lots(open_qty), order.leavesQtyLots)) ||
      (price === undefined ? "" : differs("price", numbers.ticks(price), order.priceTicks)) ||
      (status === undefined ? "" : differs("status", status, orderStatus(order)));
    if (difference !== "") return `order ${id} ${difference}`;
  }
  return "";
}

/** Stops that wait for their price. */
function checkStops({ step, venue }: Check, name: string, side: number): string {
  const count = step[name];
  return count === undefined ? "" : differs(name, count, venue.fold.waiting(side).length);
}

function checkLastPrice({ step, venue, numbers }: Check): string {
  const price = step["last_price"];
  if (price === undefined) return "";
  return differs("last_price", numbers.ticks(price), venue.fold.lastPxTicks);
}

/** The book above is folded from events; the engine's own count must agree with it. */
function checkEngine({ venue }: Check): string {
  const folded = venue.fold.workingCount();
  return differs("working orders by the engine's count", folded, venue.workingOrdersOfEngine());
}
