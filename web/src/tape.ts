// The tape: newest trades first, colored and marked by the side that took (none in a call), larger
// trades louder.

import { timeText } from "./clock-text.ts";
import { Columns, setNumber } from "./columns.ts";
import { byId, makeRow, rowPixels, setClass, setText } from "./dom.ts";
import { formatSteps } from "./grid.ts";
import type { Market } from "./market.ts";
import { TAKER_MARKS, type Trade } from "./trade-state.ts";

/** Rows in the table; taller screens than this do not exist yet. */
const ROWS_MAX = 120;
/** A trade of at least this share of the largest one shown stands out. */
const LOUD_RATIO = 0.6;
/** "14:59:59.761", whose marks are narrow and whose digits are not bold. */
const TIME_CHARACTERS = 10;
/** "▲ " */
const MARK_CHARACTERS = 2;

export class Tape {
  readonly #body = byId("tape-rows", HTMLElement);
  readonly #empty = byId("tape-empty", HTMLElement);
  readonly #rows: HTMLTableRowElement[] = [];
  readonly #columns = new Columns(byId("tape", HTMLTableElement), [0, 1], 700);
  #symbol = "";

  constructor(onResize: () => void) {
    const panel = this.#body.closest(".clip");
    if (panel !== null) {
      new ResizeObserver(() => {
        this.#fit(panel.clientHeight);
        onResize();
      }).observe(panel);
    }
  }

  render(market: Market): void {
    const instrument = market.instrument;
    if (instrument === undefined) return;
    if (instrument.symbol !== this.#symbol) this.#columns.reset();
    this.#symbol = instrument.symbol;
    const trades = market.trades.newestFirst.slice(0, this.#rows.length);
    const largestLots = trades.reduce((lots, trade) => Math.max(lots, trade.lastQtyLots), 1);
    const priceTexts = trades.map(({ lastPxTicks }) => formatSteps(lastPxTicks, instrument.price));
    const room = this.#columns.fit([
      TIME_CHARACTERS,
      MARK_CHARACTERS + Math.max(0, ...priceTexts.map(({ length }) => length)),
      formatSteps(largestLots, instrument.qty).length,
    ]);
    this.#empty.hidden = market.trades.newestFirst.length > 0;
    this.#rows.forEach((row, i) => {
      const trade = trades[i];
      row.hidden = trade === undefined;
      if (trade === undefined) return;
      const qty = formatSteps(trade.lastQtyLots, instrument.qty);
      const ratio = trade.lastQtyLots / largestLots;
      showTrade(row, trade, priceTexts[i], ratio);
      setNumber(row.cells[2], qty, room[2]);
    });
  }

  #fit(heightPixels: number): void {
    const rowCount = Math.min(ROWS_MAX, Math.max(0, Math.ceil(heightPixels / rowPixels())));
    while (this.#rows.length > rowCount) this.#rows.pop()?.remove();
    while (this.#rows.length < rowCount) {
      const row = makeRow(["time", "number price", "number size end"]);
      this.#rows.push(row);
      this.#body.append(row);
    }
  }
}

function showTrade(row: HTMLTableRowElement, trade: Trade, price: string, sizeRatio: number): void {
  const [time, priceCell] = row.cells;
  setText(time, timeText(trade.timeMicros));
  setText(priceCell, `${TAKER_MARKS[trade.taker]} ${price}`);
  setClass(row, `rung ${trade.taker}${sizeRatio >= LOUD_RATIO ? " loud" : ""}`);
  row.style.setProperty("--bar", sizeRatio.toFixed(3));
}
