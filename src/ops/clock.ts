// The clock of the exchange's edge. The engine never sees it: times reach it inside commands.

/**
 * Microseconds since the Unix epoch; steady, so a correction of the system's clock is not a jump.
 */
export function nowMicros(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}
