// When a command passed each stage on its way, for those who ask to be told: in nanoseconds of the
// exchange's monotonic clock, which began with the process. What nobody asks for costs nothing.

import type { StageTimes } from "../model/stage-times.ts";
import type { Metrics } from "../ops/metrics.ts";

export const STAGES = ["sequenced", "matched", "durable", "egress"] as const;
export type Stage = (typeof STAGES)[number];

/** By stage; `durable` null: it is not yet, and the answer did not wait for that. */
export type Receipt = {
  readonly ingress: number;
  readonly sequenced: number;
  readonly matched: number;
  readonly durable: number | null;
  readonly egress: number;
};

/** Seconds: matching takes microseconds, a commit 0.3 ms, an overloaded disk a second. */
const STAGE_SECONDS_BUCKETS = [
  ...[0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005],
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
];

/** The receipts of one protocol. */
export class LatencyReceipts {
  readonly stages: StageTimes;
  readonly #protocol: string;
  readonly #observe: (labels: { protocol: string; stage: Stage }, seconds: number) => void;

  /** `metrics` undefined: they are not counted. */
  constructor(stages: StageTimes, protocol: string, metrics: Metrics | undefined) {
    this.stages = stages;
    this.#protocol = protocol;
    this.#observe =
      metrics?.labeledHistogram(
        "outcry_stage_seconds",
        "From a request read to each stage passed, where a receipt was asked for",
        ["protocol", "stage"],
        STAGE_SECONDS_BUCKETS,
      ) ?? (() => {});
  }

  /** Of the command of this sequence, told now; undefined where its times are not kept. */
  of(sequence: number): Receipt | undefined {
    const times = this.stages.timesOf(sequence);
    if (times === undefined) return undefined;
    const { ingressNanos: ingress, sequencedNanos: sequenced, matchedNanos: matched } = times;
    const durable = times.durableNanos === 0 ? null : times.durableNanos;
    const receipt = { ingress, sequenced, matched, durable, egress: this.stages.nowNanos() };
    for (const stage of STAGES) {
      const nanos = receipt[stage];
      const labels = { protocol: this.#protocol, stage };
      if (nanos !== null) this.#observe(labels, (nanos - ingress) / 1e9);
    }
    return receipt;
  }
}

/** `json`, an object, with the receipt as its last field. */
export function withReceipt(json: string, receipt: Receipt | undefined): string {
  if (receipt === undefined) return json;
  return `${json.slice(0, -1)},"receipt":${JSON.stringify(receipt)}}`;
}
