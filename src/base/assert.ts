// What is true, stated in running code. A failed assertion is a bug: nobody catches it, the process
// stops, recovery replays the log. Messages are constant strings, so a passing check costs a
// branch.

export class AssertionError extends Error {
  override name = "AssertionError";
}

/**
 * Throws AssertionError unless `condition` holds. `whatIsTrue` states the fact, not the failure.
 */
export function assert(condition: boolean, whatIsTrue: string): asserts condition {
  if (!condition) fail(whatIsTrue);
}

export function fail(whatIsTrue: string): never {
  throw new AssertionError(`this should be true: ${whatIsTrue}`);
}
