// A span of time in which something is counted. It opens with the first thing counted after the
// last span is over, so all that is kept is when that was.

import { GUARD_WINDOW_MICROS_MAX } from "../model/guard.ts";

/** Before any time that a command can carry: whatever opened then is over. */
export const LONG_AGO_MICROS = -GUARD_WINDOW_MICROS_MAX;

/** Whether a window that opened then is still open; one of no length never is. */
export function isOpen(sinceMicros: number, windowMicros: number, micros: number): boolean {
  return micros < sinceMicros + windowMicros;
}
