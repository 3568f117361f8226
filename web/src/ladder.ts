// The ladder: the best rows of both sides around the spread, bars for the running totals, own
// working lots beside their price. A price is a button: it fills the ticket.

import { ASK_SIGN, BID_SIGN, type RankSign } from "./book-state.ts";
import { Columns, setNumber } from "./columns.ts";
import { byId, make, makeRow, rowPixels, setClass, setText } from "./dom.ts";
import { formatSteps, parseSteps } from "./grid.ts";
import type { Instrument } from "./instrument.ts";
import { groupPriceTicks, type LadderRow, ladderRows } from "./ladder-rows.ts";
import type { Market } from "./market.ts";
import type { WorkingOrder } from "./order-state.ts";
import { TAKER_MARKS } from "./trade-state.ts";

/** Group sizes in ticks: enough to see past a thick touch. */
const GROUPS_TICKS = [1, 2, 5, 10, 50, 100] as const;
/** A 4K screen shows about 100; more rows would only cost. */
const ROWS_MAX = 60;

/** Own lots are bold: so much wider. */
const BOLD_RATIO = 1.15;

/** One row of the table and what it shows, best row of its side first. */
type RowView = {
  readonly row: HTMLTableRowElement;
  readonly own: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly qty: HTMLElement;
  readonly total: HTMLElement;
  priceTicks: number | undefined;
};

export class Ladder {
  readonly #table = byId("ladder", HTMLTableElement);
  readonly #group = byId("ladder-group", HTMLSelectElement);
  readonly #last = byId("ladder-last", HTMLElement);
  readonly #spread = byId("ladder-spread", HTMLElement);
  readonly #bids: RowView[] = [];
  readonly #asks: RowView[] = [];
  /** Own, price, size and total; a price is chosen, so it stands there whole. */
  readonly #columns = new Columns(this.#table, [1], 400);
  readonly #onPrice: (priceTicks: number) => void;
  #instrument: Instrument | undefined;

