// What one flow is about, by its seed (swarm testing). Where every flow has a little of everything,
// things that must meet seldom do. So most flows have a handful of features, many have few
// accounts, prices and sizes, and all do some things far more often than others.

import type { Prng } from "../../src/base/prng.ts";
import { EARLIER_FEATURES, type Feature, LATER_FEATURES } from "./feature-names.ts";

const ACCOUNTS = [1, 2, 3, 7, 4_294_967_295, 0];
const ACCOUNTS_MIN = 2;
const HANDFUL_MIN = 2;
const HANDFUL_MAX = 7;
/** How often the flow does something, compared with the usual. */
const TIMES = [1, 1, 2, 4];

export type FlowTaste = {
  /** Each of them as often as the flow likes it compared with the others. */
  readonly features: readonly Feature[];
  /** Who asks; 0 is the operator. */
  readonly accounts: readonly number[];
  readonly instrumentsCount: number;
  /** Prices are at most so far from the middle. */
  readonly widthTicks: number;
  /** Quantities are mostly one of so many. */
  readonly sizesCount: number;
  /** As many client order ids, of the last ones, may come again. */
  readonly idsCount: number;
  /** With calendars one command in so many comes much later than the one before. */
  readonly commandsPerPause: number;
};

/** `later` draws what flows of known seeds did not have. */
export function drawTaste(random: Prng, later: Prng, features: readonly Feature[]): FlowTaste {
  const earlier = EARLIER_FEATURES.filter((feature) => features.includes(feature));
  const isNarrow = random.nextChance(1, 2);
  const accountsMax = isNarrow ? ACCOUNTS_MIN + 1 : ACCOUNTS.length;
  return {
    features: [...liked(random, someOf(random, earlier)), ...laterOf(later, features)],
    accounts: handfulOf(random, ACCOUNTS, random.nextBetween(ACCOUNTS_MIN, accountsMax)),
    instrumentsCount: random.nextBetween(1, 3),
    widthTicks: random.nextBetween(1, isNarrow ? 3 : 12),
    sizesCount: random.nextBetween(isNarrow ? 2 : 10, isNarrow ? 6 : 20),
    idsCount: random.nextBetween(5, 100),
    commandsPerPause: random.nextBetween(5, 30),
  };
}

/** Each in one flow of three. */
function laterOf(random: Prng, features: readonly Feature[]): readonly Feature[] {
  return LATER_FEATURES.filter((each) => random.nextChance(1, 3) && features.includes(each));
}

/** Of eight flows one has all features, two about half of them, five a handful. */
function someOf(random: Prng, features: readonly Feature[]): readonly Feature[] {
  const kind = random.nextBelow(8);
  if (kind === 0) return features;
  if (kind <= 2) return features.filter(() => random.nextChance(1, 2));
  return handfulOf(random, features, random.nextBetween(HANDFUL_MIN, HANDFUL_MAX));
}

/** So many of the choices, or all if they are fewer, in an order of chance. */
export function handfulOf<T>(random: Prng, choices: readonly T[], count: number): readonly T[] {
  const left = [...choices];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(random.nextBelow(left.length), 1));
  }
  return drawn;
}

/** Each choice once or several times, so that one of them may be most of what is picked. */
export function liked<T>(random: Prng, choices: readonly T[], usually = 1): readonly T[] {
  return choices.flatMap((choice) => {
    const times = usually * TIMES[random.nextBelow(TIMES.length)];
    return Array.from({ length: times }, () => choice);
  });
}
