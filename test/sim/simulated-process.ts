// A process that can die between any two steps: what it asked for later never comes then.

import type { Clock } from "../../src/ops/clock.ts";
import type { Scheduler } from "./scheduler.ts";

/** Thrown through product code where a process dies in the middle of it. Nobody may hear of it. */
export class ProcessDied extends Error {
  override name = "ProcessDied";
}

export class SimulatedProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #onDeathInside: () => void;
  #isAlive = true;

  /**
   * `skewMicros` is how wrong the machine's clock is; `onDeathInside` hears of a death in the
   * middle of a step.
   */
  constructor(
    name: string,
    scheduler: Scheduler,
    skewMicros: () => number,
    onDeathInside: () => void,
  ) {
    this.name = name;
    this.#scheduler = scheduler;
    this.#onDeathInside = onDeathInside;
    this.clock = {
      nowMicros: () => scheduler.nowMicros + skewMicros(),
      nowNanos: () => scheduler.nowMicros * 1000,
      after: (millis, callback) => this.after(millis * 1000, callback),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  after(micros: number, callback: () => void): () => void {
    return this.#scheduler.after(micros, () => {
      if (this.#isAlive) callback();
    });
  }

  end(): void {
    this.#isAlive = false;
  }

  /** Dies here and now: to throw. */
  dieInside(): ProcessDied {
    if (this.#isAlive) this.#onDeathInside();
    return new ProcessDied(`${this.name} died`);
  }
}
