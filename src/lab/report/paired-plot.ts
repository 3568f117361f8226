// Paired differences: of each metric every pair's change as a point, in the order of time from the
// top, with the Hodges-Lehmann estimate and its interval; A against itself below; the band inside
// which two versions are the same.

import { ALARM_LEVEL, type Comparison, type Pair } from "../compare/compare-metric.ts";
import { signedPercent } from "../compare/compare-text.ts";
import type { MeasuredMetric } from "../compare/comparison.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { THRESHOLDS } from "../verdict/thresholds.ts";
import { chartPage } from "./chart.ts";
import { type Axis, axisOf } from "./chart-axis.ts";
import { xmlText } from "./xml-text.ts";

const WIDTH = 760;
const LEFT = 118;
const RIGHT = 730;
const TOP = 66;
/** One pair below the other; many stand closer. */
const STRIP_HEIGHT_MAX = 120;
const ROW_HEIGHT_MAX = 6;
const ESTIMATE_HEIGHT = 20;
const HEAD_HEIGHT = 22;
const AXIS_HEIGHT = 40;

type Strip = {
  readonly name: string;
  readonly className: string;
  readonly changes: readonly number[];
  readonly estimate: Estimate;
};

/** `comparisons` of the same metrics, in the same order. */
export function pairedPlotSvg(
  title: string,
  metrics: readonly MeasuredMetric[],
  comparisons: readonly Comparison[],
): string {
  let top = TOP;
  const panels = metrics.map((metric, i) => {
    const panel = panelSvg(metric, comparisons[i], top);
    top += panel.height;
    return panel.svg;
  });
  return chartPage(title, WIDTH, top, [legendSvg(), ...panels]);
}

function panelSvg(
  { metric, pairs, floor }: MeasuredMetric,
  { change, floor: floorChange, verdict, pValue }: Comparison,
  top: number,
): { svg: string; height: number } {
  const strips: Strip[] = [
    { name: "B against A", className: "1", changes: changesOf(pairs), estimate: change },
    { name: "A against A", className: "0", changes: changesOf(floor), estimate: floorChange },
  ];
  const band = THRESHOLDS.equivalence;
  const far = Math.max(band, ...strips.flatMap(({ changes }) => changes.map(Math.abs)));
  const axis = axisOf([-far, far], "linear", LEFT, RIGHT);
  const first = top + HEAD_HEIGHT;
  const bottom = first + strips.reduce((sum, strip) => sum + heightOf(strip), 0);
  let stripTop = first;
  const drawn = strips.map((strip) => {
    const svg = stripSvg(strip, axis, stripTop);
    stripTop += heightOf(strip);
    return svg;
  });
  const head = `${metric}: ${verdict}, p = ${pValue.toPrecision(2)} (alarm at ${ALARM_LEVEL})`;
  const svg = [
    `<text class="label" x="16" y="${top + 12}">${xmlText(head)}</text>`,
    `<rect class="span" x="${at(axis, -band)}" y="${first}" ` +
      `width="${(axis.place(band) - axis.place(-band)).toFixed(1)}" height="${bottom - first}"/>`,
    ...axis.ticks.map((tick) => tickSvg(axis, tick, first, bottom)),
    `<line class="mark" x1="${at(axis, 0)}" x2="${at(axis, 0)}" y1="${first}" y2="${bottom}"/>`,
    ...drawn,
  ].join("\n");
  return { svg, height: bottom - top + AXIS_HEIGHT };
}

function changesOf(pairs: readonly Pair[]): number[] {
  return pairs.map(({ a, b }) => b / a - 1);
}

function rowHeightOf({ changes }: Strip): number {
  return Math.min(ROW_HEIGHT_MAX, STRIP_HEIGHT_MAX / changes.length);
}

function heightOf(strip: Strip): number {
  return Math.ceil(strip.changes.length * rowHeightOf(strip)) + ESTIMATE_HEIGHT;
}

function stripSvg(strip: Strip, axis: Axis, top: number): string {
  const { name, className, changes, estimate } = strip;
  const rowHeight = rowHeightOf(strip);
  const points = changes.map(
    (change, row) =>
      `<circle class="f${className}" opacity="0.6" cx="${at(axis, change)}" ` +
      `cy="${(top + (row + 0.5) * rowHeight).toFixed(1)}" r="2.6"/>`,
  );
  const y = top + heightOf(strip) - ESTIMATE_HEIGHT / 2;
  const ends = [estimate.low, estimate.high].map((end) => at(axis, end));
  const bar = (x: string, half: number) =>
    `<line class="line s${className}" x1="${x}" x2="${x}" y1="${y - half}" y2="${y + half}"/>`;
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map(signedPercent);
  const text = `${value} [${low}, ${high}]`;
  return (
    `<g><title>${xmlText(`${name}: ${text}, n = ${estimate.n}`)}</title>` +
    `<text class="tick" text-anchor="end" x="${LEFT - 10}" y="${y - 10}">${name}</text>` +
    `<text class="tick" text-anchor="end" x="${LEFT - 10}" y="${y + 4}">` +
    `${value}</text>` +
    `${points.join("")}<line class="line s${className}" x1="${ends[0]}" x2="${ends[1]}" ` +
    `y1="${y}" y2="${y}"/>${bar(ends[0], 4)}${bar(ends[1], 4)}` +
    `<circle class="f${className}" cx="${at(axis, estimate.value)}" cy="${y}" r="4.5"/></g>`
  );
}

function tickSvg(axis: Axis, tick: number, top: number, bottom: number): string {
  const x = at(axis, tick);
  return (
    `<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/>` +
    `<text class="tick" text-anchor="middle" x="${x}" y="${bottom + 15}">${percent(tick)}</text>`
  );
}

function legendSvg(): string {
  const band = `\u00b1${THRESHOLDS.equivalence * 100} %: the same`;
  return (
    `<g><circle class="f1" cx="22" cy="42" r="3"/><text class="tick" x="31" y="46">a pair of B ` +
    `and A</text><circle class="f0" cx="142" cy="42" r="3"/><text class="tick" x="151" y="46">A ` +
    `and A: the floor</text><circle class="f5" cx="270" cy="42" r="4.5"/><text class="tick" ` +
    `x="281" y="46">Hodges-Lehmann, 95 %</text><rect class="span" x="424" y="36" width="22" ` +
    `height="12"/><text class="tick" x="453" y="46">${band}</text></g>`
  );
}

function at(axis: Axis, value: number): string {
  return axis.place(value).toFixed(1);
}

function percent(change: number): string {
  return `${Number((change * 100).toFixed(2))} %`;
}
