// A clock that a test moves: what waits for a time is called back when the test comes to it.

import type { Clock } from "../ops/clock.ts";
import { turns } from "./exchange-for-test.ts";

type Waiting = { readonly timeMicros: number; readonly callback: () => void };

export class HandClock implements Clock {
  #timeMicros: number;
  #waiting: readonly Waiting[] = [];

  constructor(timeMicros: number) {
    this.#timeMicros = timeMicros;
  }

  nowMicros(): number {
    return this.#timeMicros;
  }

  nowNanos(): number {
    return this.#timeMicros * 1000;
  }

  after(millis: number, callback: () => void): () => void {
    const waiting = { timeMicros: this.#timeMicros + millis * 1000, callback };
    this.#waiting = [...this.#waiting, waiting];
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
    };
  }

  /** Time passes, and nobody waits for what would come later. */
  jumpTo(timeMicros: number): void {
    this.#timeMicros = timeMicros;
  }

  /** Time passes; whoever waits for a time on the way is called back at that time. */
  async goTo(timeMicros: number): Promise<void> {
    for (;;) {
      await turns(2); // What is under way ends before time passes, and the next wait begins.
      const due = this.#waiting.filter((each) => each.timeMicros <= timeMicros);
      const first = due.sort((one, other) => one.timeMicros - other.timeMicros)[0];
      if (first === undefined) break;
      this.#waiting = this.#waiting.filter((each) => each !== first);
      this.#timeMicros = Math.max(this.#timeMicros, first.timeMicros);
      first.callback();
    }
    this.#timeMicros = timeMicros;
  }
}
