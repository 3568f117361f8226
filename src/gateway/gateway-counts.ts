// What the gateways count, as plain numbers that a scrape reads.

import type { LabeledCount } from "../ops/metrics.ts";

export type RequestKind = "new" | "list" | "cancel" | "amend" | "cancelAll";
/** Refused: by the gateway, not in the log. Rejected: by the exchange, in the log. */
export type Outcome = "accepted" | "rejected" | "refused";

export class GatewayCounts {
  readonly #counts = {
    new: { accepted: 0, rejected: 0, refused: 0 },
    list: { accepted: 0, rejected: 0, refused: 0 },
    cancel: { accepted: 0, rejected: 0, refused: 0 },
    amend: { accepted: 0, rejected: 0, refused: 0 },
    cancelAll: { accepted: 0, rejected: 0, refused: 0 },
  };

  count(kind: RequestKind, outcome: Outcome, times = 1): void {
    this.#counts[kind][outcome] += times;
  }

  *labeled(): Generator<LabeledCount> {
    for (const [kind, outcomes] of Object.entries(this.#counts)) {
      for (const [outcome, count] of Object.entries(outcomes)) {
        yield { labels: { kind, outcome }, count };
      }
    }
  }
}
