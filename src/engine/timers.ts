// What is due by time: orders end and phases change when a clock command says so, the earliest
// first, at one time orders before phases. What follows from one is done before the next, so a
// clock that comes late leaves what one in time would have left.

import type { Aftermath } from "./aftermath.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { Phases } from "./phases.ts";
import type { Protector } from "./protector.ts";

export class Timers {
  readonly #tables: EngineTables;
  readonly #lifetimes: Lifetimes;
  readonly #phases: Phases;
  readonly #aftermath: Aftermath;
  readonly #protector: Protector;

  constructor(
    tables: EngineTables,
    lifetimes: Lifetimes,
    phases: Phases,
    aftermath: Aftermath,
    protector: Protector,
  ) {
    this.#protector = protector;
    this.#tables = tables;
    this.#lifetimes = lifetimes;
    this.#phases = phases;
    this.#aftermath = aftermath;
  }

  /** When something is due next; NEVER_MICROS (timer-heap.ts) when nothing is. */
  get nextMicros(): number {
    return Math.min(this.#lifetimes.nextMicros, this.#phases.nextMicros);
  }

  /** Does all that is due up to the command's time; `random` decides what is left to chance. */
  run(random: number): void {
    const { time } = this.#tables;
    while (this.nextMicros <= time.micros) {
      this.#lifetimes.expire(Math.min(time.micros, this.#phases.nextMicros));
      this.#settle();
      if (this.#phases.nextMicros > time.micros) return;
      this.#phases.endNext(random);
      this.#settle();
    }
  }

  /** What an uncross filled may have tripped a protection. */
  #settle(): void {
    this.#protector.act();
    if (this.#tables.states.touchedCount() > 0) this.#aftermath.run();
  }
}
