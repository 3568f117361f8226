// hot path
// The trades of one command, in the order in which they happened: rows of one array that is used
// again for every command. It doubles when a command sweeps more orders than any before it.

const ROW_REALS = 3;
const MAKER_ORDER_ID = 0;
const LAST_PX = 1;
const LAST_QTY = 2;
const TRADES_FIRST = 64;

export class TradeList {
  #rows = new Float64Array(TRADES_FIRST * ROW_REALS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  add(makerOrderId: number, lastPxTicks: number, lastQtyLots: number): void {
    const at = this.#count * ROW_REALS;
    if (at === this.#rows.length) this.#grow();
    this.#rows[at + MAKER_ORDER_ID] = makerOrderId;
    this.#rows[at + LAST_PX] = lastPxTicks;
    this.#rows[at + LAST_QTY] = lastQtyLots;
    this.#count++;
  }

  makerOrderIdOf(index: number): number {
    return this.#rows[index * ROW_REALS + MAKER_ORDER_ID];
  }

  lastPxTicksOf(index: number): number {
    return this.#rows[index * ROW_REALS + LAST_PX];
  }

  lastQtyLotsOf(index: number): number {
    return this.#rows[index * ROW_REALS + LAST_QTY];
  }

  #grow(): void {
    const rows = new Float64Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}
