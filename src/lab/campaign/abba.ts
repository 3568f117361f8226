// Two measurements in turn: A B, B A, A B, ... A machine that drifts is then fair to both, and each
// pair is one comparison.

export async function abba(
  pairs: number,
  signal: AbortSignal,
  a: () => Promise<void>,
  b: () => Promise<void>,
): Promise<void> {
  for (let pair = 0; pair < pairs; pair++) {
    for (const run of pair % 2 === 0 ? [a, b] : [b, a]) {
      signal.throwIfAborted();
      await run();
    }
  }
}
