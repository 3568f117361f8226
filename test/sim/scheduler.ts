// Simulated time: all that is going to happen, in order. Nothing waits; the time of the next thing
// is the time. What product code does at once (promises, process.nextTick, setImmediate) has come
// to rest before the next thing happens, so one seed is one history.

type Happening = {
  readonly timeMicros: number;
  /** Of two at one time the one that was asked for first. */
  readonly order: number;
  run: (() => void) | undefined;
};

/** 2026-11-18, as everywhere in the tests. */
export const START_MICROS = 1_795_000_000_000_000;

export class Scheduler {
  readonly #heap: Happening[] = [];
  #nowMicros = START_MICROS;
  #order = 0;

  get nowMicros(): number {
    return this.#nowMicros;
  }

  /** Runs `run` in `micros` from now, unless what it returns is called before. */
  after(micros: number, run: () => void): () => void {
    const timeMicros = this.#nowMicros + Math.max(0, Math.floor(micros));
    const happening: Happening = { timeMicros, order: this.#order++, run };
    this.#push(happening);
    return () => {
      happening.run = undefined;
    };
  }

  /** Lets the next thing happen and all that follows from it at once; false: nothing is left. */
  async step(): Promise<boolean> {
    for (;;) {
      const next = this.#pop();
      if (next === undefined) return false;
      if (next.run === undefined) continue; // Taken back.
      this.#nowMicros = next.timeMicros;
      next.run();
      await settle();
      return true;
    }
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let at = heap.push(happening) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent], happening)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = happening;
  }

  #pop(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (isBefore(last, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Happening, other: Happening): boolean {
  if (one.timeMicros !== other.timeMicros) return one.timeMicros < other.timeMicros;
  return one.order < other.order;
}

/** One turn of the event loop: behind every promise, tick and immediate that is under way. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
