// hot path
// An engine that takes longer by a known time: what answers is called as it is, then a loop of
// dependent arithmetic spins. A clock would cost more than the delays that are asked for, so the
// loop is timed once, when it starts.

type Answer = (requests: Int32Array, from: number, answers: Int32Array, to: number) => void;

const BATCHES = 60;
const BATCH_TURNS = 200_000;
const sink = new Int32Array(1);

export function delayedAnswer(answer: Answer, delayNanos: number): Answer {
  if (delayNanos === 0) return answer;
  const turns = Math.round(delayNanos / turnNanos());
  return (requests, from, answers, to) => {
    answer(requests, from, answers, to);
    spin(turns);
  };
}

function spin(turns: number): void {
  let value = sink[0];
  for (let i = 0; i < turns; i++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
  sink[0] = value;
}

/** The fastest of many batches: a neighbor makes one slower and never faster. */
function turnNanos(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < BATCHES; batch++) {
    const started = performance.now();
    spin(BATCH_TURNS);
    best = Math.min(best, ((performance.now() - started) * 1e6) / BATCH_TURNS);
  }
  return best;
}
