// How long a campaign will take, pass by pass, reckoned from its plan before it begins; and how
// much of that is left while it lasts.

import { CONFIRMATIONS, type TrialKind } from "../ceiling/ceiling-search.ts";
import { minutesText } from "../load/load-text.ts";
import { keepsData, type TargetSpec } from "../target/target-spec.ts";
import { secondsOfBlocks } from "./blocks.ts";
import { RING_WARM_UP_SECONDS } from "./busy-load.ts";
import { BOOK_PARTS } from "./passes/books.ts";
import { DELAYS_NANOS } from "./passes/cause.ts";
import { ENGINE_LAYERS, LAYER_SLOW_PART } from "./passes/layers.ts";
import { layerBelow } from "./passes/lower-layer.ts";
import { cleanSecondsOf, OFF_CPU_SECONDS } from "./passes/sampling.ts";
import { CONFIRMING_RUNS_MAX, trialTimes } from "./passes/timing.ts";
import type { Plan } from "./plan.ts";

export type PlannedPass = {
  readonly name: PassName;
  readonly seconds: number;
  /** Where ceilings fail when they are confirmed. */
  readonly secondsMax: number;
};

type Reckoning = (plan: Plan, spec: TargetSpec) => number;

/** A load's thread and last answers, and each of its orders that is made beforehand. */
const LOAD_SECONDS = 0.1;
const COMMAND_SECONDS = 1.1e-6;
/** An order that rests is made, sent and canceled again. */
const RESTING_SECONDS = 22e-6;
/** A process that starts, and one whose records perf reads afterwards. */
const START_SECONDS = 0.5;
const VENUE_START_SECONDS = 2;
const READ_SECONDS = 4;
/** From the first rate to the one beyond a ceiling of two million. */
const CLIMBS = 13;
/** C_slo begins where the trials of C_max point. */
const NARROWINGS_OF_SECOND = 4;
const SIMULATED_SECONDS = 20;

const PASSES = {
  capabilities: () => 1,
  calibration: (plan) => (plan.simulates ? 4 : 2),
  "engine alone": (plan, spec) => (isOurs(spec) ? 2 * plan.bookSeconds + 1 : 0),
  ceilings: (plan) => searchSeconds(plan) + 2 * CONFIRMATIONS * trialSecondsOf(plan, "confirming"),
  "sustained run": (plan) => loads(plan, 1, plan.warmUpSeconds + plan.sustainedSeconds),
  "rate sweep": (plan) =>
    loads(plan, plan.sweepPercents.length, plan.warmUpSeconds + plan.sweepSeconds),
  "scaling over connections": (plan) =>
    loads(plan, plan.scalingConnections.length, plan.warmUpSeconds / 2 + plan.scalingSeconds),
  layers(plan, spec) {
    const slowPairs = Math.ceil(plan.layerPairs / LAYER_SLOW_PART);
    const pairs = plan.layerPairs + slowPairs;
    const seconds = loads(plan, 2 * pairs, plan.layerWarmUpSeconds + plan.layerSeconds);
    if (!isOurs(spec)) return seconds;
    const ring = loads(plan, 4 * slowPairs, RING_WARM_UP_SECONDS + plan.layerSeconds);
    return ring + (ENGINE_LAYERS.length - 1) * seconds;
  },
  "next lower layer": (plan, spec) =>
    layerBelow(spec.drive) === undefined
      ? 0
      : loads(plan, plan.interventionPairs, plan.pairWarmUpSeconds + plan.pairSeconds) +
        loads(plan, plan.interventionPairs, RING_WARM_UP_SECONDS + plan.pairSeconds),
  sampling: (plan) =>
    loads(plan, 2, plan.warmUpSeconds) + plan.sampleSeconds + cleanSecondsOf(plan) + START_SECONDS,
  "off-CPU": (plan) => loads(plan, 1, plan.warmUpSeconds + OFF_CPU_SECONDS) + READ_SECONDS,
  "sync and write": (plan) =>
    loads(plan, 2, plan.warmUpSeconds + plan.sweepSeconds) + READ_SECONDS / 2,
  "elasticity under a CPU quota": (plan) => secondsOfBlocks(plan, 2),
  "streaming neighbor": (plan) => secondsOfBlocks(plan, 2),
  "engine delayed": (plan, spec) =>
    isOurs(spec) ? START_SECONDS + secondsOfBlocks(plan, DELAYS_NANOS.length) : 0,
  counters(plan, spec) {
    if (isOurs(spec)) return plan.simulates ? SIMULATED_SECONDS : 0;
    return spec.command === undefined ? 0 : SIMULATED_SECONDS / 4;
  },
  "cost over book size"(plan, spec) {
    const filling = RESTING_SECONDS * plan.bookSizes.reduce((sum, size) => sum + size, 0);
    if (isOurs(spec)) return filling + loads(plan, plan.bookSizes.length, plan.bookSeconds);
    if (spec.command === undefined) return 0;
    const parts = loads(plan, BOOK_PARTS, plan.layerWarmUpSeconds + plan.bookSeconds / BOOK_PARTS);
    return filling + plan.bookSizes.length * (START_SECONDS + plan.warmUpSeconds + parts);
  },
  "storage on tmpfs"(plan, spec) {
    if (!keepsData(spec)) return 0;
    const side = VENUE_START_SECONDS + loads(plan, 2, plan.pairWarmUpSeconds + plan.pairSeconds);
    return 2 * plan.interventionPairs * side;
  },
} satisfies Record<string, Reckoning>;

