// What a checker throws: a promise of the exchange that was not kept.

export class Violation extends Error {
  override name = "Violation";
}

/** Throws a Violation that says what was promised, unless it holds. */
export function promise(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}