  constructor(onPrice: (priceTicks: number) => void, onResize: () => void) {
    this.#onPrice = onPrice;
    this.#group.onchange = onResize;
    this.#table.addEventListener("click", (event) => this.#onClick(event));
    this.#table.addEventListener("keydown", (event) => this.#onKey(event));
    const panel = this.#table.parentElement;
    if (panel !== null) new ResizeObserver(() => this.#fit(panel, onResize)).observe(panel);
  }

  render(market: Market, working: readonly WorkingOrder[]): void {
    const instrument = market.instrument;
    if (instrument === undefined) return;
    if (instrument !== this.#instrument) this.#offerGroups(instrument);
    this.#instrument = instrument;

    const groupTicks = Number(this.#group.value);
    const { bids, asks } = market.book;
    const bidRows = ladderRows(bids.levels, BID_SIGN, groupTicks, this.#bids.length);
    const askRows = ladderRows(asks.levels, ASK_SIGN, groupTicks, this.#asks.length);
    const widestLots = Math.max(bidRows.at(-1)?.totalLots ?? 0, askRows.at(-1)?.totalLots ?? 0);
    const bidOwn = ownLots(working, instrument, BID_SIGN, groupTicks);
    const askOwn = ownLots(working, instrument, ASK_SIGN, groupTicks);
    const needs = needsOf([...bidRows, ...askRows], [bidOwn, askOwn], widestLots, instrument);
    const room = this.#columns.fit(needs);
    this.#bids.forEach((view, i) => {
      showRow(view, bidRows[i], instrument, bidOwn, widestLots, room);
    });
    this.#asks.forEach((view, i) => {
      showRow(view, askRows[i], instrument, askOwn, widestLots, room);
    });
    this.#showSpread(market, instrument);
  }

  #showSpread(market: Market, instrument: Instrument): void {
    const bestBid = market.book.bids.levels[0]?.priceTicks;
    const bestAsk = market.book.asks.levels[0]?.priceTicks;
    const trade = market.trades.newestFirst[0];
    const last = trade === undefined ? "–" : formatSteps(trade.lastPxTicks, instrument.price);
    setText(this.#last, trade === undefined ? last : `${last} ${TAKER_MARKS[trade.taker]}`);
    setClass(this.#last, trade === undefined ? "" : trade.taker);
    if (!market.book.isLive) setText(this.#spread, "waiting for the book");
    else if (bestBid === undefined && bestAsk === undefined) setText(this.#spread, "empty");
    else if (bestBid === undefined || bestAsk === undefined) setText(this.#spread, "one-sided");
    else setText(this.#spread, `spread ${formatSteps(bestAsk - bestBid, instrument.price)}`);
  }

  #offerGroups(instrument: Instrument): void {
    const options = GROUPS_TICKS.map((groupTicks) => {
      const option = make("option", "", formatSteps(groupTicks, instrument.price));
      option.value = String(groupTicks);
      return option;
    });
    this.#columns.reset();
    const chosen = this.#group.value;
    this.#group.replaceChildren(...options);
    if (instrument.symbol === this.#instrument?.symbol) this.#group.value = chosen;
  }

  /** As many rows as the panel has room for, the same number on both sides. */
  #fit(panel: HTMLElement, onResize: () => void): void {
    const frame = this.#table.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    const head = this.#table.tHead?.offsetHeight ?? 0;
    const spread = this.#spread.closest("tr")?.offsetHeight ?? 0;
    const room = panel.clientHeight - frame - head - spread - 6;
    const rowCount = Math.max(0, Math.min(ROWS_MAX, Math.floor(room / 2 / rowPixels())));
    resizeSide(this.#bids, byId("ladder-bids", HTMLElement), rowCount, (body, row) =>
      body.append(row),
    );
    resizeSide(this.#asks, byId("ladder-asks", HTMLElement), rowCount, (body, row) =>
      body.prepend(row),
    );
    onResize();
  }

  #onClick(event: Event): void {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    const view = [...this.#bids, ...this.#asks].find((candidate) => candidate.row === row);
    if (view?.priceTicks !== undefined) this.#onPrice(view.priceTicks);
  }

  /** Only the best prices are tab stops; the arrows walk on from there. */
  #onKey(event: KeyboardEvent): void {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const inOrder = [...this.#asks].reverse().concat(this.#bids);
    const shown = inOrder.filter((view) => view.priceTicks !== undefined);
    const index = shown.findIndex((view) => view.button === event.target);
    if (index < 0) return;
    event.preventDefault();
    shown[index + (event.key === "ArrowUp" ? -1 : 1)]?.button.focus();
  }
}

function resizeSide(
  views: RowView[],
  body: HTMLElement,
  rowCount: number,
  place: (body: HTMLElement, row: HTMLTableRowElement) => void,
): void {
  while (views.length > rowCount) views.pop()?.row.remove();
  while (views.length < rowCount) {
    const view = makeView(views.length === 0);
    views.push(view);
    place(body, view.row);
  }
}

function makeView(isBest: boolean): RowView {
  const row = makeRow(["own", "number price", "number size", "number total end"]);
  const [own, price, qty, total] = row.cells;
  const button = make("button");
  button.type = "button";
  button.tabIndex = isBest ? 0 : -1;
  price.append(button);
  return { row, own, button, qty, total, priceTicks: undefined };
}

function showRow(
  view: RowView,
  shown: LadderRow | undefined,
  instrument: Instrument,
  own: ReadonlyMap<number, number>,
  widestLots: number,
  room: readonly number[],
): void {
  view.priceTicks = shown?.priceTicks;
  view.button.disabled = shown === undefined;
  const ownQtyLots = shown === undefined ? 0 : (own.get(shown.priceTicks) ?? 0);
  const qtyText = (lots: number) => formatSteps(lots, instrument.qty);
  setText(view.button, shown === undefined ? "" : formatSteps(shown.priceTicks, instrument.price));
  setNumber(view.qty, shown === undefined ? "" : qtyText(shown.qtyLots), room[2]);
  setNumber(view.total, shown === undefined ? "" : qtyText(shown.totalLots), room[3]);
  setNumber(
    view.own,
    ownQtyLots === 0 ? "" : qtyText(ownQtyLots),
    Math.floor(room[0] / BOLD_RATIO),
  );
  setClass(view.row, ownQtyLots === 0 ? "rung" : "rung mine");
  // Widths are pixels, not money: a ratio may be a float.
  const ratio = shown === undefined || widestLots === 0 ? 0 : shown.totalLots / widestLots;
  view.row.style.setProperty("--bar", ratio.toFixed(3));
}

/** Characters of the longest number in each column. */
function needsOf(
  rows: readonly LadderRow[],
  own: readonly ReadonlyMap<number, number>[],
  widestLots: number,
  { price, qty }: Instrument,
): number[] {
  const ownLots = Math.max(0, ...own.flatMap((lots) => [...lots.values()]));
  const sizeLots = Math.max(0, ...rows.map(({ qtyLots }) => qtyLots));
  const priceLengths = rows.map(({ priceTicks }) => formatSteps(priceTicks, price).length);
  return [
    Math.ceil(formatSteps(ownLots, qty).length * BOLD_RATIO),
    Math.max(0, ...priceLengths),
    formatSteps(sizeLots, qty).length,
    formatSteps(widestLots, qty).length,
  ];
}

/** Own lots by group price, on one side, of orders that work there. */
function ownLots(
  working: readonly WorkingOrder[],
  instrument: Instrument,
  sign: RankSign,
  groupTicks: number,
): Map<number, number> {
  const lots = new Map<number, number>();
  const side = sign === BID_SIGN ? "buy" : "sell";
  for (const order of working) {
    if (order.symbol !== instrument.symbol || order.side !== side || order.waits) continue;
    const priceTicks = parseSteps(order.price, instrument.price);
    const leavesQtyLots = parseSteps(order.leavesQty, instrument.qty);
    if (typeof priceTicks === "string" || typeof leavesQtyLots === "string") continue;
    const groupedTicks = groupPriceTicks(priceTicks, sign, groupTicks);
    lots.set(groupedTicks, (lots.get(groupedTicks) ?? 0) + leavesQtyLots);
  }
  return lots;
}
