// What is due by time: orders end and phases change when a clock command says so, the earliest
// first, at one time orders before phases. What follows from one is done before the next, so a
// clock that comes late leaves what one in time would have left.

import type { Aftermath } from "./aftermath.ts";
import type { Calendars } from "./calendars.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { Phases } from "./phases.ts";

export class Timers {
  readonly #tables: EngineTables;
  readonly #lifetimes: Lifetimes;
  readonly #phases: Phases;
  readonly #calendars: Calendars;
  readonly #aftermath: Aftermath;

  constructor(
    tables: EngineTables,
    lifetimes: Lifetimes,
    phases: Phases,
    calendars: Calendars,
    aftermath: Aftermath,
  ) {
    this.#tables = tables;
    this.#lifetimes = lifetimes;
    this.#phases = phases;
    this.#calendars = calendars;
    this.#aftermath = aftermath;
  }

  /** When something is due next; NEVER_MICROS (timer-heap.ts) when nothing is. */
  get nextMicros(): number {
    return Math.min(this.#lifetimes.nextMicros, this.#nextChangeMicros);
  }

  get #nextChangeMicros(): number {
    return Math.min(this.#phases.nextMicros, this.#calendars.nextMicros);
  }

  /** Does all that is due up to the command's time; `random` decides what is left to chance. */
  run(random: number): void {
    const { states, time } = this.#tables;
    while (this.nextMicros <= time.micros) {
      this.#lifetimes.expire(Math.min(time.micros, this.#nextChangeMicros));
      if (states.touchedCount() > 0) this.#aftermath.run();
      if (this.#nextChangeMicros > time.micros) return;
      // A call that ends with its time does before the calendar looks at it.
      if (this.#phases.nextMicros <= this.#calendars.nextMicros) this.#phases.endNext(random);
      else this.#calendars.actNext();
      if (states.touchedCount() > 0) this.#aftermath.run();
    }
  }
}
