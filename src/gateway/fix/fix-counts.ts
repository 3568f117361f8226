// What the FIX gateway counts, as plain numbers that a scrape reads.

import type { LabeledCount } from "../../ops/metrics.ts";

/** Types of messages that are counted by name: those of the protocol. */
const TYPES_MAX = 128;

export class FixCounts {
  readonly #messages = new Map<string, number>();
  /** Messages that were answered by Reject or BusinessMessageReject. */
  rejected = 0;
  /** Messages that were passed over: wrong length, checksum or fields. */
  garbled = 0;
  /** Connections that the gateway ended: no logon, or a refused one. */
  refusedLogons = 0;
  /** Connections whose client did not read. */
  slow = 0;
  /** Connections whose numbers the disk did not take, or whose past it did not tell. */
  unkept = 0;

  cut(why: "slow" | "store"): void {
    if (why === "slow") this.slow++;
    else this.unkept++;
  }

  message(msgType: string): void {
    const count = this.#messages.get(msgType) ?? 0;
    if (count > 0 || this.#messages.size < TYPES_MAX) this.#messages.set(msgType, count + 1);
  }

  *messages(): Generator<LabeledCount> {
    for (const [type, count] of this.#messages) yield { labels: { type }, count };
  }

  *refused(): Generator<LabeledCount> {
    yield { labels: { why: "rejected" }, count: this.rejected };
    yield { labels: { why: "garbled" }, count: this.garbled };
  }

  *ended(): Generator<LabeledCount> {
    yield { labels: { why: "logon" }, count: this.refusedLogons };
    yield { labels: { why: "slow" }, count: this.slow };
    yield { labels: { why: "store" }, count: this.unkept };
  }
}
