// Random commands of market integrity: windows of a few commands, limits that are met.

import type { Prng } from "../../src/base/prng.ts";
import {
  GUARD_WINDOW_MICROS_MAX,
  KILL_ACCOUNT,
  KILL_FIRM,
  KILL_MARKET,
  KILL_SESSION,
} from "../../src/model/guard.ts";
import type { Feature } from "./feature-names.ts";
import type { FlowTaste } from "./flow-taste.ts";
import type { GuardCommand } from "./naive-guard-commands.ts";
import type { NaiveVenue } from "./naive-venue.ts";

const SESSIONS = 5;
const TOO_LARGE = 2 ** 51 + 1;
/** Many things end at multiples of it, so that they often end at one time. */
export const ROUND_MICROS = 20;

/** What accounts say of themselves, always or now and then. */
const OF_THEMSELVES = ["disconnect", "deadMan", "protection", "resetProtection"];
/** Narrow switches more often: while a wide one is on nothing else happens. */
const KILL_LEVELS = [
  KILL_MARKET,
  KILL_FIRM,
  KILL_ACCOUNT,
  KILL_ACCOUNT,
  KILL_SESSION,
  KILL_SESSION,
];

/** Which of them belong to which feature; what stands there twice comes twice as often. */
const KINDS: readonly (readonly [Feature, GuardCommand["kind"]])[] = [
  ["kills", "killSwitch"],
  ["kills", "killSwitch"],
  ["sessions", "disconnect"],
  ["sessions", "disconnect"],
  ["sessions", "sessionEnded"],
  ["sessions", "sessionEnded"],
  ["sessions", "deadMan"],
  ["messages", "messageLimits"],
  ["protections", "protection"],
  ["protections", "resetProtection"],
  ["bands", "bands"],
  ["bands", "bands"],
  ["bands", "cascade"],
  ["endedIds", "endedIds"],
];

export class RandomGuards {
  readonly #random: Prng;
  readonly #venue: NaiveVenue;
  readonly #accounts: readonly number[];
  readonly #kinds: readonly GuardCommand["kind"][];

