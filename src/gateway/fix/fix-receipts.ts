// When the command of a report passed each stage, in fields of our own, for sessions that asked for
// that at their logon.

import * as tag from "../../codec/fix-tags.ts";
import type { FixWriter } from "../../codec/fix-writer.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";

/** Puts the receipt of the command of this sequence behind what was written. */
export type FixReceiptWriter = (writer: FixWriter, sequence: number) => void;

export function fixReceiptWriter(receipts: LatencyReceipts, isAsked: boolean): FixReceiptWriter {
  if (!isAsked) return () => {};
  return (writer, sequence) => {
    const receipt = receipts.of(sequence);
    if (receipt === undefined) return;
    writer.integer(tag.TAG_INGRESS_NANOS, receipt.ingress);
    writer.integer(tag.TAG_SEQUENCED_NANOS, receipt.sequenced);
    writer.integer(tag.TAG_MATCHED_NANOS, receipt.matched);
    if (receipt.durable !== null) writer.integer(tag.TAG_DURABLE_NANOS, receipt.durable);
    writer.integer(tag.TAG_EGRESS_NANOS, receipt.egress);
  };
}
