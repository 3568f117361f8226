// Which log a directory holds, and how far back it goes.

import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { findSnapshot } from "../exchange/restore-fold.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { peekSegment, segmentIndexes } from "../log/segment.ts";
import { snapshotSequences } from "../log/snapshot-file.ts";

/** Of the newest segment that is used; "" for an empty log. */
export function instanceIdIn(directory: string): string {
  for (const index of segmentIndexes(nodeDisk, directory).reverse()) {
    const found = peekSegment(nodeDisk, directory, index);
    if (found !== undefined) return Buffer.from(found.header.instanceId).toString("hex");
  }
  return "";
}

/** The first command that the segments hold; 1 unless older ones were removed. */
export function firstSequenceIn(directory: string): number {
  for (const index of segmentIndexes(nodeDisk, directory)) {
    const found = peekSegment(nodeDisk, directory, index);
    if (found !== undefined) return found.header.firstSequence;
  }
  return 1;
}

/**
 * Where a fold of as much as there is begins: 0 for the log's beginning, else the oldest usable
 * snapshot that the log goes on from; undefined where there is none.
 */
export function oldestBegin(directory: string): number | undefined {
  const firstSequence = firstSequenceIn(directory);
  if (firstSequence === 1) return 0;
  return snapshotSequences(nodeDisk, directory).find((sequence) => {
    if (sequence < firstSequence - 1) return false;
    const { header } = findSnapshot(directory, nodeDisk, ENGINE_LIMITS, sequence);
    return header?.sequence === sequence;
  });
}
