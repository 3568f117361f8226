// The newest trades of one instrument, newest first, bounded: history and stream meet here by
// trade id, so that neither a trade nor a gap shows twice.

import type { Side } from "./wire.ts";

export type Trade = {
  readonly tradeId: number;
  readonly timeMicros: number;
  readonly lastPxTicks: number;
  readonly lastQtyLots: number;
  /** Who took; in a call nobody did. */
  readonly taker: Side | "call";
};

export const TAKER_MARKS: Readonly<Record<Trade["taker"], string>> = {
  buy: "▲",
  sell: "▼",
  call: "◆",
};

/** More than any screen shows at once; older ones drop out. */
export const TRADES_MAX = 200;

export class TradeState {
  #trades: Trade[] = [];

  get newestFirst(): readonly Trade[] {
    return this.#trades;
  }

  clear(): void {
    this.#trades = [];
  }

  /** False when the trade is known or older than everything live: it changes nothing then. */
  add(trade: Trade): boolean {
    const newest = this.#trades[0];
    if (newest !== undefined && trade.tradeId <= newest.tradeId) return false;
    this.#trades.unshift(trade);
    if (this.#trades.length > TRADES_MAX) this.#trades.pop();
    return true;
  }

  /** Joins a history (any order) with what came live meanwhile. */
  merge(history: readonly Trade[]): void {
    const byId = new Map<number, Trade>();
    for (const trade of history) byId.set(trade.tradeId, trade);
    for (const trade of this.#trades) byId.set(trade.tradeId, trade);
    this.#trades = [...byId.values()]
      .sort((left, right) => right.tradeId - left.tradeId)
      .slice(0, TRADES_MAX);
  }
}
