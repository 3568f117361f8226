// Pairs of bars, one row a name, on a logarithmic scale: layers differ by powers of ten.

import { timeText } from "../load/load-text.ts";
import { chartPage } from "./chart.ts";
import { axisOf } from "./chart-axis.ts";
import { xmlText } from "./xml-text.ts";

export type BarRow = { readonly name: string; readonly values: readonly (number | undefined)[] };

const LEFT = 170;
const RIGHT = 700;
const ROW_HEIGHT = 46;
const TOP = 60;

/** Values in nanoseconds. */
export function barsSvg(title: string, legend: readonly string[], rows: readonly BarRow[]): string {
  const known = rows.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const axis = axisOf(known, "log", LEFT, RIGHT);
  const height = TOP + rows.length * ROW_HEIGHT + 30;
  const grid = axis.ticks.map((tick) => {
    const x = axis.place(tick).toFixed(1);
    return (
      `<line class="grid" x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${height - 26}"/>` +
      `<text class="tick" text-anchor="middle" x="${x}" y="${height - 10}">${timeText(tick)}</text>`
    );
  });
  const bars = rows.map(({ name, values }, row) => {
    const y = TOP + row * ROW_HEIGHT;
    const drawn = values.map((value, i) => {
      if (value === undefined) return "";
      const width = Math.max(1, axis.place(value) - LEFT).toFixed(1);
      return (
        `<rect class="f${i}" x="${LEFT}" y="${y + i * 17}" width="${width}" height="14"/>` +
        `<text class="tick" x="${LEFT + Number(width) + 5}" y="${y + i * 17 + 11}">` +
        `${timeText(value)}</text>`
      );
    });
    return (
      `<text class="label" text-anchor="end" x="${LEFT - 10}" y="${y + 19}">` +
      `${xmlText(name)}</text>${drawn.join("")}`
    );
  });
  const names = legend.map(
    (name, i) =>
      `<rect class="f${i}" x="${16 + i * 250}" y="36" width="12" height="6"/>` +
      `<text class="tick" x="${33 + i * 250}" y="43">${xmlText(name)}</text>`,
  );
  return chartPage(title, 760, height, [...grid, ...bars, ...names]);
}
