// The depth chart: both cumulative staircases, drawn by uPlot in ticks and lots. Only the labels
// are decimal.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { curveRange, depthCurve, type TickRange } from "./depth-curve.ts";
import { byId, setText } from "./dom.ts";
import { compactSteps, formatSteps } from "./grid.ts";
import type { Instrument } from "./instrument.ts";
import type { Market } from "./market.ts";
import { themeColor } from "./theme.ts";

const LEVELS_SHOWN_MIN = 10;
const LEVELS_SHOWN_MAX = 1000;
const LEVELS_SHOWN_FIRST = 50;
const FONT = "11px system-ui, sans-serif";

export class DepthChart {
  readonly #place = byId("depth-chart", HTMLElement);
  readonly #legend = byId("depth-legend", HTMLElement);
  readonly #onChange: () => void;
  #plot: uPlot | undefined;
  #instrument: Instrument | undefined;
  #range: TickRange = { lowTicks: 0, highTicks: 1 };
  #levelsShown = LEVELS_SHOWN_FIRST;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    byId("depth-wider", HTMLButtonElement).onclick = () => this.#zoom(2);
    byId("depth-closer", HTMLButtonElement).onclick = () => this.#zoom(0.5);
    new ResizeObserver(() => this.#resize()).observe(this.#place);
  }

  /** Canvas colors are read once: after a change of theme the plot is made anew. */
  restyle(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#onChange();
  }

  render(market: Market): void {
    const instrument = market.instrument;
    if (instrument === undefined || this.#place.clientHeight === 0) return;
    this.#instrument = instrument;
    const { bids, asks } = market.book;
    const range = curveRange(bids.levels, asks.levels, this.#levelsShown);
    if (range !== undefined) this.#range = range;
    const curve = depthCurve(bids.levels, asks.levels, this.#range);
    this.#plot ??= this.#makePlot();
    this.#plot.setData([curve.priceTicks, curve.bidLots, curve.askLots]);
    this.#showLegend(this.#plot, instrument);
  }

  #zoom(factor: number): void {
    const levelsShown = Math.round(this.#levelsShown * factor);
    this.#levelsShown = Math.min(LEVELS_SHOWN_MAX, Math.max(LEVELS_SHOWN_MIN, levelsShown));
    this.#onChange();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#place;
    if (width > 0 && height > 0) this.#plot?.setSize({ width, height });
    this.#onChange();
  }

  /** What lies under the pointer: the price and the lots from the best price to it. */
  #showLegend(plot: uPlot, instrument: Instrument): void {
    const index = plot.cursor.idx;
    const priceTicks = index == null ? undefined : plot.data[0][index];
    if (index == null || priceTicks === undefined) {
      setText(this.#legend, "");
      return;
    }
    const lots = plot.data[1][index] ?? plot.data[2][index] ?? 0;
    const price = formatSteps(priceTicks, instrument.price);
    setText(this.#legend, `${formatSteps(lots, instrument.qty)} to ${price}`);
  }

  /** A label at the very edge would be cut in half. */
  #edgeFree(ticks: number, text: (ticks: number) => string): string {
    const { lowTicks, highTicks } = this.#range;
    const edgeTicks = (highTicks - lowTicks) * 0.08;
    return ticks < lowTicks + edgeTicks || ticks > highTicks - edgeTicks ? "" : text(ticks);
  }

  #makePlot(): uPlot {
    const axis = { stroke: themeColor("--muted"), font: FONT, ticks: { show: false } };
    const grid = { stroke: themeColor("--line"), width: 1 };
    const priceText = (ticks: number) =>
      this.#instrument === undefined ? "" : formatSteps(Math.round(ticks), this.#instrument.price);
    const qtyText = (lots: number) =>
      this.#instrument === undefined ? "" : compactSteps(lots, this.#instrument.qty);
    const options: uPlot.Options = {
      width: this.#place.clientWidth,
      height: this.#place.clientHeight,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: () => [this.#range.lowTicks, this.#range.highTicks] },
        y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.08)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 24,
          gap: 4,
          incrs: WHOLE_STEPS,
          space: 88,
          values: (_plot, splits) => splits.map((ticks) => this.#edgeFree(ticks, priceText)),
        },
        {
          ...axis,
          grid,
          side: 1,
          size: 52,
          gap: 6,
          incrs: WHOLE_STEPS,
          space: 32,
          values: (_plot, splits) => splits.map(qtyText),
        },
      ],
      series: [{}, staircase("--buy", -1), staircase("--sell", 1)],
      hooks: { setCursor: [() => this.#onChange()] },
    };
    return new uPlot(options, [[], [], []], this.#place);
  }
}

/** Axis steps in whole ticks and lots: 1, 2, 5 x 10^n. */
const WHOLE_STEPS = Array.from({ length: 14 }, (_, i) => 10 ** i).flatMap((p) => [p, 2 * p, 5 * p]);

/** `align` -1: the level's total holds towards lower prices (bids); 1: towards higher ones. */
function staircase(colorName: `--${string}`, align: -1 | 1): uPlot.Series {
  const color = themeColor(colorName);
  const series: uPlot.Series = {
    stroke: color,
    width: 1.5,
    fill: `color-mix(in srgb, ${color} 16%, transparent)`,
    points: { show: false },
  };
  const stepped = uPlot.paths.stepped?.({ align });
  return stepped === undefined ? series : { ...series, paths: stepped };
}
