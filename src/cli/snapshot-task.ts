// What the exchange's thread and the snapshots' thread say to each other.

import type { TakenSnapshot } from "../exchange/snapshot-taker.ts";
import type { RetentionLimits } from "../log/retention.ts";

export type SnapshotTask = {
  readonly logDirectory: string;
  readonly retention: RetentionLimits;
  /** A private Ed25519 key, PEM; "" where nothing is sealed. */
  readonly sealKeyPem: string;
};

/** "Take one now", or "sign what there is". */
export type SnapshotRequest = {
  readonly what: "snapshot" | "seal";
  readonly durableSequence: number;
  readonly readersSequence: number;
};

export type SnapshotReply =
  | { readonly taken: TakenSnapshot }
  | { readonly sealedSequence: number }
  | { readonly failure: string };
