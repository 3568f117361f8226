// The slow, obvious twin of the book: one array of resting orders a side, kept in priority order,
// searched from the front. Written from the rulebook (sections 2 and 3) and from nothing else, for
// tests to compare the real ones with. Everything costs O(orders).

export type NaiveSide = "buy" | "sell";

export type NaiveOrder = {
  readonly id: string;
  readonly side: NaiveSide;
  /** Leave out for a market order. */
  readonly priceTicks?: number;
  readonly qtyLots: number;
  readonly timeInForce?: "gtc" | "ioc" | "fok";
  readonly postOnly?: boolean;
};

export type NaiveTrade = {
  readonly makerId: string;
  readonly takerId: string;
  readonly priceTicks: number;
  readonly qtyLots: number;
};

export type NaiveAmend = {
  readonly priceTicks?: number;
  /** The new total, executed lots included, or ... */
  readonly orderQtyLots?: number;
  /** ... the new open quantity. */
  readonly leavesQtyLots?: number;
  /** Joins the tail even where the rulebook would keep the place. */
  readonly joinsTail?: boolean;
};

/** What one command did. */
export type NaiveOutcome = {
  readonly status: "accepted" | "rejected";
  readonly trades: readonly NaiveTrade[];
  /** Lots that ended without trading: remainders, cancels, reductions. */
  readonly canceledLots: number;
  /** Lots of the command's order still working afterwards. */
  readonly leavesQtyLots: number;
};

type Resting = {
  readonly id: string;
  readonly side: NaiveSide;
  readonly postOnly: boolean;
  priceTicks: number;
  orderQtyLots: number;
  leavesQtyLots: number;
};

const REJECTED: NaiveOutcome = {
  status: "rejected",
  trades: [],
  canceledLots: 0,
  leavesQtyLots: 0,
};

export class NaiveBook {
  /** Best first, then oldest first. */
  readonly #bids: Resting[] = [];
  readonly #asks: Resting[] = [];
  readonly #usedIds = new Set<string>();

