// How much of what is repeated, random or long a run of the tests takes: a usual run a part of it,
// CI all.

const IS_FULL = process.env["CI"] === "true";
const DAY_MILLIS = 86_400_000;

/** How often a whole exchange is killed, and started again. */
export const KILL_ROUNDS = dose({ usual: 1, full: 10 });

/** Bugs planted in the simulation of which one is looked for. */
export const BUGS_PER_SEARCHED = dose({ usual: 4, full: 1 });

/** Steps of a flush of which one is a step that the history's writer is killed at. */
export const STEPS_PER_DEATH = dose({ usual: 6, full: 1 });

/** How often the laboratory measures with and without what it changes. */
export const INTERVENTION_PAIRS = dose({ usual: 1, full: 3 });

/** The highest rate that the laboratory asks of an engine in use: it climbs there from 1000. */
export const LIVE_RATE_MAX = dose({ usual: 2000, full: 4000 });

/**
 * How long the laboratory samples an engine whose functions it must name: one that works for a
 * fiftieth of the time gives two samples a second, and none by chance in a second of seven.
 */
export const SAMPLE_SECONDS = dose({ usual: 3, full: 4 });

/** Pairs of two builds that it samples to find what was made slower. */
export const SAMPLED_PAIRS = dose({ usual: 1, full: 2 });

/** Wrong inputs of each of the decoders. */
export const HOSTILE_INPUTS = dose({ usual: 1000, full: 3000 });

/** Random call auctions that are reckoned in two ways. */
export const RANDOM_CALLS = dose({ usual: 100, full: 400 });

function dose({ usual, full }: { readonly usual: number; readonly full: number }): number {
  return IS_FULL ? full : usual;
}

/** Every `step`th of them, other ones every day, so that all have their turn. */
export function ofToday<Item>(items: readonly Item[], step: number): Item[] {
  const today = Math.floor(Date.now() / DAY_MILLIS);
  return items.filter((_, number) => (number + today) % step === 0);
}
