// A flame graph as one SVG file: zoom by click and search by Ctrl-F's field where scripts run,
// whole and readable where they do not. Kinds of code differ in color, in light and dark. The same
// stacks give the same bytes.

import { xmlText } from "../report/xml-text.ts";
import { FLAME_SCRIPT, FLAME_STYLE } from "./flame-page.ts";
import { type FoldedStacks, type FrameKind, kindOf, nameOf } from "./folded-stacks.ts";
import { shortenName } from "./short-name.ts";

export type FlameOptions = {
  readonly title: string;
  /** What a weight is: "samples", "us". */
  readonly unit: string;
  /** A profile of the same before: frames that grew are red, that shrank blue. */
  readonly before?: FoldedStacks | undefined;
};

type FlameNode = {
  readonly frame: string;
  weight: number;
  weightBefore: number;
  readonly children: Map<string, FlameNode>;
};

const WIDTH = 1200;
const MARGIN = 10;
const ROW_HEIGHT = 17;
const TOP = 58;
const CHARACTER_WIDTH = 6.6;
/** Narrower frames would be hairlines; what is left out is told in the subtitle. */
const WIDTH_MIN = 0.3;
const DEPTH_MAX = 120;

const CLASS_OF_KIND: Readonly<Record<FrameKind, string>> = {
  js: "j",
  native: "n",
  kernel: "k",
  gc: "g",
};

export function flameGraphSvg(stacks: FoldedStacks, options: FlameOptions): string {
  const root = treeOf(stacks, options.before);
  const depth = Math.min(DEPTH_MAX, depthOf(root));
  const height = TOP + (depth + 1) * ROW_HEIGHT + MARGIN;
  const scale = (WIDTH - 2 * MARGIN) / Math.max(1, root.weight);
  const rows: string[] = [];
  let hidden = 0;
  const draw = (node: FlameNode, x: number, level: number): void => {
    const width = node.weight * scale;
    if (width < WIDTH_MIN || level > DEPTH_MAX) {
      hidden += 1;
      return;
    }
    rows.push(frameSvg(node, x, height - MARGIN - (level + 1) * ROW_HEIGHT, root, options, scale));
    let childX = x;
    for (const child of sortedChildren(node)) {
      draw(child, childX, level + 1);
      childX += child.weight * scale;
    }
  };
  draw(root, MARGIN, 0);
  const note = hidden > 0 ? `, ${hidden} frames too narrow to draw` : "";
  const total = `${Math.round(root.weight)} ${options.unit}${note}`;
  return page(options, total, height, rows.join(""));
}

function treeOf(stacks: FoldedStacks, before: FoldedStacks | undefined): FlameNode {
  const root = nodeOf("all");
  const scale = before === undefined || before.total === 0 ? 0 : stacks.total / before.total;
  for (const { frames, weight } of stacks.entries()) {
    for (const node of pathTo(root, frames)) node.weight += weight;
  }
  for (const { frames, weight } of before?.entries() ?? []) {
    for (const node of pathTo(root, frames)) node.weightBefore += weight * scale;
  }
  return root;
}

function nodeOf(frame: string): FlameNode {
  return { frame, weight: 0, weightBefore: 0, children: new Map() };
}

function pathTo(root: FlameNode, frames: readonly string[]): FlameNode[] {
  const path = [root];
  let node = root;
  for (const frame of frames) {
    let child = node.children.get(frame);
    if (child === undefined) {
      child = nodeOf(frame);
      node.children.set(frame, child);
    }
    path.push(child);
    node = child;
  }
  return path;
}

function sortedChildren({ children }: FlameNode): FlameNode[] {
  return [...children.values()].toSorted((a, b) => (a.frame < b.frame ? -1 : 1));
}

function depthOf(node: FlameNode): number {
  return 1 + Math.max(0, ...[...node.children.values()].map(depthOf));
}

function frameSvg(
  node: FlameNode,
  x: number,
  y: number,
  root: FlameNode,
  options: FlameOptions,
  scale: number,
): string {
  const width = node.weight * scale;
  const name = nameOf(node.frame);
  const share = `${((100 * node.weight) / root.weight).toFixed(2)} %`;
  const change = options.before === undefined ? "" : changeText(node, root);
  const title = `${name} (${Math.round(node.weight)} ${options.unit}, ${share}${change})`;
  const characters = Math.floor((width - 6) / CHARACTER_WIDTH);
  const label = characters >= 3 ? shortenName(name, characters) : "";
  const style = options.before === undefined ? "" : ` style="fill:${changeColor(node, root)}"`;
  const text =
    label === "" ? "" : `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${xmlText(label)}</text>`;
  return (
    `<g class="f ${CLASS_OF_KIND[kindOf(node.frame)]}"><title>${xmlText(title)}</title>` +
    `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="16"${style}/>` +
    `${text}</g>\n`
  );
}

function changeOf(node: FlameNode, root: FlameNode): number {
  return (node.weight - node.weightBefore) / root.weight;
}

function changeText(node: FlameNode, root: FlameNode): string {
  const change = 100 * changeOf(node, root);
  return `, ${change >= 0 ? "+" : ""}${change.toFixed(2)} points`;
}

/** White where nothing changed, full color at a tenth of all time. */
function changeColor(node: FlameNode, root: FlameNode): string {
  const change = Math.max(-1, Math.min(1, changeOf(node, root) * 10));
  const faded = Math.round(235 - 130 * Math.abs(change));
  return change >= 0 ? `rgb(235,${faded},${faded})` : `rgb(${faded},${faded},235)`;
}

function page(options: FlameOptions, total: string, height: number, frames: string): string {
  const { title } = options;
  const legend =
    options.before === undefined
      ? `<g class="legend"><rect class="lj" x="10" y="42" width="10" height="10"/>` +
        `<text x="24" y="51">JavaScript</text><rect class="ln" x="104" y="42" width="10" ` +
        `height="10"/>` +
        `<text x="118" y="51">native</text><rect class="lk" x="170" y="42" width="10" ` +
        `height="10"/>` +
        `<text x="184" y="51">kernel</text><rect class="lg" x="236" y="42" width="10" ` +
        `height="10"/>` +
        `<text x="250" y="51">garbage collection</text></g>`
      : `<text class="legend" x="10" y="51">red: more than before, blue: less</text>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" ` +
    `height="${height}" role="img" aria-label="${xmlText(title)}">\n` +
    `<style>${FLAME_STYLE}</style>\n<rect class="paper" width="100%" height="100%"/>\n` +
    `<text class="title" x="10" y="20">${xmlText(title)}</text>\n` +
    `<text class="sub" x="10" y="36">${xmlText(total)}</text>\n${legend}\n` +
    `<text class="sub" id="detail" x="400" y="51"></text>\n` +
    `<g id="frames">\n${frames}</g>\n<script><![CDATA[${FLAME_SCRIPT}]]></script>\n</svg>\n`
  );
}
