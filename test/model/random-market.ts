// Random commands about an instrument's trading day: phases that are mostly soon over, calendars
// whose sessions are about now, calls that are extended.

import type { Prng } from "../../src/base/prng.ts";
import { CALL_EXTENSION_MICROS_MAX } from "../../src/model/call-terms.ts";
import type { Feature } from "./feature-names.ts";
import type { MarketCommand } from "./naive-market-commands.ts";
import type { NaiveVenue } from "./naive-venue.ts";

/** Those in which nothing gathers, and calls; continuous trading often. */
const PHASES = [0, 0, 1, 6, 7, 8];
const CALLS = [2, 3, 4, 5];

const KINDS: readonly (readonly [Feature, MarketCommand["kind"]])[] = [
  ["phases", "setPhase"],
  ["calls", "setPhase"],
  ["calls", "setPhase"],
  ["calls", "setCall"],
  ["calendars", "setCalendar"],
  ["calendars", "setCalendar"],
  ["calendars", "setDay"],
  ["notional", "changeInstrument"],
];

const DAY_SECONDS = 86_400;
const SECOND_MICROS = 1_000_000;

export class RandomMarket {
  readonly #random: Prng;
  readonly #venue: NaiveVenue;
  readonly #features: readonly Feature[];
  readonly #kinds: readonly MarketCommand["kind"][];

