// Reading a whole log for the offline tools. Nothing is changed, and a running exchange is not
// disturbed: what it is writing just then looks like a torn end.

import { BLOCK_BYTES, commandBlocksOf } from "../codec/command.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import { ExchangeFold } from "../exchange/exchange-fold.ts";
import { restoreFold, startAfter } from "../exchange/restore-fold.ts";
import { damaged, LOG_REMOVED, LogFailure } from "../log/log-failure.ts";
import { type LogBlock, type LogEnd, LogReader } from "../log/log-reader.ts";
import type { LogTail } from "../log/log-tail.ts";
import { nodeDisk } from "../log/node-disk.ts";
import { type BlockListener, LOG_BEGINNING, type LogStart, readToEnd } from "../log/recovery.ts";
import { headerProblems, segmentPath } from "../log/segment.ts";
import { snapshotPath, snapshotSequences, verifySnapshot } from "../log/snapshot-file.ts";
import type { SnapshotHeader } from "../log/snapshot-header.ts";
import { oldestBegin } from "./log-extent.ts";

export type ScannedLog = {
  readonly end: LogEnd;
  /** What lies behind the valid end; undefined where the log is damaged before. */
  readonly tail: LogTail | undefined;
  readonly problem: LogFailure | undefined;
};

/** Every block from `start` to the end of valid data, or to the damage. */
export function scanLog(directory: string, start: LogStart, onBlock: BlockListener): ScannedLog {
  const reader = new LogReader(directory, start.fromSequence, nodeDisk, start.after);
  try {
    const tail = readToEnd(reader, directory, nodeDisk, onBlock);
    return { end: reader.end, tail, problem: undefined };
  } catch (failure) {
    if (!(failure instanceof LogFailure) || failure.code === LOG_REMOVED) throw failure;
    return { end: reader.end, tail: undefined, problem: failure };
  } finally {
    reader.close();
  }
}

/** What no block shows: what is missing behind the last, and segments before the first. */
export function otherDamage(directory: string, end: LogEnd): LogFailure | undefined {
  return missingEnd(directory, end) ?? headerProblems(nodeDisk, directory)[0];
}

/**
 * What a start would miss of a log that ends so: a snapshot has commands that it does not reach.
 * Snapshots that another version wrote, which a start passes over, say so too.
 */
function missingEnd(directory: string, end: LogEnd): LogFailure | undefined {
  const newest = newestWholeSnapshot(directory);
  if (newest === undefined || newest.sequence <= end.lastSequence) return undefined;
  const file = segmentPath(directory, end.header?.segmentIndex ?? 1);
  const expected = `a log that reaches sequence ${newest.sequence}, as the snapshot of it says`;
  const found = end.header === undefined ? "an empty one" : `one to ${end.lastSequence}`;
  return damaged({ file, offsetBytes: end.offsetBytes }, expected, found);
}

function newestWholeSnapshot(directory: string): SnapshotHeader | undefined {
  for (const sequence of snapshotSequences(nodeDisk, directory).reverse()) {
    try {
      return verifySnapshot(nodeDisk, snapshotPath(directory, sequence));
    } catch (failure) {
      if (!(failure instanceof LogFailure)) throw failure;
    }
  }
  return undefined;
}

/** A fold of as much of the log as there is: from its beginning, or the oldest usable snapshot. */
export function oldestFold(directory: string): {
  readonly fold: ExchangeFold;
  readonly start: LogStart;
} {
  const begin = oldestBegin(directory) ?? 0; // Refused when read, where there is none.
  if (begin === 0) return { fold: new ExchangeFold(ENGINE_LIMITS), start: LOG_BEGINNING };
  const { fold, header } = restoreFold(directory, nodeDisk, ENGINE_LIMITS, begin);
  return { fold, start: startAfter(header) };
}

/** Offsets of the records of a block, with their sequences. */
export function* recordsIn({ records, startBytes, endBytes, firstSequence }: LogBlock) {
  let sequence = firstSequence;
  for (let at = startBytes; at < endBytes; sequence++) {
    yield { at, sequence };
    at += commandBlocksOf(records.words, at / 4) * BLOCK_BYTES;
  }
}
