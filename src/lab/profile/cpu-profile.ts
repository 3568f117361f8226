// V8's CPU profile (inspector, --cpu-prof) as folded stacks. Weights are the times between samples,
// in microseconds, not their number: on a busy host the two differ.

import { FoldedStacks, type Frame } from "./folded-stacks.ts";

export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
};

type Node = CpuProfile["nodes"][number];

const COLLECTOR = "(garbage collector)";
const NOT_WORK = new Set(["(idle)", "(root)"]);
/** Before a sample of garbage collection V8 names nobody: it belongs under no function. */
const ROOT = "(root)";

export type FoldedProfile = {
  readonly stacks: FoldedStacks;
  readonly samples: number;
  /** Samples with work in them whose innermost frame has a name or a place in a file. */
  readonly named: number;
};

export function foldCpuProfile(profile: CpuProfile): FoldedProfile {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of profile.nodes) {
    for (const child of children) parents.set(child, id);
  }
  const stacks = new FoldedStacks();
  let samples = 0;
  let named = 0;
  const { samples: ids = [], timeDeltas = [] } = profile;
  for (const [i, id] of ids.entries()) {
    const node = nodes.get(id);
    if (node === undefined || NOT_WORK.has(node.callFrame.functionName)) continue;
    samples++;
    if (isNamed(node)) named++;
    // A delta is the time since the sample before: the time that this one stands for comes next.
    const micros = timeDeltas[i + 1] ?? profile.endTime - profile.startTime - sumOf(timeDeltas);
    stacks.add(stackOf(node, nodes, parents), Math.max(0, micros));
  }
  return { stacks, samples, named };
}

function stackOf(leaf: Node, nodes: Map<number, Node>, parents: Map<number, number>): Frame[] {
  const frames: Frame[] = [];
  for (let node: Node | undefined = leaf; node !== undefined; ) {
    if (node.callFrame.functionName !== ROOT) frames.push(frameOf(node));
    const parent = parents.get(node.id);
    node = parent === undefined ? undefined : nodes.get(parent);
  }
  return frames.reverse();
}

function frameOf({ callFrame }: Node): Frame {
  const { functionName, url, lineNumber } = callFrame;
  if (functionName === COLLECTOR) return `${COLLECTOR}_[g]`;
  if (url === "") return functionName === "" ? "(unknown)" : functionName;
  return `${functionName || "(anonymous)"} ${shortUrl(url)}:${lineNumber + 1}_[j]`;
}

/** The last two parts of a path: what tells files of a project apart. */
function shortUrl(url: string): string {
  return url.startsWith("node:") ? url : url.split("/").slice(-2).join("/");
}

function isNamed({ callFrame }: Node): boolean {
  return callFrame.functionName !== "" || callFrame.url !== "";
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}
