// Connections that a SoupBinTCP port ended by itself, as plain numbers that a scrape reads.

import type { LabeledCount } from "../../ops/metrics.ts";

export class SoupCounts {
  /** What came was no packet, no login or no message of the protocol. */
  malformed = 0;
  /** The client did not read. */
  slow = 0;

  *ended(): Generator<LabeledCount> {
    yield { labels: { why: "malformed" }, count: this.malformed };
    yield { labels: { why: "slow" }, count: this.slow };
  }
}
