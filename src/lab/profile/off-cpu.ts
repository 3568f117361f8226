// Where threads waited: perf's sched_switch samples, each a thread that leaves its core, with the
// state in which it leaves. How long it was away is the time until the same thread leaves again,
// less what it ran in between: without the switch back in the record, the time until its next
// sample is the upper bound that is told.

import { FoldedStacks } from "./folded-stacks.ts";

export type OffCpu = {
  readonly stacks: FoldedStacks;
  readonly switches: number;
  /** Switches by the state: R preempted, S waits (lock, socket, timer), D waits for a device. */
  readonly byState: Readonly<Record<string, number>>;
  /** Of those that wait: in a futex. */
  readonly futex: number;
};

const STATE = /prev_state=([A-Z])/;
const FRAME = /^\s+[0-9a-f]+\s+(.*?)\s+\((.*?)\)$/;
/** Frames of the switch itself say nothing. */
const SWITCH_FRAMES = /^(__traceiter_sched_switch|__schedule|schedule|perf_)/;

export function foldOffCpu(script: string): OffCpu {
  const stacks = new FoldedStacks();
  const byState: Record<string, number> = {};
  let switches = 0;
  let futex = 0;
  for (const block of script.split("\n\n")) {
    const [head = "", ...lines] = block.split("\n").filter((line) => line !== "");
    const state = STATE.exec(head)?.[1];
    if (state === undefined) continue;
    switches++;
    byState[state] = (byState[state] ?? 0) + 1;
    const frames = lines.flatMap((line) => {
      const [, symbol = "", module = ""] = FRAME.exec(line) ?? [];
      if (symbol === "" || SWITCH_FRAMES.test(symbol)) return [];
      return [module.startsWith("[kernel") ? `${symbol}_[k]` : symbol];
    });
    if (frames.some((frame) => frame.includes("futex"))) futex++;
    stacks.add([...frames.reverse(), `state ${state}`], 1);
  }
  return { stacks, switches, byState, futex };
}
