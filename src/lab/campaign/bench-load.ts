// The loads of a campaign's passes. All end at once when the campaign is told to, which measures
// nothing, and at the first wrong answer, which ends the campaign. What a target leaves without an
// answer has no time that a pass could tell as measured.

import type { LoadOptions } from "../load/load-options.ts";
import type { LoadResult } from "../load/load-result.ts";
import { type LoadHooks, runLoad } from "../load/run-load.ts";
import { refuseWrong } from "../load/wrong-answer.ts";
import { runWatchedLoad, type WatchedLoad } from "../watch/watched-load.ts";
import type { Bench } from "./bench-of-target.ts";

export async function loadOnBench(
  { signal }: Bench,
  options: LoadOptions,
  hooks: LoadHooks = {},
): Promise<LoadResult> {
  signal.throwIfAborted();
  const load = await runLoad(options, { ...hooks, signal });
  signal.throwIfAborted();
  refuse(load);
  return load;
}

export async function watchedLoadOnBench(
  { signal }: Bench,
  options: LoadOptions,
  pid: number | undefined,
): Promise<WatchedLoad> {
  signal.throwIfAborted();
  const watched = await runWatchedLoad(options, pid, { signal });
  signal.throwIfAborted();
  refuse(watched.load);
  return watched;
}

function refuse(load: LoadResult): void {
  refuseWrong(load);
  const { unanswered, failure } = load;
  if (unanswered === 0) return;
  const why = failure === "" ? "" : `: ${failure}`;
  throw new Error(`${unanswered} requests got no answer${why}`);
}
