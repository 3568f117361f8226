// Charts as SVG text: axes, lines, points, bands, verticals. Deterministic bytes; colors by style
// sheet, for light and for dark; legible at the width of a README.

import { axisOf, type Scale } from "./chart-axis.ts";
import { CHART_STYLE } from "./chart-style.ts";
import { xmlText } from "./xml-text.ts";

export type Point = readonly [x: number, y: number];

export type Series = {
  readonly name: string;
  readonly points: readonly Point[];
  readonly mark: "line" | "points" | "dashed";
  /** Around the points: x, low, high. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[] | undefined;
};

export type Chart = {
  readonly title: string;
  readonly x: { readonly label: string; readonly scale: Scale; format(value: number): string };
  readonly y: { readonly label: string; readonly scale: Scale; format(value: number): string };
  readonly series: readonly Series[];
  readonly verticals?: readonly { readonly x: number; readonly label: string }[] | undefined;
  /** Shaded from one x to another. */
  readonly span?:
    | { readonly from: number; readonly to: number; readonly label: string }
    | undefined;
};

const WIDTH = 760;
const HEIGHT = 380;
const LEFT = 78;
const RIGHT = 34;
const TOP = 62;
const BOTTOM = 52;

export function chartSvg(chart: Chart): string {
  const all = chart.series.flatMap(({ points, band = [] }) => [
    ...points,
    ...band.flatMap(([x, low, high]): Point[] => [
      [x, low],
      [x, high],
    ]),
  ]);
  const xs = [...all.map(([x]) => x), ...(chart.verticals ?? []).map(({ x }) => x)];
  const x = axisOf(xs, chart.x.scale, LEFT, WIDTH - RIGHT);
  const y = axisOf(
    all.map(([, value]) => value),
    chart.y.scale,
    HEIGHT - BOTTOM,
    TOP,
  );
  const place = (to: (value: number) => number, value: number) => to(value).toFixed(1);
  const grid = [
    ...x.ticks.map((tick) => {
      const at = place(x.place, tick);
      return (
        `<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` +
        `<text class="tick" text-anchor="middle" x="${at}" y="${HEIGHT - BOTTOM + 17}">` +
        `${chart.x.format(tick)}</text>`
      );
    }),
    ...y.ticks.map((tick) => {
      const at = place(y.place, tick);
      return (
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>` +
        `<text class="tick" text-anchor="end" x="${LEFT - 8}" y="${Number(at) + 4}">` +
        `${chart.y.format(tick)}</text>`
      );
    }),
  ];
  const marks = chart.series.map((series, i) => seriesSvg(series, i, x.place, y.place));
  const extras = [
    spanSvg(chart.span, x.place),
    ...(chart.verticals ?? []).map((each, i) => verticalSvg(each, i, x.place)),
  ];
  return chartPage(chart.title, WIDTH, HEIGHT, [
    extras[0],
    ...grid,
    ...extras.slice(1),
    ...marks,
    legendSvg(chart.series),
    `<text class="label" text-anchor="middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="` +
      `${HEIGHT - 10}">${xmlText(chart.x.label)}</text>`,
    `<text class="label" text-anchor="middle" transform="translate(16 ` +
      `${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)">${xmlText(chart.y.label)}</text>`,
  ]);
}

/** The frame that all plots share. */
export function chartPage(
  title: string,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-label="${xmlText(title)}">\n<style>${CHART_STYLE}` +
    `</style>\n` +
    `<rect class="paper" width="100%" height="100%"/>\n` +
    `<text class="title" x="16" y="24">${xmlText(title)}</text>\n` +
    `${parts.filter((part) => part !== "").join("\n")}\n</svg>\n`
  );
}

type Place = (value: number) => number;

function seriesSvg({ points, mark, band = [] }: Series, index: number, x: Place, y: Place): string {
  const sorted = points.toSorted(([a], [b]) => a - b);
  const at = ([px, py]: Point) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`;
  const parts: string[] = [];
  if (band.length > 1) {
    const upper = band.map(([px, , high]) => at([px, high]));
    const lower = band.map(([px, low]) => at([px, low])).reverse();
    parts.push(`<polygon class="band b${index}" points="${[...upper, ...lower].join(" ")}"/>`);
  }
  if (mark !== "points") {
    const dashed = mark === "dashed" ? ' stroke-dasharray="5 4"' : "";
    parts.push(`<polyline class="line s${index}"${dashed} points="${sorted.map(at).join(" ")}"/>`);
  }
  if (mark !== "dashed" && sorted.length <= 40) {
    for (const [px, py] of sorted) {
      parts.push(
        `<circle class="dot f${index}" cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3"/>`,
      );
    }
  }
  return parts.join("");
}

function legendSvg(series: readonly Series[]): string {
  let left = LEFT;
  return series
    .map(({ name }, i) => {
      const at = left;
      left += 30 + name.length * 6.6;
      return (
        `<rect class="f${i}" x="${at.toFixed(0)}" y="38" width="12" height="4"/>` +
        `<text class="tick" x="${(at + 17).toFixed(0)}" y="44">${xmlText(name)}</text>`
      );
    })
    .join("");
}

function spanSvg(span: Chart["span"], x: Place): string {
  if (span === undefined) return "";
  const from = x(span.from);
  const width = Math.max(2, x(span.to) - from);
  return (
    `<rect class="span" x="${from.toFixed(1)}" y="${TOP}" width="${width.toFixed(1)}" ` +
    `height="${HEIGHT - BOTTOM - TOP}"><title>${xmlText(span.label)}</title></rect>`
  );
}

/** Labels take turns in height, so that near ones can be read. */
function verticalSvg(vertical: { x: number; label: string }, index: number, x: Place): string {
  const at = x(vertical.x).toFixed(1);
  const isRight = Number(at) > WIDTH * 0.7;
  return (
    `<line class="mark" x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` +
    `<text class="tick" text-anchor="${isRight ? "end" : "start"}" ` +
    `x="${Number(at) + (isRight ? -5 : 5)}" y="${TOP + 13 + 14 * (index % 4)}">` +
    `${xmlText(vertical.label)}</text>`
  );
}
