// How fast one connection may ask for what is not a cancel: so much a second, saved for a second.

import type { Clock } from "../ops/clock.ts";

const SECOND_MICROS = 1_000_000;

export class Throttle {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #saved: number;
  #sinceMicros: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#saved = perSecond;
    this.#sinceMicros = clock.nowMicros();
  }

  /** Whether `count` more may be asked now; then they are counted. */
  tryTake(count: number): boolean {
    const nowMicros = this.#clock.nowMicros();
    const earned = ((nowMicros - this.#sinceMicros) / SECOND_MICROS) * this.#perSecond;
    this.#saved = Math.min(this.#perSecond, this.#saved + Math.max(0, earned));
    this.#sinceMicros = nowMicros;
    if (this.#saved < count) return false;
    this.#saved -= count;
    return true;
  }
}
