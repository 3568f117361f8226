// How much of what is repeated, random or long a run of the tests takes: a usual run a part of it,
// CI all.

const IS_FULL = process.env["CI"] === "true";
const DAY_MILLIS = 86_400_000;

/** How often a whole exchange is killed, and started again. */
export const KILL_ROUNDS = dose({ usual: 2, full: 10 });

/** Bugs planted in the simulation of which one is looked for. */
export const BUGS_PER_SEARCHED = dose({ usual: 4, full: 1 });

/** Steps of a flush of which one is a step that the history's writer is killed at. */
export const STEPS_PER_DEATH = dose({ usual: 3, full: 1 });

/** How often the laboratory measures with and without what it changes. */
export const INTERVENTION_PAIRS = dose({ usual: 1, full: 3 });

function dose({ usual, full }: { readonly usual: number; readonly full: number }): number {
  return IS_FULL ? full : usual;
}

/** Every `step`th of them, other ones every day, so that all have their turn. */
export function ofToday<Item>(items: readonly Item[], step: number): Item[] {
  const today = Math.floor(Date.now() / DAY_MILLIS);
  return items.filter((_, number) => (number + today) % step === 0);
}
