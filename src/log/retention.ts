// What of a log may go: snapshots beyond a number, and whole segments that nobody needs any more
// and that are beyond a number, an age or a size. Without a limit nothing goes: the log is the
// whole history, and only its operator knows who may ask for it.

import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { BLOCK_BYTES, COMMAND_TIME_MICROS_WORD } from "../codec/command.ts";
import { HEADER_BYTES } from "./block-layout.ts";
import type { Disk } from "./disk.ts";
import { peekSegment, segmentIndexes, segmentPath } from "./segment.ts";
import { snapshotPath, snapshotSequences } from "./snapshot-file.ts";

export type RetentionLimits = {
  /** Snapshots kept at least; older ones serve only time travel. */
  readonly snapshotsMax: number;
  /** Segments are removed beyond any of these; undefined is no limit. */
  readonly segmentsMax?: number | undefined;
  readonly ageMicrosMax?: number | undefined;
  readonly bytesMax?: number | undefined;
};

export function mayRemoveSegments(limits: RetentionLimits): boolean {
  const { segmentsMax, ageMicrosMax, bytesMax } = limits;
  return [segmentsMax, ageMicrosMax, bytesMax].some((limit) => limit !== undefined);
}

export const KEEP_ALL: RetentionLimits = { snapshotsMax: 3 };

export type RetentionNeeds = {
  /** What every reader that starts anew has behind it, durably: where the history was synced. */
  readonly readersSequence: number;
  readonly nowMicros: number;
};

export type Removed = { readonly snapshots: number; readonly segments: number };

/**
 * Removes what `limits` allow, oldest first, so that a crash between leaves a log without a hole.
 * `validSequence` is the newest snapshot that was verified. Kept is always that one, the newest one
 * that the readers can start from, and every segment with a command behind the older of the two.
 */
export async function retain(
  disk: Disk,
  directory: string,
  validSequence: number,
  limits: RetentionLimits,
  needs: RetentionNeeds,
): Promise<Removed> {
  const snapshots = snapshotSequences(disk, directory);
  const knownFrom = snapshots.findLast((each) => each <= needs.readersSequence);
  const readersFrom = knownFrom ?? beginOfShortened(disk, directory, snapshots);
  const neededSequence = Math.min(validSequence, knownFrom ?? 0);
  const segments = removableSegments(disk, directory, neededSequence, limits, needs);
  for (const index of segments) disk.remove(segmentPath(directory, index));

  const old = snapshots
    .slice(0, Math.max(0, snapshots.length - limits.snapshotsMax))
    .filter((each) => each !== readersFrom && each < validSequence);
  for (const sequence of old) disk.remove(snapshotPath(directory, sequence));
  if (segments.length + old.length > 0) await disk.syncDirectory(directory);
  return { snapshots: old.length, segments: segments.length };
}

/**
 * The oldest snapshot that a log without its first segments goes on from: a reader that has not
 * said yet how far it is, as after a start, may be no further than that.
 */
function beginOfShortened(
  disk: Disk,
  directory: string,
  snapshots: readonly number[],
): number | undefined {
  const [oldest] = segmentIndexes(disk, directory);
  const header = oldest === undefined ? undefined : peekSegment(disk, directory, oldest)?.header;
  if (header === undefined || header.firstSequence === 1) return undefined;
  return snapshots.find((each) => each >= header.firstSequence - 1);
}

/** Indexes of the oldest segments, up to the first that is needed or within all limits. */
function removableSegments(
  disk: Disk,
  directory: string,
  neededSequence: number,
  limits: RetentionLimits,
  needs: RetentionNeeds,
): number[] {
  const indexes = segmentIndexes(disk, directory);
  const headers = indexes.map((index) => peekSegment(disk, directory, index)?.header);
  const used = headers.filter((header) => header !== undefined);
  let keptBytes = used.reduce((sum, header) => sum + header.segmentBytes, 0);
  const removable: number[] = [];
  for (let i = 0; i + 1 < used.length; i++) {
    const [segment, next] = [used[i], used[i + 1]];
    if (next.firstSequence - 1 > neededSequence) break;
    const isBeyond =
      used.length - i > (limits.segmentsMax ?? Number.POSITIVE_INFINITY) ||
      keptBytes > (limits.bytesMax ?? Number.POSITIVE_INFINITY) ||
      needs.nowMicros - startMicros(disk, directory, next.segmentIndex) >
        (limits.ageMicrosMax ?? Number.POSITIVE_INFINITY);
    if (!isBeyond) break;
    removable.push(segment.segmentIndex);
    keptBytes -= segment.segmentBytes;
  }
  return removable;
}

/** The time of a segment's first command: no earlier than any of the segment before it. */
function startMicros(disk: Disk, directory: string, segmentIndex: number): number {
  const record = RecordBuffer.ofBytes(BLOCK_BYTES);
  const file = disk.openToRead(segmentPath(directory, segmentIndex));
  try {
    file.read(record.bytes, 0, BLOCK_BYTES, 2 * HEADER_BYTES);
  } finally {
    file.close();
  }
  return readU64(record.words, COMMAND_TIME_MICROS_WORD);
}