  /** Ids are never used twice, also not after their order has ended. */
  enter(order: NaiveOrder): NaiveOutcome {
    if (this.#usedIds.has(order.id) || order.qtyLots < 1) return REJECTED;
    const { id, side, priceTicks, qtyLots, timeInForce = "gtc", postOnly = false } = order;
    if (postOnly && this.#tradableLots(side, priceTicks) > 0) return REJECTED;
    if (timeInForce === "fok" && this.#tradableLots(side, priceTicks) < qtyLots) return REJECTED;
    this.#usedIds.add(id);

    const trades = this.#trade(id, side, priceTicks, qtyLots);
    const leftLots = qtyLots - sumOf(trades);
    const rests = priceTicks !== undefined && timeInForce === "gtc";
    if (!rests || leftLots === 0) {
      return { status: "accepted", trades, canceledLots: leftLots, leavesQtyLots: 0 };
    }
    this.#rest({ id, side, postOnly, priceTicks, orderQtyLots: qtyLots, leavesQtyLots: leftLots });
    return { status: "accepted", trades, canceledLots: 0, leavesQtyLots: leftLots };
  }

  cancel(id: string): NaiveOutcome {
    const order = this.find(id);
    if (order === undefined) return REJECTED;
    this.#remove(id);
    return { status: "accepted", trades: [], canceledLots: order.leavesQtyLots, leavesQtyLots: 0 };
  }

  /** Takes lots off and keeps the place; all of them end the order. */
  reduce(id: string, byLots: number): NaiveOutcome {
    const order = this.#findResting(id);
    if (order === undefined || byLots < 1) return REJECTED;
    if (byLots >= order.leavesQtyLots) return this.cancel(id);
    order.leavesQtyLots -= byLots;
    order.orderQtyLots -= byLots;
    const { leavesQtyLots } = order;
    return { status: "accepted", trades: [], canceledLots: byLots, leavesQtyLots };
  }

  amend(id: string, amend: NaiveAmend): NaiveOutcome {
    const order = this.#findResting(id);
    if (order === undefined) return REJECTED;
    const executedLots = order.orderQtyLots - order.leavesQtyLots;
    const priceTicks = amend.priceTicks ?? order.priceTicks;
    const openLots =
      amend.leavesQtyLots ?? (amend.orderQtyLots ?? order.orderQtyLots) - executedLots;
    if (openLots <= 0) return this.cancel(id);
    if (order.postOnly && this.#tradableLots(order.side, priceTicks) > 0) return REJECTED;

    const keepsPlace =
      priceTicks === order.priceTicks && openLots <= order.leavesQtyLots && !amend.joinsTail;
    if (keepsPlace) {
      order.leavesQtyLots = openLots;
      order.orderQtyLots = executedLots + openLots;
      return { status: "accepted", trades: [], canceledLots: 0, leavesQtyLots: openLots };
    }
    this.#remove(id);
    const trades = this.#trade(id, order.side, priceTicks, openLots);
    const leavesQtyLots = openLots - sumOf(trades);
    const orderQtyLots = executedLots + openLots;
    if (leavesQtyLots > 0) this.#rest({ ...order, priceTicks, orderQtyLots, leavesQtyLots });
    return { status: "accepted", trades, canceledLots: 0, leavesQtyLots };
  }

  /** The resting order, to look at. */
  find(id: string): Readonly<Resting> | undefined {
    return this.#findResting(id);
  }

  /** Resting orders of a side in the order in which they would trade. */
  queue(side: NaiveSide): readonly Readonly<Resting>[] {
    return this.#sideOf(side);
  }

  /** [priceTicks, lots, orders] of each level, best first. */
  depth(side: NaiveSide): [number, number, number][] {
    const levels: [number, number, number][] = [];
    for (const order of this.#sideOf(side)) {
      const level = levels.find(([priceTicks]) => priceTicks === order.priceTicks);
      if (level === undefined) {
        levels.push([order.priceTicks, order.leavesQtyLots, 1]);
      } else {
        level[1] += order.leavesQtyLots;
        level[2]++;
      }
    }
    return levels;
  }

  #trade(
    takerId: string,
    side: NaiveSide,
    priceTicks: number | undefined,
    qtyLots: number,
  ): NaiveTrade[] {
    const makers = this.#sideOf(opposite(side));
    const trades: NaiveTrade[] = [];
    let leftLots = qtyLots;
    while (leftLots > 0 && makers.length > 0 && crosses(side, priceTicks, makers[0].priceTicks)) {
      const maker = makers[0];
      const tradedLots = Math.min(leftLots, maker.leavesQtyLots);
      trades.push({
        makerId: maker.id,
        takerId,
        priceTicks: maker.priceTicks,
        qtyLots: tradedLots,
      });
      leftLots -= tradedLots;
      maker.leavesQtyLots -= tradedLots;
      if (maker.leavesQtyLots === 0) makers.shift();
    }
    return trades;
  }

  /** Lots on the other side within the limit. */
  #tradableLots(side: NaiveSide, priceTicks: number | undefined): number {
    return this.#sideOf(opposite(side))
      .filter((maker) => crosses(side, priceTicks, maker.priceTicks))
      .reduce((lots, maker) => lots + maker.leavesQtyLots, 0);
  }

  /** Behind every order of the same or a better price. */
  #rest(order: Resting): void {
    const orders = this.#sideOf(order.side);
    const behind = orders.findIndex((other) => isBetter(order, other));
    orders.splice(behind === -1 ? orders.length : behind, 0, order);
  }

  #remove(id: string): void {
    for (const orders of [this.#bids, this.#asks]) {
      const index = orders.findIndex((order) => order.id === id);
      if (index !== -1) orders.splice(index, 1);
    }
  }

  #findResting(id: string): Resting | undefined {
    return [...this.#bids, ...this.#asks].find((order) => order.id === id);
  }

  #sideOf(side: NaiveSide): Resting[] {
    return side === "buy" ? this.#bids : this.#asks;
  }
}

function opposite(side: NaiveSide): NaiveSide {
  return side === "buy" ? "sell" : "buy";
}

/** Whether an order with this limit (none: any price) may trade at a resting price. */
function crosses(side: NaiveSide, limitTicks: number | undefined, restingTicks: number): boolean {
  if (limitTicks === undefined) return true;
  return side === "buy" ? restingTicks <= limitTicks : restingTicks >= limitTicks;
}

function isBetter(order: Resting, other: Resting): boolean {
  return order.side === "buy"
    ? order.priceTicks > other.priceTicks
    : order.priceTicks < other.priceTicks;
}

function sumOf(trades: readonly NaiveTrade[]): number {
  return trades.reduce((lots, trade) => lots + trade.qtyLots, 0);
}
