// What the OUCH gateway counts, as plain numbers that a scrape reads.

import {
  OUCH_ACCOUNT_QUERY,
  OUCH_CANCEL_ORDER,
  OUCH_DISABLE_ORDER_ENTRY,
  OUCH_ENABLE_ORDER_ENTRY,
  OUCH_ENTER_ORDER,
  OUCH_MASS_CANCEL,
  OUCH_MODIFY_ORDER,
  OUCH_REPLACE_ORDER,
} from "../../codec/ouch-request.ts";
import type { LabeledCount } from "../../ops/metrics.ts";

const KINDS: readonly (readonly [number, string])[] = [
  [OUCH_ENTER_ORDER, "enter"],
  [OUCH_REPLACE_ORDER, "replace"],
  [OUCH_CANCEL_ORDER, "cancel"],
  [OUCH_MODIFY_ORDER, "modify"],
  [OUCH_MASS_CANCEL, "massCancel"],
  [OUCH_DISABLE_ORDER_ENTRY, "disable"],
  [OUCH_ENABLE_ORDER_ENTRY, "enable"],
  [OUCH_ACCOUNT_QUERY, "accountQuery"],
];
const TYPES = 256;

export class OuchCounts {
  readonly #requests = new Float64Array(TYPES);
  /** Requests whose UserRefNum was used before: harmless, and ignored. */
  repeated = 0;
  /** Requests that the exchange did not take: BUSY, STOPPED. */
  refused = 0;

  request(type: number): void {
    this.#requests[type]++;
  }

  *requests(): Generator<LabeledCount> {
    for (const [type, kind] of KINDS) {
      yield { labels: { kind }, count: this.#requests[type] };
    }
  }

  *ignored(): Generator<LabeledCount> {
    yield { labels: { why: "repeated" }, count: this.repeated };
    yield { labels: { why: "refused" }, count: this.refused };
  }
}
