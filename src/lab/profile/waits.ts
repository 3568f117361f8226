// Of the time that threads are away from the processor, what they wait for: idle waits for the next
// request apart, for a server that has nothing to do waits well.

import { FoldedStacks, type Frame, kindOf, nameOf } from "./folded-stacks.ts";
import { shortenName } from "./short-name.ts";

export type WaitKind = "sleep" | "lock (futex)" | "device" | "other";

export type Wait = { readonly kind: WaitKind; readonly where: string; readonly micros: number };

export type Waits = {
  /** The longest first. */
  readonly waits: readonly Wait[];
  /** For requests. */
  readonly idleMicros: number;
};

const SLEEP = /nanosleep|hrtimer_sleep/;
const FUTEX = /futex/;
const IDLE =
  /accept|ep_poll|epoll_wait|do_sys_poll|do_select|recvmsg|wait_for_more_packets|cqring_wait/;
const PREEMPTED = "state R";
const FOR_A_DEVICE = "state D";
const FRAMES_TOLD = 3;
const NAME_MAX = 60;

/** `folded`: off-CPU stacks, weighed by microseconds, each with its state at the end. */
export function waitsOf(folded: string): Waits {
  const micros = new Map<string, Wait>();
  let idleMicros = 0;
  for (const { frames, weight } of FoldedStacks.parse(folded).entries()) {
    const kind = waitKindOf(frames);
    if (kind === "idle") idleMicros += weight;
    if (kind === "idle" || kind === undefined) continue;
    const where = whereOf(frames);
    const key = `${kind}\n${where}`;
    micros.set(key, { kind, where, micros: (micros.get(key)?.micros ?? 0) + weight });
  }
  const waits = [...micros.values()].toSorted((a, b) => b.micros - a.micros);
  return { waits, idleMicros };
}

/** Undefined: it was preempted, and wanted to go on. */
function waitKindOf(frames: readonly Frame[]): WaitKind | "idle" | undefined {
  const state = frames.at(-1);
  const has = (pattern: RegExp): boolean => frames.some((frame) => pattern.test(frame));
  if (state === PREEMPTED) return undefined;
  if (state === FOR_A_DEVICE) return "device";
  if (has(SLEEP)) return "sleep";
  if (has(FUTEX)) return "lock (futex)";
  return has(IDLE) ? "idle" : "other";
}

/** The innermost functions of the program, from the outer to the inner. */
function whereOf(frames: readonly Frame[]): string {
  const own = frames.slice(0, -1).filter((frame) => kindOf(frame) !== "kernel");
  const named = own.filter((frame) => !frame.startsWith("[unknown]"));
  const told = named.slice(-FRAMES_TOLD).map((frame) => shortenName(nameOf(frame), NAME_MAX));
  return told.join(" > ") || "not named";
}
