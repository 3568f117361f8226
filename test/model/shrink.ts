// A short run out of a long one that fails.

import fc from "fast-check";
import type { TwinStep } from "./twin-run.ts";

const SHRINK_MILLIS_MAX = 300_000;

/**
 * As few of the steps, in their order, as still fail: fast-check leaves steps away until each one
 * that is left is needed, or for five minutes.
 */
export function shrunk(
  steps: readonly TwinStep[],
  fails: (some: readonly TwinStep[]) => boolean,
): readonly TwinStep[] {
  const someOf = fc.array(fc.noShrink(fc.constantFrom(...steps)), { maxLength: steps.length });
  const property = fc.property(someOf, (some) => !fails(some));
  const { counterexample } = fc.check(property, {
    examples: [[[...steps]]],
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_MILLIS_MAX,
  });
  return counterexample?.[0] ?? steps;
}
