// The state at a moment of the past: the newest snapshot before it, and the log from there. A fold
// of its own reads from disk; a running exchange beside it does not notice.

import { readU64 } from "../base/record-buffer.ts";
import { COMMAND_SEQUENCE_WORD, COMMAND_TIME_MICROS_WORD } from "../codec/command.ts";
import type { EngineLimits } from "../engine/engine-limits.ts";
import type { Disk } from "../log/disk.ts";
import { type LogBlock, LogReader } from "../log/log-reader.ts";
import { blocksToEnd } from "../log/log-tail.ts";
import { snapshotPath, snapshotSequences, snapshotTimeMicros } from "../log/snapshot-file.ts";
import type { LogMoment } from "../model/time-travel.ts";
import type { ExchangeFold } from "./exchange-fold.ts";
import { applyBlockUntil } from "./follower.ts";
import { restoreFold, startAfter } from "./restore-fold.ts";

/**
 * The fold after the last command at or before `moment`, read no further than `limitSequence`,
 * which is durable; without it, than the log's end. Throws LOG_DAMAGED where the log is damaged
 * before, or goes back so far no more, nor a snapshot.
 */
export function foldAt(
  directory: string,
  disk: Disk,
  limits: EngineLimits,
  moment: LogMoment,
  limitSequence?: number,
): ExchangeFold {
  const sequenceMax = "sequence" in moment ? moment.sequence : before(directory, disk, moment);
  const { fold, header } = restoreFold(directory, disk, limits, sequenceMax);
  const { fromSequence, after } = startAfter(header);
  const reader = new LogReader(directory, fromSequence, disk, after);
  const isBeyond = beyond(moment);
  const blocks =
    limitSequence === undefined
      ? blocksToEnd(reader, directory, disk)
      : blocksTo(reader, limitSequence);
  try {
    for (const block of blocks) {
      const isOver = applyBlockUntil(fold.engine, block, isBeyond, (words, start, end) =>
        fold.feed.onBatch(words, start, end),
      );
      if (isOver) break;
    }
    return fold;
  } finally {
    reader.close();
  }
}

function* blocksTo(reader: LogReader, limitSequence: number): Generator<LogBlock> {
  for (;;) {
    const block = reader.next(limitSequence);
    if (block === undefined) return;
    yield block;
  }
}

function beyond(moment: LogMoment): (words: Int32Array, at: number) => boolean {
  if ("sequence" in moment) {
    return (words, at) => readU64(words, at + COMMAND_SEQUENCE_WORD) > moment.sequence;
  }
  return (words, at) => readU64(words, at + COMMAND_TIME_MICROS_WORD) > moment.timeMicros;
}

/** Sequence of the newest snapshot that was taken at or before a time; 0 for none. */
function before(directory: string, disk: Disk, { timeMicros }: { timeMicros: number }): number {
  const sequences = snapshotSequences(disk, directory);
  const isBefore = (sequence: number): boolean => {
    return snapshotTimeMicros(disk, snapshotPath(directory, sequence)) <= timeMicros;
  };
  return sequences.findLast(isBefore) ?? 0;
}
