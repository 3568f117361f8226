// How long to wait before the next try to connect: doubling, bounded, and spread by chance so that
// a thousand pages do not return in the same instant.

export const BACKOFF_MILLIS_MIN = 250;
export const BACKOFF_MILLIS_MAX = 8000;

/** `tryIndex` counts failed tries from 0; `chance` is in [0, 1). Half of the wait is chance. */
export function backoffMillis(tryIndex: number, chance: number): number {
  const fullMillis = Math.min(BACKOFF_MILLIS_MAX, BACKOFF_MILLIS_MIN * 2 ** Math.min(tryIndex, 10));
  return Math.round(fullMillis * (0.5 + chance / 2));
}
