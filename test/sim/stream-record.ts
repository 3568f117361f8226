// The `orders` stream as one connection heard it: each event of the account once and in order.

import { promise } from "./violation.ts";
import type { Json } from "./wire.ts";

/** More than the events of any command. */
const INDEXES_MAX = 100_000;

export class StreamRecord {
  readonly accountId: number;
  /** Sequence and index of each event, in the order of arrival. */
  readonly places: number[] = [];
  /** Whether its connection lives. */
  isLive = true;

  constructor(accountId: number) {
    this.accountId = accountId;
  }

  take({ stream, sequence, index }: Json): void {
    promise(stream === "orders", `a trader hears what it subscribed to, found ${stream}`);
    const place = placeOf(sequence, index);
    const last = this.places.at(-1) ?? 0;
    promise(
      place > last,
      `account ${this.accountId} hears each event once and in order, found ${sequence}.${index} ` +
        `after ${textOf(last)}`,
    );
    this.places.push(place);
  }

  /** Whether it has heard what the account was told last. */
  hasHeard(lastPlace: number): boolean {
    return this.places.length === 0 || this.places.at(-1) === lastPlace;
  }

  /** `truth`: places of all events of the account. None between first and last is missing. */
  compare(truth: readonly number[]): void {
    const [first] = this.places;
    const missed = `account ${this.accountId} hears all events from its first on, missed`;
    if (first !== undefined) {
      const from = truth.indexOf(first);
      for (const [i, place] of this.places.entries()) {
        const expected = truth[from + i] ?? 0;
        promise(from >= 0 && place === expected, `${missed} ${textOf(expected)}`);
      }
    }
    const last = truth.at(-1) ?? 0;
    promise(!this.isLive || this.hasHeard(last), `${missed} the last one, ${textOf(last)}`);
  }
}

export function placeOf(sequence: number, index: number): number {
  return sequence * INDEXES_MAX + index;
}

function textOf(place: number): string {
  return `${Math.floor(place / INDEXES_MAX)}.${place % INDEXES_MAX}`;
}
