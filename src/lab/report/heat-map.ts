// Response times over the run: columns are slices of time, rows are durations, darkness is how
// many.

import { HEAT_ROWS, nanosOfHeatRow, SLICES } from "../load/load-meter.ts";
import { timeText } from "../load/load-text.ts";
import { chartPage } from "./chart.ts";

const LEFT = 78;
const TOP = 44;
const CELL_WIDTH = 11;
const CELL_HEIGHT = 8;
const BOTTOM = 46;

/** `heat`: SLICES columns of HEAT_ROWS counts over `seconds`. */
export function heatMapSvg(title: string, heat: readonly number[], seconds: number): string {
  const used = heat.flatMap((count, i) => (count > 0 ? [i % HEAT_ROWS] : []));
  const lowest = used.length === 0 ? 0 : Math.min(...used);
  const highest = used.length === 0 ? 0 : Math.max(...used);
  const rows = highest - lowest + 1;
  const most = Math.max(1, ...heat);
  const cells: string[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    for (let row = lowest; row <= highest; row++) {
      const count = heat[slice * HEAT_ROWS + row];
      if (count === 0) continue;
      const opacity = 0.12 + 0.88 * (Math.log1p(count) / Math.log1p(most));
      cells.push(
        `<rect class="f0" opacity="${opacity.toFixed(2)}" x="${LEFT + slice * CELL_WIDTH}" ` +
          `y="${TOP + (highest - row) * CELL_HEIGHT}" width="${CELL_WIDTH}" height="` +
          `${CELL_HEIGHT}"/>`,
      );
    }
  }
  const bottom = TOP + rows * CELL_HEIGHT;
  const labels: string[] = [];
  for (let row = lowest; row <= highest + 1; row += Math.max(2, Math.ceil(rows / 16) * 2)) {
    const y = TOP + (highest + 1 - row) * CELL_HEIGHT + 4;
    labels.push(
      `<text class="tick" text-anchor="end" x="${LEFT - 6}" y="${y}">` +
        `${timeText(nanosOfHeatRow(row))}</text>`,
    );
  }
  for (let part = 0; part <= 6; part++) {
    const x = LEFT + (part / 6) * SLICES * CELL_WIDTH;
    const second = ((part / 6) * seconds).toFixed(seconds < 12 ? 1 : 0);
    labels.push(
      `<text class="tick" text-anchor="middle" x="${x}" y="${bottom + 16}">${second}</text>`,
    );
  }
  labels.push(
    `<text class="label" text-anchor="middle" x="400" y="${bottom + 36}">seconds of the ` +
      `run, by planned time</text>`,
  );
  return chartPage(title, 760, bottom + BOTTOM, [...cells, ...labels]);
}
