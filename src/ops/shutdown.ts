// The end of the process: signals asked for once, and waits that end.

import type { Clock } from "./clock.ts";

const SECOND_SIGNAL_EXIT_CODE = 130; // As a shell reports death by SIGINT.

/**
 * Signals this close together are one request: a supervisor that signals the whole process group,
 * or the launcher passing on what the program has got already (tools/launch.mjs).
 */
const SAME_REQUEST_MILLIS = 1000;

/**
 * Resolves with the first SIGINT, SIGTERM or SIGHUP (a terminal that was closed); a later one ends
 * the process at once.
 */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAtMillis = Number.NaN;
    const onSignal = (signal: NodeJS.Signals): void => {
      const nowMillis = performance.now();
      if (nowMillis - askedAtMillis > SAME_REQUEST_MILLIS) process.exit(SECOND_SIGNAL_EXIT_CODE);
      if (Number.isNaN(askedAtMillis)) askedAtMillis = nowMillis;
      resolve(signal);
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    process.on("SIGHUP", onSignal);
  });
}

/** Keeps the process alive until then. */
const WAKING: Pick<Clock, "after"> = {
  after(millis: number, callback: () => void): () => void {
    const timer = setTimeout(callback, millis);
    return () => clearTimeout(timer);
  },
};

/**
 * Waits for `work`, at most `millis`: whether it ended in time. A rejection of `work` is passed on.
 */
export async function endsWithin(
  work: Promise<unknown>,
  millis: number,
  clock: Pick<Clock, "after"> = WAKING,
): Promise<boolean> {
  let stopWaiting: () => void = () => {};
  const deadline = new Promise<boolean>((resolve) => {
    stopWaiting = clock.after(millis, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), deadline]);
  } finally {
    stopWaiting();
  }
}
