// What the exchange's thread and the snapshots' thread say to each other.

import type { TakenSnapshot } from "../exchange/snapshot-taker.ts";
import type { RetentionLimits } from "../log/retention.ts";

export type SnapshotTask = {
  readonly logDirectory: string;
  readonly retention: RetentionLimits;
};

/** "Take one now." */
export type SnapshotRequest = {
  readonly durableSequence: number;
  readonly readersSequence: number;
};

export type SnapshotReply = TakenSnapshot | { readonly failure: string };
