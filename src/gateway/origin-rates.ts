// How much of a kind those from one address may ask in a second while they have not logged in: one
// that asks without end would have the exchange answer him alone.

import type { Clock } from "../ops/clock.ts";

const SECOND_MICROS = 1_000_000;

export class OriginRates {
  readonly #clock: Clock;
  readonly #perSecondMax: number;
  readonly #counts = new Map<string, number>();
  #second = 0;

  constructor(clock: Clock, perSecondMax: number) {
    this.#clock = clock;
    this.#perSecondMax = perSecondMax;
  }

  /** `origin` as originOf has it; "", none that is known, has no limit. */
  tryTake(origin: string): boolean {
    const second = Math.floor(this.#clock.nowMicros() / SECOND_MICROS);
    if (second !== this.#second) this.#counts.clear();
    this.#second = second;
    const count = this.#counts.get(origin) ?? 0;
    if (count >= this.#perSecondMax && origin !== "") return false;
    this.#counts.set(origin, count + 1);
    return true;
  }
}
