// What V8's profiler cannot see of a Node process: perf's samples by the kind of code that ran, the
// kernel's and V8's own among it. Innermost functions only; the names come from V8's profiler.

export const CODE_KINDS = [
  "compiled JavaScript",
  "V8's built-ins and interpreter",
  "garbage collection",
  "other native code",
  "kernel",
] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

/** Samples of each kind. */
export type CodeKindCounts = Readonly<Record<CodeKind, number>>;

export const CODE_KIND_FIELDS = "comm,pid,tid,ip,sym,dso";

const LINE = /\s[0-9a-f]+\s+(\S.*?)\s+\(([^()]*)\)\s*$/;
const COLLECTOR =
  /^v8::internal::(Heap|Scaveng|Mark|Concurrent|Sweep|Evacuat|SemiSpace|NewSpace|Memory)/;
/** Code in memory that belongs to no file: the compiler's. */
const NO_FILE = /^(\[unknown\]|\/\/anon|anon_inode.*|\/memfd.*|.*\/perf-\d+\.map)$/;

/** `script`: of `perf script -F comm,pid,tid,ip,sym,dso`, without stacks. */
export function countCodeKinds(script: string): CodeKindCounts {
  const counts = Object.fromEntries(CODE_KINDS.map((kind) => [kind, 0])) as Record<
    CodeKind,
    number
  >;
  for (const line of script.split("\n")) {
    const [, symbol, module] = LINE.exec(line) ?? [];
    if (symbol !== undefined && module !== undefined) counts[kindOf(symbol, module)]++;
  }
  return counts;
}

function kindOf(symbol: string, module: string): CodeKind {
  if (module.startsWith("[kernel") || module.startsWith("[guest.kernel")) return "kernel";
  if (symbol.startsWith("Builtins_")) return "V8's built-ins and interpreter";
  if (NO_FILE.test(module)) return "compiled JavaScript";
  return COLLECTOR.test(symbol) ? "garbage collection" : "other native code";
}
