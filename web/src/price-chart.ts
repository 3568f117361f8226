// The price chart: candles, volume and the account's working orders as lines, drawn by
// lightweight-charts. It is fed ticks and lots; only the labels are decimal.

import {
  CandlestickSeries,
  type ChartOptions,
  createChart,
  type DeepPartial,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type UTCTimestamp,
} from "lightweight-charts";
import { type Candle, gather } from "./candle-state.ts";
import { axisText } from "./clock-text.ts";
import { byId, setText } from "./dom.ts";
import { compactSteps, formatSteps, parseSteps } from "./grid.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import type { WorkingOrder } from "./order-state.ts";
import { themeColor } from "./theme.ts";

/** Lines for the newest working orders; more would cover the candles. */
const LINES_MAX = 12;
/** Width of a candle when the chart opens, with some room on the right. */
const CANDLE_PIXELS = 8;
const ROOM_RIGHT = 6;

export class PriceChart {
  readonly #place = byId("price-chart", HTMLElement);
  readonly #legend = byId("chart-legend", HTMLElement);
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #onChange: () => void;
  #instrument: Instrument | undefined;
  #intervalSeconds = 60;
  #drawn: readonly Candle[] = [];
  #lines: IPriceLine[] = [];
  #linesText = "";
  #hoveredSeconds: number | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#chart = createChart(this.#place, layoutOptions());
    this.#candles = this.#chart.addSeries(CandlestickSeries);
    this.#volume = this.#chart.addSeries(HistogramSeries, { priceScaleId: "volume" });
    this.#volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.22 } });
    this.#chart.subscribeCrosshairMove((moved) => {
      this.#hoveredSeconds = moved.time === undefined ? undefined : Number(moved.time);
      onChange();
    });
    const intervals = byId("intervals", HTMLElement);
    for (const button of intervals.querySelectorAll("button")) {
      button.onclick = () => this.#choose(intervals, button);
    }
    // After the chart's own observer, so that it has its size when we draw.
    new ResizeObserver(onChange).observe(this.#place);
    this.restyle();
  }

  restyle(): void {
    const buy = themeColor("--buy");
    const sell = themeColor("--sell");
    this.#chart.applyOptions(layoutOptions());
    this.#candles.applyOptions({
      upColor: buy,
      downColor: sell,
      wickUpColor: buy,
      wickDownColor: sell,
      borderVisible: false,
    });
    this.#drawn = [];
    this.#linesText = "";
    this.#onChange();
  }

  render(market: Market, working: readonly WorkingOrder[]): void {
    const instrument = market.instrument;
    if (instrument === undefined || this.#place.clientWidth === 0) return;
    if (instrument !== this.#instrument) this.#useInstrument(instrument);
    this.#drawCandles(gather(market.candles.minutes, this.#intervalSeconds));
    this.#drawLines(working, instrument);
    this.#showLegend(instrument);
  }

  #useInstrument(instrument: Instrument): void {
    this.#instrument = instrument;
    this.#drawn = [];
    // The scale counts ticks, so its smallest move is 1.
    const formatter = (ticks: number) => formatSteps(Math.round(ticks), instrument.price);
    this.#candles.applyOptions({ priceFormat: { type: "custom", minMove: 1, formatter } });
    const volumeText = (lots: number) => compactSteps(lots, instrument.qty);
    this.#volume.applyOptions({
      priceFormat: { type: "custom", minMove: 1, formatter: volumeText },
      lastValueVisible: false,
      priceLineVisible: false,
    });
  }

  /** Only the changed tail is redrawn; a different history, all of it. */
  #drawCandles(candles: readonly Candle[]): void {
    const drawn = this.#drawn;
    const volumeOf = volumePainter();
    const isTail = drawn.length > 0 && drawn.every((old, i) => isSame(old, candles[i], i, drawn));
    this.#drawn = candles;
    if (!isTail) {
      this.#candles.setData(candles.map(barOf));
      this.#volume.setData(candles.map(volumeOf));
      // A live trade may come before the history: one or two candles are not a view yet.
      if (drawn.length <= 2) this.#showNewest(candles.length);
      return;
    }
    for (const candle of candles.slice(drawn.length - 1)) {
      this.#candles.update(barOf(candle));
      this.#volume.update(volumeOf(candle));
    }
  }

  #showNewest(candleCount: number): void {
    const from = candleCount - Math.floor(this.#place.clientWidth / CANDLE_PIXELS);
    this.#chart.timeScale().setVisibleLogicalRange({ from, to: candleCount + ROOM_RIGHT });
  }

  #drawLines(working: readonly WorkingOrder[], instrument: Instrument): void {
    const mine = working.filter((order) => order.symbol === instrument.symbol).slice(0, LINES_MAX);
    const text = mine.map((order) => `${titleOf(order)} ${linePriceOf(order)}`).join();
    if (text === this.#linesText) return;
    this.#linesText = text;
    for (const line of this.#lines) this.#candles.removePriceLine(line);
    this.#lines = [];
    for (const order of mine) {
      const price = parseSteps(linePriceOf(order), instrument.price);
      if (typeof price === "string") continue;
      const style = {
        color: themeColor("--own"),
        title: titleOf(order),
        lineStyle: 2,
        lineWidth: 1,
        axisLabelVisible: false,
      } as const;
      this.#lines.push(this.#candles.createPriceLine({ price, ...style }));
    }
  }

  #showLegend(instrument: Instrument): void {
    const hovered = this.#drawn.find((candle) => candle.startSeconds === this.#hoveredSeconds);
    const candle = hovered ?? this.#drawn.at(-1);
    if (candle === undefined) {
      setText(this.#legend, "");
      return;
    }
    const { openTicks, highTicks, lowTicks, closeTicks } = candle;
    const [open, high, low, close] = [openTicks, highTicks, lowTicks, closeTicks].map((ticks) =>
      formatSteps(ticks, instrument.price),
    );
    const volume = formatSteps(candle.volumeLots, instrument.qty);
    setText(this.#legend, `O ${open}  H ${high}  L ${low}  C ${close}  V ${volume}`);
  }

  #choose(intervals: HTMLElement, chosen: HTMLButtonElement): void {
    for (const button of intervals.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button === chosen));
    }
    this.#intervalSeconds = Number(chosen.dataset["seconds"]);
    this.#drawn = [];
    this.#onChange();
  }
}

