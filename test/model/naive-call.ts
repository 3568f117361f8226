// A call auction as docs/rulebook.md says it, word by word: every tick of the crossed range is
// looked at, every order is asked at every tick. Slow and obvious; the engine is compared with it.

export type CallOrder = {
  readonly name: string;
  readonly side: "buy" | "sell";
  readonly lots: number;
  /** Left out: a market order. */
  readonly limitTicks?: number;
  /** Comes after all others at its price. */
  readonly hidden?: boolean;
};

/** What one tick is worth: demand, supply, what would trade, what would be left over. */
export type CallTick = readonly [
  priceTicks: number,
  demand: number,
  supply: number,
  paired: number,
  imbalance: number,
];

export type CallOutcome = {
  /** Undefined: no price. */
  readonly priceTicks: number | undefined;
  readonly pairedLots: number;
  /** Buys left over at the price; of sells negative. */
  readonly imbalanceLots: number;
  /** Lots of each order that traded; orders that did not are not there. */
  readonly fills: ReadonlyMap<string, number>;
};

const TICKS_MAX = 10_000;

const NO_PRICE: CallOutcome = {
  priceTicks: undefined,
  pairedLots: 0,
  imbalanceLots: 0,
  fills: new Map(),
};

/** Orders in the order of their times. */
export function naiveCall(orders: readonly CallOrder[], reference?: number): CallOutcome {
  const limits = limitsOf(orders);
  if (limits.length === 0) return marketOnly(orders, reference);
  const ticks = ticksOf(orders, reference);
  const mostPaired = Math.max(...ticks.map(([, , , paired]) => paired));
  if (mostPaired === 0) return NO_PRICE;
  const most = ticks.filter(([, , , paired]) => paired === mostPaired);
  const leastLeft = Math.min(...most.map(([, , , , imbalance]) => Math.abs(imbalance)));
  const best = most.filter(([, , , , imbalance]) => Math.abs(imbalance) === leastLeft);
  const priceTicks = chosen(best, reference ?? middleOf(orders));
  return outcomeAt(orders, priceTicks);
}

/**
 * Every tick from the lowest to the highest of all limits and the reference price. Where these are
 * too many, those at which demand or supply is another one than beside them, and the reference.
 */
export function ticksOf(orders: readonly CallOrder[], reference?: number): CallTick[] {
  const limits = limitsOf(orders);
  const ends = [...limits, ...(reference === undefined ? [] : [reference])];
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  if (last - first >= TICKS_MAX) {
    const beside = limits.flatMap((ticks) => [ticks - 1, ticks, ticks + 1]);
    const all = [...beside, reference ?? middleOf(orders)];
    const ticks = [...new Set(all)].filter((each) => each >= first && each <= last);
    return ticks.sort((a, b) => a - b).map((each) => tickAt(orders, each));
  }
  return Array.from({ length: last - first + 1 }, (_, n) => tickAt(orders, first + n));
}

function tickAt(orders: readonly CallOrder[], priceTicks: number): CallTick {
  const sumOf = (side: string) =>
    orders
      .filter((order) => order.side === side && trades(order, priceTicks))
      .reduce((sum, { lots }) => sum + lots, 0);
  const [demand, supply] = [sumOf("buy"), sumOf("sell")];
  return [priceTicks, demand, supply, Math.min(demand, supply), demand - supply];
}

function trades({ limitTicks, side }: CallOrder, priceTicks: number): boolean {
  if (limitTicks === undefined) return true;
  return side === "buy" ? limitTicks >= priceTicks : limitTicks <= priceTicks;
}

function chosen(best: readonly CallTick[], reference: number): number {
  const [lowest, highest] = [best[0][0], best[best.length - 1][0]];
  if (best.every(([, , , , imbalance]) => imbalance > 0)) return highest;
  if (best.every(([, , , , imbalance]) => imbalance < 0)) return lowest;
  return Math.min(Math.max(reference, lowest), highest);
}

/** Without a reference price: between the best limits, half a tick towards zero. */
function middleOf(orders: readonly CallOrder[]): number {
  const buys = limitsOf(orders.filter(({ side }) => side === "buy"));
  const sells = limitsOf(orders.filter(({ side }) => side === "sell"));
  if (buys.length === 0) return Math.min(...sells);
  if (sells.length === 0) return Math.max(...buys);
  // Plus nothing: half a tick below zero is no minus zero.
  return Math.trunc((Math.max(...buys) + Math.min(...sells)) / 2) + 0;
}

function marketOnly(orders: readonly CallOrder[], reference?: number): CallOutcome {
  if (reference === undefined) return NO_PRICE;
  const outcome = outcomeAt(orders, reference);
  return outcome.pairedLots === 0 ? NO_PRICE : outcome;
}

function outcomeAt(orders: readonly CallOrder[], priceTicks: number): CallOutcome {
  const [, , , pairedLots, imbalanceLots] = tickAt(orders, priceTicks);
  const fills = new Map<string, number>();
  for (const side of ["buy", "sell"]) {
    let leftLots = pairedLots;
    for (const { name, lots } of inTurn(orders, side)) {
      const filled = Math.min(lots, leftLots);
      if (filled > 0) fills.set(name, filled);
      leftLots -= filled;
    }
  }
  return { priceTicks, pairedLots, imbalanceLots, fills };
}

/** Market orders, then the better limit, at one limit hidden ones last, then by time. */
function inTurn(orders: readonly CallOrder[], side: string): CallOrder[] {
  const sign = side === "buy" ? -1 : 1;
  const limitOf = ({ limitTicks }: CallOrder) =>
    limitTicks === undefined ? Number.NEGATIVE_INFINITY : sign * limitTicks;
  return orders
    .filter((order) => order.side === side)
    .map((order, time) => ({ order, time }))
    .sort((a, b) => {
      const [limitA, limitB] = [limitOf(a.order), limitOf(b.order)];
      if (limitA !== limitB) return limitA < limitB ? -1 : 1;
      const dark = Number(a.order.hidden ?? false) - Number(b.order.hidden ?? false);
      return dark === 0 ? a.time - b.time : dark;
    })
    .map(({ order }) => order);
}

function limitsOf(orders: readonly CallOrder[]): number[] {
  return orders.flatMap(({ limitTicks }) => (limitTicks === undefined ? [] : [limitTicks]));
}
