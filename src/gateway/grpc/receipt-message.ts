// hot path
// When a command passed each stage, as the message Receipt, for calls that ask for it in their
// metadata.

import type { Metadata } from "@grpc/grpc-js";
import type { LatencyReceipts, Receipt } from "../latency-receipts.ts";
import { type MessageWriter, varintKey } from "./message-writer.ts";

const INGRESS = varintKey(1);
const SEQUENCED = varintKey(2);
const MATCHED = varintKey(3);
const DURABLE = varintKey(4);
const EGRESS = varintKey(5);

/** The receipts of a call that asked for them, until `unwant` is called. */
export type CallReceipts = {
  /** Undefined: it did not ask. */
  readonly receipts: LatencyReceipts | undefined;
  readonly unwant: () => void;
};

export function callReceipts(metadata: Metadata, receipts: LatencyReceipts): CallReceipts {
  const [said] = metadata.get("outcry-receipt");
  if (said !== "true") return { receipts: undefined, unwant: () => {} };
  return { receipts, unwant: receipts.stages.want() };
}

/** As a field of the message that is being written. */
export function writeReceipt(out: MessageWriter, key: number, receipt: Receipt | undefined): void {
  if (receipt === undefined) return;
  const from = out.open(key);
  out.uint(INGRESS, receipt.ingress);
  out.uint(SEQUENCED, receipt.sequenced);
  out.uint(MATCHED, receipt.matched);
  out.uint(DURABLE, receipt.durable ?? 0);
  out.uint(EGRESS, receipt.egress);
  out.close(from);
}
