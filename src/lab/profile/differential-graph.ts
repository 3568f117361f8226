// A differential flame graph: frames as wide as they are after the change, red where a function by
// itself takes more than before, blue where less. What is gone has no width: it is listed.

import { xmlText } from "../report/xml-text.ts";
import { flamePage, frameSvg } from "./flame-page.ts";
import { type DrawnFrame, type FlameNode, layOutFlames } from "./flame-tree.ts";
import { type FoldedStacks, type Frame, nameOf } from "./folded-stacks.ts";
import { selfWeights } from "./hotspots.ts";

/** Both sides in one unit and for the same orders, with matched frames (matched-frames.ts). */
export type Difference = {
  readonly before: FoldedStacks;
  readonly after: FoldedStacks;
  /** Samples that each side rests on: smaller differences are chance. */
  readonly samplesBefore: number;
  readonly samplesAfter: number;
  /** Of a weight: "ns an order". */
  readonly unit: string;
  /** Functions whose own time changed in repeated pairs; undefined: there were none. */
  readonly changed?: ReadonlySet<Frame>;
};

export type GoneFunction = { readonly name: string; readonly weight: number };

/** Two standard deviations. */
const CHANCE_QUANTILE = 2;
const GONE_LINE_HEIGHT = 15;
const GONE_LINES_MAX = 8;

export function differentialGraphSvg(title: string, difference: Difference): string {
  const { before, after, unit, samplesBefore, samplesAfter } = difference;
  const { root, frames, hidden, height } = layOutFlames(after, before);
  const changes = frames.map(({ node }) => selfChange(node, root, difference));
  const most = Math.max(0, ...changes.map(Math.abs));
  const rows = frames.map((frame, i) => changedFrame(frame, changes[i], most, root, unit));
  const note = hidden > 0 ? `; ${hidden} frames too narrow to draw` : "";
  const subtitle =
    `${amount(root.weight)} ${unit} after (n = ${samplesAfter}), ${amount(root.weightBefore)} ` +
    `before (n = ${samplesBefore})${note}`;
  const gone = goneText(goneFunctions(difference), root, height, unit);
  return flamePage({
    title,
    subtitle,
    legend: legendOf(most, unit),
    height: height + gone.length * GONE_LINE_HEIGHT,
    frames: [...rows, ...gone],
  });
}

/** Functions with time of their own before and none at all after, the largest first. */
export function goneFunctions({ before, after }: Difference): GoneFunction[] {
  const there = new Set(after.entries().flatMap(({ frames }) => frames));
  return Array.from(selfWeights(before))
    .filter(([frame]) => !there.has(frame))
    .toSorted(([a, wa], [b, wb]) => wb - wa || (a < b ? -1 : 1))
    .map(([frame, weight]) => ({ name: nameOf(frame), weight }));
}

/** 0 where chance may have made it: both shares are of samples that were drawn. */
function selfChange(node: FlameNode, root: FlameNode, difference: Difference): number {
  if (difference.changed?.has(node.frame) === false) return 0;
  const change = node.self - node.selfBefore;
  const after = deviation(node.self, root.weight, difference.samplesAfter);
  const before = deviation(node.selfBefore, root.weightBefore, difference.samplesBefore);
  return Math.abs(change) > CHANCE_QUANTILE * Math.hypot(after, before) ? change : 0;
}

/** Of a weight that is a share of sampled time. */
function deviation(weight: number, total: number, samples: number): number {
  if (total === 0) return 0;
  const share = weight / total;
  return total * Math.sqrt((share * (1 - share)) / samples);
}

/** `change` 0: the color of what did not change. */
function changedFrame(
  frame: DrawnFrame,
  change: number,
  most: number,
  root: FlameNode,
  unit: string,
): string {
  const { node } = frame;
  const detail =
    `after ${amount(node.weight)} ${unit}, ${percent(node.weight, root.weight)}; ` +
    `before ${amount(node.weightBefore)}, ${percent(node.weightBefore, root.weightBefore)}; ` +
    `${signed(node.weight - node.weightBefore)}, ` +
    `by itself ${signed(node.self - node.selfBefore)}`;
  const opacity = (0.2 + (0.8 * Math.abs(change)) / (most || 1)).toFixed(2);
  const className = change > 0 ? "more" : "less";
  return change === 0
    ? frameSvg(frame, nameOf(node.frame), detail, "same")
    : frameSvg(frame, nameOf(node.frame), detail, className, ` fill-opacity="${opacity}"`);
}

function goneText(
  gone: readonly GoneFunction[],
  root: FlameNode,
  top: number,
  unit: string,
): string[] {
  const lines = gone
    .slice(0, GONE_LINES_MAX)
    .map(
      ({ name, weight }) =>
        `only before: ${name}, ${amount(weight)} ${unit}, ${percent(weight, root.weightBefore)}`,
    );
  const more = gone.length - lines.length;
  if (more > 0) lines.push(`and ${more} more that were only before`);
  return lines.map(
    (line, i) =>
      `<text class="sub" x="10" y="${top + 5 + i * GONE_LINE_HEIGHT}">${xmlText(line)}</text>\n`,
  );
}

function legendOf(most: number, unit: string): string {
  const square = (name: string, x: number) =>
    `<rect class="l${name}" x="${x}" y="42" width="10" height="10"/>`;
  const full = most === 0 ? "" : ` (full color: ${amount(most)} ${unit})`;
  return (
    `<g class="legend">${square("more", 10)}<text x="24" y="51">more by itself</text>` +
    `${square("less", 108)}<text x="122" y="51">less</text>` +
    `${square("same", 156)}<text x="170" y="51">no change beyond chance${full}</text></g>`
  );
}

function amount(weight: number): string {
  return weight.toFixed(1);
}

function signed(change: number): string {
  return `${change >= 0 ? "+" : ""}${change.toFixed(1)}`;
}

function percent(weight: number, total: number): string {
  return `${(total === 0 ? 0 : (100 * weight) / total).toFixed(2)} %`;
}
