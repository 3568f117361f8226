// A flow as tests and tools run it: what fails is shrunk, and said so that it can be run again.

import type { Feature } from "./feature-names.ts";
import type { FlowTally } from "./flow-tally.ts";
import { shrunk } from "./shrink.ts";
import { TwinRun, type TwinStep } from "./twin-run.ts";

export const COMMANDS_PER_FLOW = 500;

/** Of a flow in which the engine and its twin differ: the places of as few steps as show it. */
export type TwinFailure = {
  readonly seed: number;
  readonly places: readonly number[];
  readonly steps: readonly TwinStep[];
  readonly cause: unknown;
};

/** The steps up to where they differ, undefined where they agree. */
export function stepsToFailure(
  seed: number,
  features: readonly Feature[],
  tally?: FlowTally,
): readonly TwinStep[] | undefined {
  const run = new TwinRun(seed, features, COMMANDS_PER_FLOW, tally);
  try {
    run.run(COMMANDS_PER_FLOW);
    return undefined;
  } catch {
    return run.drawn;
  }
}

export function shortened(
  seed: number,
  features: readonly Feature[],
  drawn: readonly TwinStep[],
): TwinFailure {
  const steps = shrunk(drawn, (some) => causeOf(seed, features, some) !== undefined);
  const places = steps.map((step) => drawn.indexOf(step));
  return { seed, places, steps, cause: causeOf(seed, features, steps) };
}

/** Runs these of the steps that the seed draws, and throws what they show. */
export function replay(
  seed: number,
  features: readonly Feature[],
  places: readonly number[],
): void {
  const drawing = new TwinRun(seed, features, COMMANDS_PER_FLOW);
  drawing.drawOnly(COMMANDS_PER_FLOW);
  const cause = causeOf(
    seed,
    features,
    places.map((place) => drawing.drawn[place]),
  );
  if (cause !== undefined) throw cause;
}

/** What these steps show in a run of this seed; undefined where the two agree. */
export function causeOf(
  seed: number,
  features: readonly Feature[],
  steps: readonly TwinStep[],
): unknown {
  try {
    new TwinRun(seed, features, COMMANDS_PER_FLOW).replay(steps);
    return undefined;
  } catch (cause) {
    return cause;
  }
}
