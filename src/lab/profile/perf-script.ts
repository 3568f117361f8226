// What `perf script` prints, as folded stacks: a head line a sample, its frames innermost first, an
// empty line. Symbols that are not there stay what they are: module and offset, to a page of code,
// or each address of a stripped program would be a function of its own.

import { FoldedStacks, type Frame, isUnnamed } from "./folded-stacks.ts";

export type PerfSamples = {
  readonly stacks: FoldedStacks;
  readonly samples: number;
  /** Samples whose innermost frame has a name: what a function's own share is told by. */
  readonly named: number;
  /** Samples of which every frame has one. */
  readonly whole: number;
  /** Samples whose outermost frame is where a thread begins: the unwinder went all the way. */
  readonly rooted: number;
};

const FRAME = /^\s+([0-9a-f]+)\s+(.*?)\s+\((.*?)\)$/;
/** Where DWARF unwinding ends, perf prints one more frame of all ones. */
const END_OF_STACK = /^f{16}$/;
const PAGE_DIGITS = 3;
const ROOTS =
  /^(_start|__libc_start|main$|start_thread|clone3?$|node::Start|ret_from_fork|_?_?libc)/;

export function foldPerfScript(text: string): PerfSamples {
  const stacks = new FoldedStacks();
  let samples = 0;
  let named = 0;
  let whole = 0;
  let rooted = 0;
  for (const block of text.split("\n\n")) {
    const [head = "", ...lines] = block.split("\n").filter((line) => line !== "");
    if (head === "" || head.startsWith("#")) continue;
    const frames = lines.flatMap(readFrame);
    if (frames.length === 0) continue;
    samples++;
    if (frames[0].isNamed) named++;
    if (frames.every(({ isNamed }) => isNamed)) whole++;
    if (ROOTS.test(frames[frames.length - 1].frame)) rooted++;
    const path = frames.map(({ frame }) => frame).reverse();
    stacks.add(
      path.filter((frame, i) => frame !== path[i - 1] || !isUnnamed(frame)),
      1,
    );
  }
  return { stacks, samples, named, whole, rooted };
}

function readFrame(line: string): { frame: Frame; isNamed: boolean }[] {
  const [, address = "", symbol = "", module = ""] = FRAME.exec(line) ?? [];
  if (address === "" || END_OF_STACK.test(address)) return [];
  if (symbol === "[unknown]") {
    return [{ frame: unnamedFrame(moduleName(module), address), isNamed: false }];
  }
  return [{ frame: frameOf(symbol.replace(/\+0x[0-9a-f]+$/, ""), module), isNamed: true }];
}

function unnamedFrame(module: string, address: string): Frame {
  const page = address.slice(0, -PAGE_DIGITS) || "0";
  return `${module}+0x${page}${"0".repeat(PAGE_DIGITS)}`;
}

/** perf's map of a Node process: `JS:*name file:line:column`; * optimized, ^ baseline, ~ not. */
function frameOf(symbol: string, module: string): Frame {
  const js = /^JS:[*^~]?(\S*) (?:file:\/\/)?(\S+?):(\d+):\d+$/.exec(symbol);
  if (js !== null) {
    return `${js[1] || "(anonymous)"} ${js[2].split("/").slice(-2).join("/")}:${js[3]}_[j]`;
  }
  if (module.startsWith("[kernel") || module.startsWith("[guest.kernel")) return `${symbol}_[k]`;
  return /^v8::internal::(Heap|Scavenger|MarkCompact)/.test(symbol) ? `${symbol}_[g]` : symbol;
}

function moduleName(module: string): string {
  return module.split("/").at(-1) ?? module;
}
