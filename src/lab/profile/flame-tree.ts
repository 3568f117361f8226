// Stacks as a tree of frames, and where each frame of it is drawn: the children of a frame stand on
// it, in the order of their names.

import type { FoldedStacks } from "./folded-stacks.ts";

export type FlameNode = {
  readonly frame: string;
  /** With all that it called. */
  weight: number;
  /** Of it alone. */
  self: number;
  /** The same of a profile before; 0 where there is none. */
  weightBefore: number;
  selfBefore: number;
  readonly children: Map<string, FlameNode>;
};

export type DrawnFrame = {
  readonly node: FlameNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
};

export type FlameLayout = {
  readonly root: FlameNode;
  readonly frames: readonly DrawnFrame[];
  /** Too narrow or too deep to draw. */
  readonly hidden: number;
  readonly height: number;
};

export const FLAME_WIDTH = 1200;
const MARGIN = 10;
const ROW_HEIGHT = 17;
const TOP = 58;
/** Narrower frames would be hairlines; what is left out is told in the subtitle. */
const WIDTH_MIN = 0.3;
const DEPTH_MAX = 120;

/** As wide as `stacks` say; `before` adds what was, in the same unit. */
export function layOutFlames(stacks: FoldedStacks, before?: FoldedStacks): FlameLayout {
  const root = treeOf(stacks, before);
  const depth = Math.min(DEPTH_MAX, depthOf(root));
  const height = TOP + (depth + 1) * ROW_HEIGHT + MARGIN;
  const scale = (FLAME_WIDTH - 2 * MARGIN) / (root.weight || 1);
  const frames: DrawnFrame[] = [];
  let hidden = 0;
  const draw = (node: FlameNode, x: number, level: number): void => {
    const width = node.weight * scale;
    if (width < WIDTH_MIN || level > DEPTH_MAX) {
      if (node.weight > 0) hidden += 1;
      return;
    }
    frames.push({ node, x, y: height - MARGIN - (level + 1) * ROW_HEIGHT, width });
    let childX = x;
    for (const child of sortedChildren(node)) {
      draw(child, childX, level + 1);
      childX += child.weight * scale;
    }
  };
  draw(root, MARGIN, 0);
  return { root, frames, hidden, height };
}

function treeOf(stacks: FoldedStacks, before: FoldedStacks | undefined): FlameNode {
  const root = nodeOf("all");
  for (const { frames, weight } of stacks.entries()) {
    const path = pathTo(root, frames);
    for (const node of path) node.weight += weight;
    path[path.length - 1].self += weight;
  }
  for (const { frames, weight } of before?.entries() ?? []) {
    const path = pathTo(root, frames);
    for (const node of path) node.weightBefore += weight;
    path[path.length - 1].selfBefore += weight;
  }
  return root;
}

function nodeOf(frame: string): FlameNode {
  return { frame, weight: 0, self: 0, weightBefore: 0, selfBefore: 0, children: new Map() };
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
