// A profile as run.json keeps it.

import type { CodeKindCounts } from "./code-kinds.ts";

export type ProfileRecord = {
  /** What took it, with the command where there is one. */
  readonly source: string;
  readonly unit: string;
  readonly samples: number;
  /** Samples whose innermost frame has a name (perf's, in files of before: every frame). */
  readonly named: number;
  /** FoldedStacks.text(). */
  readonly folded: string;
  /** Rates with and without the sampler: its cost. */
  readonly observedPerSecond: number;
  readonly cleanPerSecond: number;
  /** Of a Node process, where perf sampled beside V8's profiler. */
  readonly codeKinds?: CodeKindCounts | undefined;
  readonly notes: readonly string[];
};
