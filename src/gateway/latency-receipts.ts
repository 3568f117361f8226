// When a request passed each stage on its way, for those who ask to be told: in nanoseconds of the
// exchange's monotonic clock, which began with the process. What nobody asks for costs nothing.

import type { Metrics } from "../ops/metrics.ts";

export const STAGES = ["sequenced", "matched", "durable", "egress"] as const;
export type Stage = (typeof STAGES)[number];

/** Seconds: matching takes microseconds, a commit 0.3 ms, an overloaded disk a second. */
const STAGE_SECONDS_BUCKETS = [
  ...[0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005],
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
];

export class LatencyReceipts {
  readonly #observe: (labels: { protocol: string; stage: Stage }, seconds: number) => void;

  constructor(metrics: Metrics) {
    this.#observe = metrics.labeledHistogram(
      "outcry_stage_seconds",
      "From a request read to each stage passed, of requests that asked for a receipt",
      ["protocol", "stage"],
      STAGE_SECONDS_BUCKETS,
    );
  }

  /** A request of `protocol` has just been read. */
  begin(protocol: string): LatencyReceipt {
    return new LatencyReceipt((stage, nanos) => this.#observe({ protocol, stage }, nanos / 1e9));
  }
}

export class LatencyReceipt {
  readonly #ingressNanos = nowNanos();
  readonly #observe: (stage: Stage, nanos: number) => void;

  constructor(observe: (stage: Stage, nanos: number) => void) {
    this.#observe = observe;
  }

  /** One of its commands goes to the sequencer now. */
  enter(): EntryTimes {
    return new EntryTimes(this.#ingressNanos, this.#observe);
  }
}

export class EntryTimes {
  readonly #ingressNanos: number;
  readonly #observe: (stage: Stage, nanos: number) => void;
  readonly #sequencedNanos = nowNanos();
  #matchedNanos = 0;

  constructor(ingressNanos: number, observe: (stage: Stage, nanos: number) => void) {
    this.#ingressNanos = ingressNanos;
    this.#observe = observe;
  }

  /** The command is in the log's open batch, and the engine has matched it. */
  onMatched(): void {
    this.#matchedNanos = nowNanos();
  }

  /** The answer with its receipt; `durableNanos`: when it was released. */
  stamp(json: string, durableNanos: number): string {
    const [ingress, sequenced] = [this.#ingressNanos, this.#sequencedNanos];
    const matched = this.#matchedNanos;
    const times = { sequenced, matched, durable: durableNanos, egress: nowNanos() };
    for (const stage of STAGES) this.#observe(stage, times[stage] - ingress);
    return `${json.slice(0, -1)},"receipt":${JSON.stringify({ ingress, ...times })}}`;
  }
}

export function nowNanos(): number {
  return Math.round(performance.now() * 1e6);
}