/** Where prices meet the order: what waits is not at its limit yet. */
function linePriceOf({ waits, terms, price }: WorkingOrder): string {
  return waits ? (terms.stopPx ?? "") : price;
}

function titleOf({ waits, side, leavesQty }: WorkingOrder): string {
  return `${waits ? "trigger " : ""}${side} ${leavesQty}`;
}

/** The last drawn candle may have grown; all before it must be as they were. */
function isSame(
  old: Candle,
  now: Candle | undefined,
  index: number,
  drawn: readonly Candle[],
): boolean {
  if (now === undefined || now.startSeconds !== old.startSeconds) return false;
  if (index === drawn.length - 1) return true;
  return now.volumeLots === old.volumeLots && now.closeTicks === old.closeTicks;
}

function barOf(candle: Candle) {
  return {
    time: candle.startSeconds as UTCTimestamp,
    open: candle.openTicks,
    high: candle.highTicks,
    low: candle.lowTicks,
    close: candle.closeTicks,
  };
}

/** Asks the theme once for a whole history. */
function volumePainter() {
  const upColor = themeColor("--buy-soft");
  const downColor = themeColor("--sell-soft");
  return (candle: Candle) => ({
    time: candle.startSeconds as UTCTimestamp,
    value: candle.volumeLots,
    color: candle.closeTicks >= candle.openTicks ? upColor : downColor,
  });
}

function layoutOptions(): DeepPartial<ChartOptions> {
  const line = themeColor("--line");
  return {
    autoSize: true,
    layout: {
      background: { color: themeColor("--panel") },
      textColor: themeColor("--muted"),
      fontFamily: "system-ui, sans-serif",
      fontSize: 11,
      attributionLogo: true, // The library's license asks for the link.
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderVisible: false, minimumWidth: 64 },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      rightOffset: ROOM_RIGHT,
      tickMarkFormatter: (time: unknown) => axisText(Number(time)),
    },
    localization: { timeFormatter: (time: unknown) => axisText(Number(time)) },
    crosshair: { mode: 0 },
  };
}
