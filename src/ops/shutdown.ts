// The end of the process: signals asked for once, and waits that end.

const SECOND_SIGNAL_EXIT_CODE = 130; // As a shell reports death by SIGINT.

/**
 * Signals this close together are one request: a supervisor that signals the whole process group,
 * or the launcher passing on what the program has got already (tools/launch.mjs).
 */
const SAME_REQUEST_MILLIS = 1000;

/** Resolves with the first SIGINT or SIGTERM; a later one ends the process at once. */
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
  });
}

/**
 * Waits for `work`, at most `millis`: whether it ended in time. A rejection of `work` is passed on.
 */
export async function endsWithin(work: Promise<unknown>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), millis);
  });
  try {
    return await Promise.race([work.then(() => true), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
