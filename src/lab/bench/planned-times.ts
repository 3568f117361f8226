// hot path
// When the messages of a load that wait for their answer were planned to be sent.

import type { LatencyHistogram } from "../statistics/latency-histogram.ts";

const NANOS_A_MILLI = 1_000_000;
/** Messages under way at most; a power of two. */
const PLANNED_MAX = 1 << 20;

export class PlannedTimes {
  readonly #latencies: LatencyHistogram;
  readonly #millis = new Float64Array(PLANNED_MAX);

  constructor(latencies: LatencyHistogram) {
    this.#latencies = latencies;
  }

  plan(number: number, plannedMillis: number): void {
    this.#millis[number & (PLANNED_MAX - 1)] = plannedMillis;
  }

  /** Notes that the message was answered now. */
  onAnswer(number: number): void {
    const plannedMillis = this.#millis[number & (PLANNED_MAX - 1)];
    this.#latencies.record((performance.now() - plannedMillis) * NANOS_A_MILLI);
  }
}
