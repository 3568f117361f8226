// hot path
// How long the engine is at work on one command, by the command's kind: a histogram each, all made
// before the clock runs.

import type { RecordBuffer } from "../../base/record-buffer.ts";
import { COMMAND_AMEND, COMMAND_CANCEL, COMMAND_NEW, commandKindOf } from "../../codec/command.ts";
import type { Engine } from "../../engine/engine.ts";
import { clockCostNanos, nowNanos } from "../load/monotonic.ts";
import { LatencyHistogram } from "../statistics/latency-histogram.ts";

export type ServiceTime = {
  readonly commands: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
};

/** Nanoseconds. Each number has one reading of the clock in it, which costs `timer`. */
export type ServiceNanos = { readonly timer: number } & Readonly<
  Record<"new" | "cancel" | "amend", ServiceTime>
>;

export class ServiceTimes {
  readonly #ofNew = new LatencyHistogram();
  readonly #ofCancel = new LatencyHistogram();
  readonly #ofAmend = new LatencyHistogram();

  /** Applies the command at `offsetBytes` and counts how long that took. */
  apply(engine: Engine, records: RecordBuffer, offsetBytes: number): void {
    const histogram = this.#of(commandKindOf(records.words, offsetBytes >> 2));
    const started = nowNanos();
    engine.apply(records, offsetBytes);
    histogram.record(nowNanos() - started);
  }

  /** Forgets what was counted, so that a warm-up is no part of it. */
  clear(): void {
    for (const histogram of [this.#ofNew, this.#ofCancel, this.#ofAmend]) histogram.clear();
  }

  summary(): ServiceNanos {
    return {
      timer: Math.round(clockCostNanos()),
      new: summaryOf(this.#ofNew),
      cancel: summaryOf(this.#ofCancel),
      amend: summaryOf(this.#ofAmend),
    };
  }

  #of(kind: number): LatencyHistogram {
    if (kind === COMMAND_NEW) return this.#ofNew;
    if (kind === COMMAND_CANCEL) return this.#ofCancel;
    if (kind === COMMAND_AMEND) return this.#ofAmend;
    throw new Error(`expected a flow's command (new, cancel, amend), found kind ${kind}`);
  }
}

function summaryOf(histogram: LatencyHistogram): ServiceTime {
  return {
    commands: histogram.count,
    p50: histogram.percentile(0.5),
    p99: histogram.percentile(0.99),
    p999: histogram.percentile(0.999),
    max: histogram.max,
  };
}
