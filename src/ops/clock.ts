// The clock of the exchange's edge: a seam. systemClock is the real one; the simulation has its
// own. The engine never sees a clock: times reach it inside commands.

export interface Clock {
  /** Microseconds since the Unix epoch. */
  nowMicros(): number;
  /** Nanoseconds of a clock that is never set, from a beginning of its own: for durations. */
  nowNanos(): number;

  /**
   * Calls back once, `millis` from now at the earliest, unless what it returns is called before.
   * Does not keep the process alive.
   */
  after(millis: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  /** Steady, so a correction of the system's clock is not a jump. */
  nowMicros(): number {
    return Math.floor((performance.timeOrigin + performance.now()) * 1000);
  },
  nowNanos(): number {
    return Math.round(performance.now() * 1e6);
  },
  after(millis: number, callback: () => void): () => void {
    const timer = setTimeout(callback, millis).unref();
    return () => clearTimeout(timer);
  },
};
