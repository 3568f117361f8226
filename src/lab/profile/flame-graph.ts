// A flame graph as one SVG file: zoom by click and search by Ctrl-F's field where scripts run,
// whole and readable where they do not. Kinds of code differ in color, in light and dark. The same
// stacks give the same bytes.

import { flamePage, frameSvg } from "./flame-page.ts";
import { type DrawnFrame, layOutFlames } from "./flame-tree.ts";
import { type FoldedStacks, type FrameKind, kindOf, nameOf } from "./folded-stacks.ts";

export type FlameOptions = {
  readonly title: string;
  /** What a weight is: "samples", "us". */
  readonly unit: string;
};

const CLASS_OF_KIND: Readonly<Record<FrameKind, string>> = {
  js: "j",
  native: "n",
  kernel: "k",
  gc: "g",
};

const LEGEND =
  `<g class="legend"><rect class="lj" x="10" y="42" width="10" height="10"/>` +
  `<text x="24" y="51">JavaScript</text><rect class="ln" x="104" y="42" width="10" ` +
  `height="10"/>` +
  `<text x="118" y="51">native</text><rect class="lk" x="170" y="42" width="10" ` +
  `height="10"/>` +
  `<text x="184" y="51">kernel</text><rect class="lg" x="236" y="42" width="10" ` +
  `height="10"/>` +
  `<text x="250" y="51">garbage collection</text></g>`;

export function flameGraphSvg(stacks: FoldedStacks, options: FlameOptions): string {
  const { title, unit } = options;
  const { root, frames, hidden, height } = layOutFlames(stacks);
  const rows = frames.map((frame) => frameOfKind(frame, root.weight, unit));
  const note = hidden > 0 ? `, ${hidden} frames too narrow to draw` : "";
  const subtitle = `${Math.round(root.weight)} ${unit}${note}`;
  return flamePage({ title, subtitle, legend: LEGEND, height, frames: rows });
}

function frameOfKind(frame: DrawnFrame, total: number, unit: string): string {
  const { node } = frame;
  const share = `${((100 * node.weight) / total).toFixed(2)} %`;
  const detail = `${Math.round(node.weight)} ${unit}, ${share}`;
  return frameSvg(frame, nameOf(node.frame), detail, CLASS_OF_KIND[kindOf(node.frame)]);
}
