// What is due by time: orders end and phases change when a clock command says so, the earliest
// first, at one time orders before phases. What follows from one is done before the next, so a
// clock that comes late leaves what one in time would have left: at LATE_MOMENTS_MAX moments. What
// is due at more of them happens at the clock's own time, else calls of a moment each could follow
// each other through a night.

import type { Aftermath } from "./aftermath.ts";
import type { Calendars } from "./calendars.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { Phases } from "./phases.ts";
import type { Protector } from "./protector.ts";

/** Moments of the past that one clock lives through. */
export const LATE_MOMENTS_MAX = 1024;

export type TimersParts = {
  readonly tables: EngineTables;
  readonly lifetimes: Lifetimes;
  readonly phases: Phases;
  readonly calendars: Calendars;
  readonly aftermath: Aftermath;
  readonly protector: Protector;
};

export class Timers {
  readonly #parts: TimersParts;

  constructor(parts: TimersParts) {
    this.#parts = parts;
  }

  /** When something is due next; NEVER_MICROS (timer-heap.ts) when nothing is. */
  get nextMicros(): number {
    const { calendars, lifetimes, phases } = this.#parts;
    return Math.min(lifetimes.nextMicros, phases.nextMicros, calendars.nextMicros);
  }

  /**
   * Does all that is due up to the command's time, each at its own as long as that is not at more
   * moments than LATE_MOMENTS_MAX; `random` decides what is left to chance.
   */
  run(random: number): void {
    const { time } = this.#parts.tables;
    const commandMicros = time.micros;
    for (let moment = 0; this.nextMicros <= commandMicros; moment++) {
      time.moveTo(moment < LATE_MOMENTS_MAX ? this.nextMicros : commandMicros);
      this.#actUpTo(time.micros, random);
      this.#settle();
    }
    time.moveTo(commandMicros);
  }

  #actUpTo(dueMicros: number, random: number): void {
    const { calendars, lifetimes, phases } = this.#parts;
    const changeMicros = Math.min(phases.nextMicros, calendars.nextMicros);
    const endsMicros = Math.min(dueMicros, changeMicros);
    if (lifetimes.nextMicros <= endsMicros) lifetimes.expire(endsMicros);
    // A call that ends with its time does before the calendar looks at it.
    else if (phases.nextMicros <= calendars.nextMicros) phases.endNext(random);
    else calendars.actNext();
  }

  /** What an uncross filled may have tripped a protection. */
  #settle(): void {
    const { aftermath, protector, tables } = this.#parts;
    protector.act();
    if (tables.states.touchedCount() > 0) aftermath.run();
  }
}
