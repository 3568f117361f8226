// hot path
// An engine that takes longer by a known time, which may be another one at any moment: what answers
// is called as it is, then a loop of dependent arithmetic spins. A clock would cost more than the
// delays that are asked for, so the loop is timed once, when it starts.

type Answer = (requests: Int32Array, from: number, answers: Int32Array, to: number) => void;

/**
 * Calls of few turns: V8 compiles the function as a whole. One long call is compiled in the middle
 * of its loop, and falls back to the interpreter at each end that it has never seen.
 */
const WARM_UP_CALLS = 20_000;
const CALL_TURNS = 500;
const BATCHES = 60;
const BATCH_CALLS = 200;

export function delayedAnswer(answer: Answer): { answer: Answer; delay(nanos: number): void } {
  const nanosPerTurn = turnNanos();
  let turns = 0;
  let value = 1;
  return {
    answer(requests, from, answers, to) {
      answer(requests, from, answers, to);
      value = spin(turns, value);
    },
    delay(nanos) {
      turns = Math.round(nanos / nanosPerTurn);
    },
  };
}

/**
 * Each turn needs the value of the one before. Only operations on bits: every compiler of V8 makes
 * them as fast, where a sum that may overflow costs six times as much until the last one has come.
 */
function spin(turns: number, seed: number): number {
  let value = seed | 0;
  for (let i = 0; i < turns; i++) {
    value ^= value << 13;
    value ^= value >> 17;
    value ^= value << 5;
  }
  return value;
}

/** The fastest of many batches: a neighbor makes one slower and never faster. */
function turnNanos(): number {
  let value = 1;
  for (let call = 0; call < WARM_UP_CALLS; call++) value = spin(CALL_TURNS, value);
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < BATCHES; batch++) {
    const started = performance.now();
    for (let call = 0; call < BATCH_CALLS; call++) value = spin(CALL_TURNS, value);
    best = Math.min(best, ((performance.now() - started) * 1e6) / (BATCH_CALLS * CALL_TURNS));
  }
  return best;
}