  constructor(random: Prng, venue: NaiveVenue, features: readonly Feature[]) {
    this.#random = random;
    this.#venue = venue;
    this.#features = features;
    this.#kinds = features.flatMap((liked) =>
      KINDS.filter(([feature]) => feature === liked).map(([, kind]) => kind),
    );
  }

  get hasAny(): boolean {
    return this.#kinds.length > 0;
  }

  next(timeMicros: number): MarketCommand {
    const askedBy = this.#random.nextChance(1, 30) ? 7 : 0;
    return { askedBy, ...this.#asked(timeMicros) } as MarketCommand;
  }

  #asked(timeMicros: number) {
    const kind = this.#pick(this.#kinds);
    switch (kind) {
      case "setPhase":
        return { kind, order: this.#phase(timeMicros) };
      case "setCall":
        return { kind, instrumentId: this.#instrumentId(), terms: this.#callTerms() };
      case "setCalendar":
        return { kind, instrumentId: this.#instrumentId(), ...this.#calendar(timeMicros) };
      case "setDay":
        return { kind, instrumentId: this.#instrumentId(), ...this.#day(timeMicros) };
      case "changeInstrument":
        return { kind, ...this.#instrumentChange() };
    }
  }

  #phase(timeMicros: number) {
    const random = this.#random;
    const isTimed = random.nextChance(3, 4);
    const isOdd = random.nextChance(1, 20);
    const phases = [...PHASES, ...(this.#has("calls") ? [...CALLS, ...CALLS] : [])];
    const usual = this.#pick(isTimed ? phases : [0, ...phases]);
    const durationMicros = random.nextBetween(isOdd ? -9 : 1, 60);
    return {
      instrumentId: this.#instrumentId(),
      phase: isOdd ? 12 : usual,
      nextPhase: isTimed ? this.#pick([0, 0, 0, 0, ...phases]) : 0,
      endTimeMicros: isTimed ? timeMicros + durationMicros : 0,
      randomMicros: isTimed && random.nextChance(1, 2) ? random.nextBelow(40) : 0,
      nextMicros: isTimed && random.nextChance(3, 4) ? random.nextBelow(60) : 0,
    };
  }

  #callTerms() {
    const random = this.#random;
    const isOdd = random.nextChance(1, 20);
    const isBasisPoints = random.nextChance(1, 3);
    const collarWidth = isBasisPoints ? random.nextBetween(1, 400) : random.nextBetween(1, 4);
    return {
      extensionsMax: random.nextBelow(4),
      extensionMicros: isOdd
        ? this.#pick([0, CALL_EXTENSION_MICROS_MAX + 1])
        : random.nextBetween(1, 40),
      randomMicros: random.nextChance(1, 2) ? random.nextBelow(30) : 0,
      collarWidth: random.nextChance(1, 4) ? 0 : collarWidth,
      isBasisPoints,
      surplusLotsMax: random.nextChance(1, 2) ? random.nextBelow(12) : 0,
      preventsSelfTrades: random.nextChance(1, 2),
    };
  }

  /** Mostly back to about what it was, lest nothing is taken any more. */
  #instrumentChange() {
    const random = this.#random;
    const instrumentId = this.#instrumentId();
    const { orderQtyLotsMin = 1, orderQtyLotsMax = 60 } =
      this.#venue.instruments.get(instrumentId) ?? {};
    const isOdd = random.nextChance(1, 15);
    const most = this.#pick([
      orderQtyLotsMax,
      orderQtyLotsMin + 19,
      isOdd ? Number.MAX_SAFE_INTEGER : 40,
    ]);
    return {
      instrumentId,
      change: {
        orderQtyLotsMin: random.nextBetween(isOdd ? 0 : 1, 3),
        orderQtyLotsMax: isOdd ? most : Math.max(4, Math.min(most, orderQtyLotsMax)),
        ...(isOdd ? { notionalMin: 5, notionalMax: random.nextBelow(7) } : this.notional()),
      },
    };
  }

  /** What orders are worth at least and at most; often not limited. */
  notional() {
    const random = this.#random;
    const notionalMin = random.nextChance(1, 2) ? 0 : random.nextBelow(this.#pick([20, 400]));
    const notionalMax = random.nextChance(1, 2) ? 0 : random.nextBetween(400, 3_000);
    return { notionalMin, notionalMax };
  }

  #calendar(timeMicros: number) {
    const random = this.#random;
    if (random.nextChance(1, 10)) return {};
    const utcOffsetSeconds = random.nextChance(1, 2) ? 0 : random.nextBetween(-90_000, 90_000);
    const weekdays = random.nextChance(5, 6) ? 0x7f : random.nextBelow(random.nextBelow(2) + 0x80);
    return {
      calendar: { ...this.#session(timeMicros, utcOffsetSeconds), weekdays, utcOffsetSeconds },
    };
  }

  #day(timeMicros: number) {
    const random = this.#random;
    const today = Math.floor(timeMicros / SECOND_MICROS / DAY_SECONDS);
    const day = random.nextChance(1, 40) ? 200_000 : today + random.nextBetween(-1, 1);
    const session = this.#session(timeMicros, 0);
    return { day, session: this.#pick(["closed", "usual", session, session, session] as const) };
  }

  /** About now: most of it is still to come. */
  #session(timeMicros: number, utcOffsetSeconds: number) {
    const random = this.#random;
    const now = Math.floor(timeMicros / SECOND_MICROS) + utcOffsetSeconds;
    const secondOfDay = ((now % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
    const isOdd = random.nextChance(1, 20);
    const first = Math.max(0, secondOfDay - random.nextBelow(900));
    const lasts = () => (random.nextChance(1, 4) ? 0 : random.nextBetween(isOdd ? -900 : 1, 900));
    const openingCallSeconds = first + lasts();
    const openSeconds = openingCallSeconds + lasts();
    const closingCallSeconds = openSeconds + lasts();
    return {
      preOpenSeconds: first,
      openingCallSeconds,
      openSeconds,
      closingCallSeconds,
      closeSeconds: closingCallSeconds + lasts(),
      randomMicros: random.nextChance(1, 2) ? random.nextBelow(300_000_000) : 0,
    };
  }

  #instrumentId(): number {
    const known = [...this.#venue.instruments.keys()];
    return this.#pick([0, 99, ...known, ...known, ...known]);
  }

  #has(feature: Feature): boolean {
    return this.#features.includes(feature);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random.nextBelow(choices.length)];
  }
}
