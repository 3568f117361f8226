// hot path
// How far a load is: messages sent and answered, in one order; when those that wait were planned to
// be sent; and the first thing that went wrong.

import type { LatencyHistogram } from "../statistics/latency-histogram.ts";

const NANOS_A_MILLI = 1_000_000;
/** Messages under way at most; a power of two. */
const PLANNED_MAX = 1 << 20;

export class LoadProgress {
  readonly #latencies: LatencyHistogram;
  readonly #plannedMillis = new Float64Array(PLANNED_MAX);
  #sentCount = 0;
  #answeredCount = 0;
  #failure: Error | undefined;

  /** `latencies` gets one an answer, from the planned time. */
  constructor(latencies: LatencyHistogram) {
    this.#latencies = latencies;
  }

  get sentCount(): number {
    return this.#sentCount;
  }

  get answeredCount(): number {
    return this.#answeredCount;
  }

  /** The number of the message that is sent next: 1, 2, ... */
  send(plannedMillis: number): number {
    const number = ++this.#sentCount;
    this.#plannedMillis[number & (PLANNED_MAX - 1)] = plannedMillis;
    return number;
  }

  /** The number of the message that is answered now, if the answers come in order. */
  answer(): number {
    const number = ++this.#answeredCount;
    const plannedMillis = this.#plannedMillis[number & (PLANNED_MAX - 1)];
    this.#latencies.record((performance.now() - plannedMillis) * NANOS_A_MILLI);
    return number;
  }

  fail(message: string): void {
    this.#failure ??= new Error(message);
  }

  /** Throws what failed. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