  constructor(random: Prng, venue: NaiveVenue, { accounts, features }: FlowTaste) {
    this.#random = random;
    this.#venue = venue;
    this.#accounts = accounts;
    this.#kinds = features.flatMap((liked) =>
      KINDS.filter(([feature]) => feature === liked).map(([, kind]) => kind),
    );
  }

  get hasAny(): boolean {
    return this.#kinds.length > 0;
  }

  next(timeMicros: number): GuardCommand {
    const random = this.#random;
    const kind = this.#pick(this.#kinds);
    const isOwnSwitch = kind === "killSwitch" && random.nextChance(1, 2);
    const isOwn = OF_THEMSELVES.includes(kind) || isOwnSwitch;
    const usual = isOwn ? this.#pick(this.#accounts) : 0;
    const askedBy = random.nextChance(1, 30) ? 7 : usual;
    const sessionId = random.nextChance(1, 40) ? 0 : random.nextBetween(1, SESSIONS);
    return { ...this.#asked(kind, askedBy, timeMicros), askedBy, sessionId } as GuardCommand;
  }

  #asked(kind: GuardCommand["kind"], askedBy: number, timeMicros: number) {
    const random = this.#random;
    switch (kind) {
      case "killSwitch":
        return { kind, asked: this.#killSwitch(askedBy) };
      case "disconnect":
        return { kind, cancels: random.nextChance(3, 4), isOfAccount: random.nextChance(1, 3) };
      case "sessionEnded":
        return { kind, targetSessionId: random.nextBelow(SESSIONS + 1) };
      case "deadMan":
        return { kind, timeoutMicros: this.#timeoutMicros(timeMicros) };
      case "messageLimits":
        return { kind, limits: this.#messageLimits() };
      case "protection":
        return { kind, protection: this.#protection(askedBy) };
      case "bands":
        return { kind, bands: this.#bands() };
      case "cascade":
        return { kind, limit: this.#cascade() };
      case "endedIds":
        return { kind, knownMax: random.nextBelow(60) };
      case "resetProtection": {
        const { accountId, instrumentId } = this.#protection(askedBy);
        return { kind, targetAccountId: accountId, instrumentId };
      }
    }
  }

  /** Mostly off; an account turns its own. */
  #killSwitch(askedBy: number) {
    const random = this.#random;
    const isOdd = random.nextChance(1, 20);
    const isOwn = askedBy !== 0 && !isOdd;
    const usual = isOwn ? KILL_ACCOUNT : this.#pick(KILL_LEVELS);
    const level = isOdd ? random.nextBelow(7) : usual;
    const account = isOwn ? askedBy : this.#pick(this.#accounts);
    const targets = [0, 0, this.#pick([1, 2]), account, random.nextBetween(1, SESSIONS)];
    const isOn = random.nextChance(1, 3);
    return { level, targetId: targets[level] ?? 0, isOn, cancels: random.nextChance(1, 3) };
  }

  #messageLimits() {
    const random = this.#random;
    const max = () => random.nextBetween(random.nextChance(1, 20) ? 0 : 1, 12);
    return {
      accountId: this.#pick([...this.#accounts, random.nextChance(1, 4) ? 55 : 1]),
      messagesMax: max(),
      messagesWindowMicros: this.#windowMicros(150),
      unfilledMax: max(),
      unfilledPerFill: random.nextBelow(4),
      unfilledWindowMicros: this.#windowMicros(300),
      repeatsMax: random.nextBetween(1, 3),
      repeatsWindowMicros: this.#windowMicros(3_000),
    };
  }

  #protection(askedBy: number) {
    const random = this.#random;
    const isOdd = random.nextChance(1, 30);
    const limit = (most: number) => (random.nextChance(1, 2) ? random.nextBelow(most) : 0);
    const own = this.#pick([0, askedBy]);
    return {
      accountId: askedBy === 0 ? this.#pick(this.#accounts) : own,
      instrumentId: this.#pick([...this.#venue.instruments.keys(), ...(isOdd ? [99] : [])]),
      fillsMax: limit(6),
      lotsMax: isOdd ? TOO_LARGE : limit(40),
      valueMax: limit(4_000),
      windowMicros: this.#windowMicros(600),
    };
  }

  /** Mostly so wide that something trades, and so narrow that something does not. */
  #bands() {
    const random = this.#random;
    const isBasisPoints = random.nextChance(1, 4);
    const width = () => {
      if (random.nextChance(1, 3)) return 0;
      return isBasisPoints ? random.nextBetween(1, 900) : random.nextBetween(1, 6);
    };
    const isOdd = random.nextChance(1, 40);
    const instrumentId = isOdd ? 99 : this.#instrumentId();
    const { priceTicksMin = 0, priceTicksMax = 0 } =
      this.#venue.instruments.get(instrumentId) ?? {};
    const middleTicks = Math.floor((priceTicksMin + priceTicksMax) / 2);
    return {
      instrumentId,
      isBasisPoints,
      ...(random.nextChance(1, 3)
        ? { staticReferenceTicks: middleTicks + random.nextBetween(-3, 3) }
        : {}),
      staticWidth: width(),
      dynamicWidth: isOdd ? 2_000_000_000 : width(),
      callMicros: this.#windowMicros(100),
      callRandomMicros: random.nextChance(1, 2) ? random.nextBelow(30) : 0,
    };
  }

  #cascade() {
    const random = this.#random;
    return {
      instrumentId: random.nextChance(1, 40) ? 99 : this.#instrumentId(),
      ordersMax: random.nextBelow(4),
      haltMicros: this.#windowMicros(60),
      callMicros: this.#windowMicros(60),
    };
  }

  #instrumentId(): number {
    return this.#pick([...this.#venue.instruments.keys()]);
  }

  /** Mostly to a round time or just beyond it, as orders expire at round times. */
  #timeoutMicros(timeMicros: number): number {
    const timeoutMicros = this.#windowMicros(200);
    return Math.max(0, timeoutMicros - ((timeMicros + timeoutMicros) % ROUND_MICROS) - 2);
  }

  /** Often none, now and then too long. */
  #windowMicros(most: number): number {
    const random = this.#random;
    if (random.nextChance(1, 40)) return GUARD_WINDOW_MICROS_MAX + random.nextBelow(2);
    return random.nextChance(1, 4) ? 0 : random.nextBetween(1, most);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#random.nextBelow(choices.length)];
  }
}