export type PassName = keyof typeof PASSES;

/** In the order in which they run; those that the target has no use for are left out. */
export function plannedPasses(
  plan: Plan,
  spec: TargetSpec,
  only: readonly string[] | undefined,
): PlannedPass[] {
  const names = (Object.keys(PASSES) as PassName[]).filter((name) => only?.includes(name) ?? true);
  return names.flatMap((name) => {
    const reckon: Reckoning = PASSES[name];
    const seconds = reckon(plan, spec);
    const more = name === "ceilings" ? CONFIRMING_RUNS_MAX - CONFIRMATIONS : 0;
    const secondsMax = seconds + 2 * more * trialSecondsOf(plan, "confirming");
    return seconds === 0 ? [] : [{ name, seconds, secondsMax }];
  });
}

export function totalSeconds(passes: readonly PlannedPass[], isMax = false): number {
  return passes.reduce((sum, { seconds, secondsMax }) => sum + (isMax ? secondsMax : seconds), 0);
}

/** "12 min 5 s: capabilities 1 s, ...". */
export function timetableText(passes: readonly PlannedPass[]): string {
  const planned = totalSeconds(passes);
  const max = totalSeconds(passes, true);
  const more = max > planned ? ` (${minutesText(max)} where ceilings fail when confirmed)` : "";
  const each = passes.map(({ name, seconds }) => `${name} ${minutesText(seconds)}`);
  return `planned: ${minutesText(planned)}${more}: ${each.join(", ")}`;
}

/** Where a campaign stands in its plan. */
export class Timetable {
  readonly #passes: readonly PlannedPass[];
  #place = -1;
  #startedMillis = 0;

  constructor(passes: readonly PlannedPass[]) {
    this.#passes = passes;
  }

  begin(name: PassName): void {
    const place = this.#passes.findIndex((pass) => pass.name === name);
    if (place < 0) return; // Not planned: it will say why it is not there.
    this.#place = place;
    this.#startedMillis = performance.now();
  }

  /** Of the pass that goes on what it has not taken yet, and all that come after it. */
  leftSeconds(): number {
    const elapsed = (performance.now() - this.#startedMillis) / 1000;
    const now = this.#passes[this.#place]?.seconds ?? 0;
    return Math.max(0, now - elapsed) + totalSeconds(this.#passes.slice(this.#place + 1));
  }
}

function isOurs(spec: TargetSpec): boolean {
  return spec.drive.kind === "engine";
}

function loads(plan: Plan, count: number, seconds: number): number {
  return count * (LOAD_SECONDS + plan.lapCommands * COMMAND_SECONDS + seconds);
}

function trialSecondsOf(plan: Plan, kind: TrialKind): number {
  const { warmUpSeconds, seconds } = trialTimes(plan, kind);
  return loads(plan, 1, warmUpSeconds + seconds);
}

/** Both searches, without what confirms them. */
function searchSeconds(plan: Plan): number {
  const narrowings = Math.ceil(Math.log2(1 / plan.resolution));
  const trials = (narrowings + NARROWINGS_OF_SECOND + 1) * trialSecondsOf(plan, "narrowing");
  return CLIMBS * trialSecondsOf(plan, "climbing") + trials;
}
