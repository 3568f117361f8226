// Opening a log: lock the directory, read everything, cut a torn tail, go on. Start, recovery after
// a crash and replay are this one path; a log that stopped cleanly has an empty tail, that is all.

import { join } from "node:path";
import { assert } from "../base/assert.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import { type Chance, systemChance } from "../ops/chance.ts";
import { HEADER_BYTES, INSTANCE_ID_BYTES } from "./block-layout.ts";
import type { CommandLog } from "./command-log.ts";
import type { BlockFile, Disk } from "./disk.ts";
import { BATCH_BYTES_MAX_DEFAULT, FileLog } from "./file-log.ts";
import { damaged } from "./log-failure.ts";
import { type LogBlock, type LogEnd, type LogPoint, LogReader } from "./log-reader.ts";
import { blocksToEnd, type LogTail } from "./log-tail.ts";
import { nodeDisk } from "./node-disk.ts";
import {
  isUnfinished,
  SEGMENT_BYTES_DEFAULT,
  SEGMENT_BYTES_MAX,
  type Segment,
  segmentIndexes,
  segmentPath,
} from "./segment.ts";
import { SegmentSupply, writeZeros } from "./segment-supply.ts";

export type LogOptions = {
  /** Size of new segments: a multiple of 64, and room for the largest batch. 64 MiB. */
  readonly segmentBytes?: number;
  /** Bytes of records that gather while a write is under way; more is refused. 4 MiB. */
  readonly batchBytesMax?: number;
  /**
   * Asked once the directory is locked, so that what it finds there stays. The log's beginning.
   */
  readonly start?: () => LogStart;
  readonly disk?: Disk;
  /** Names a new log. */
  readonly chance?: Chance;
};

/** Where to begin: behind a snapshot, whose last block must be the log's. */
export type LogStart = { readonly fromSequence: number; readonly after?: LogPoint };

export const LOG_BEGINNING: LogStart = { fromSequence: 1 };

export type BlockListener = (block: LogBlock) => void;

export type RecoveredLog = {
  readonly log: CommandLog;
  readonly lastSequence: number;
  /** Bytes of an unfinished write that were cut; 0 after a clean stop. */
  readonly tornBytes: number;
  /** Segments that hold data. */
  readonly segments: number;
  /** Chosen at random when the log began; 32 hexadecimal digits. */
  readonly instanceId: string;
  /** How many times the log was opened and written, this time included. */
  readonly epoch: number;
};

/**
 * Opens the log in `directory`, which is made when missing, and hands all blocks from `start` on
 * to `onBlock`, in order. Rejects with LOG_LOCKED, LOG_DAMAGED, LOG_VERSION or LOG_READ_FAILED, or
 * with the system's error; nothing was changed then.
 */
export async function recoverLog(
  directory: string,
  options: LogOptions,
  onBlock: BlockListener,
): Promise<RecoveredLog> {
  const { segmentBytes = SEGMENT_BYTES_DEFAULT, batchBytesMax = BATCH_BYTES_MAX_DEFAULT } = options;
  const { start = () => LOG_BEGINNING, disk = nodeDisk, chance = systemChance } = options;
  assert(segmentBytes <= SEGMENT_BYTES_MAX, "a segment is within its limit");
  assert(batchBytesMax % HEADER_BYTES === 0, "a batch is a whole number of 64-byte blocks");
  assert(batchBytesMax >= COMMAND_BYTES_MAX, "a batch holds the longest command");
  assert(2 * HEADER_BYTES + batchBytesMax <= segmentBytes, "a segment holds the largest batch");

  await disk.makeDirectory(directory);
  const release = disk.lock(directory);
  try {
    const { end, tail } = readLog(directory, start(), onBlock, disk);
    const endIndex = end.header?.segmentIndex ?? 0;
    await removeAfter(disk, directory, endIndex);
    const supply = new SegmentSupply(disk, directory, segmentBytes, endIndex + 1);
    const segment = (await continueSegment(disk, directory, end, tail)) ?? (await supply.take());
    const instanceId = end.header?.instanceId ?? newInstanceId(chance);
    const { lastSequence, lastChecksum } = end;
    const epoch = end.lastEpoch + 1;
    const position = { instanceId, epoch, lastSequence, lastChecksum };
    return {
      log: new FileLog(position, segment, supply, batchBytesMax, release),
      lastSequence,
      tornBytes: tail.tornBytes,
      segments: segmentIndexes(disk, directory).filter((index) => index <= endIndex).length,
      instanceId: Buffer.from(instanceId).toString("hex"),
      epoch,
    };
  } catch (cause) {
    release();
    throw cause;
  }
}

function newInstanceId(chance: Chance): Uint8Array {
  const words = Int32Array.from({ length: INSTANCE_ID_BYTES / 4 }, chance);
  return new Uint8Array(words.buffer);
}

/**
 * Reads the log to its valid end and says what lies after it, changing nothing: what recoverLog
 * does, for tools. The log must not be open in a process. LOG_DAMAGED, LOG_VERSION,
 * LOG_READ_FAILED.
 */
export function readLog(
  directory: string,
  start: LogStart,
  onBlock: BlockListener,
  disk: Disk = nodeDisk,
): { end: LogEnd; tail: LogTail } {
  const { fromSequence, after } = start;
  const reader = new LogReader(directory, fromSequence, disk, after);
  try {
    const tail = readToEnd(reader, directory, disk, onBlock);
    const { end } = reader;
    if (end.lastSequence < fromSequence - 1 || (end.header === undefined && fromSequence > 1)) {
      const file = segmentPath(directory, end.header?.segmentIndex ?? 1);
      const expected = `a log that reaches sequence ${fromSequence - 1}`;
      const last = end.header === undefined ? "an empty one" : `one to ${end.lastSequence}`;
      throw damaged({ file, offsetBytes: end.offsetBytes }, expected, last);
    }
    return { end, tail };
  } finally {
    reader.close();
  }
}

/** As blocksToEnd, of all that is left. */
export function readToEnd(
  reader: LogReader,
  directory: string,
  disk: Disk,
  onBlock: BlockListener,
): LogTail {
  const blocks = blocksToEnd(reader, directory, disk);
  for (;;) {
    const next = blocks.next();
    if (next.done === true) return next.value;
    onBlock(next.value);
  }
}

/** Removes what was prepared, whole or in part, and a torn first write with its segment. */
async function removeAfter(disk: Disk, directory: string, endIndex: number): Promise<void> {
  const unfinished = disk.names(directory).filter(isUnfinished);
  for (const name of unfinished) disk.remove(join(directory, name));
  const unused = segmentIndexes(disk, directory).filter((index) => index > endIndex);
  // The last first: at no moment is a segment missing between two others.
  for (const index of unused.reverse()) disk.remove(segmentPath(directory, index));
  if (unfinished.length + unused.length > 0) await disk.syncDirectory(directory);
}

/**
 * Writes the last block again, and with the first one its segment's header, to be synced. A killed
 * process may not have lived to sync it; and where its sync failed, the system may hold the block
 * for clean though the disk lacks it, so that a sync alone would do nothing. From here it counts as
 * durable; all before it was, when it was written.
 */
async function writeLastAgain(file: BlockFile, end: LogEnd): Promise<void> {
  const blockAtBytes = end.offsetBytes - end.lastBlockBytes;
  const fromBytes = blockAtBytes === HEADER_BYTES ? 0 : blockAtBytes;
  const bytes = new Uint8Array(end.offsetBytes - fromBytes);
  file.read(bytes, 0, bytes.length, fromBytes);
  await file.write(bytes, 0, bytes.length, fromBytes);
}

/** The segment where the log ends, zero after its end; undefined for a log without any. */
async function continueSegment(
  disk: Disk,
  directory: string,
  end: LogEnd,
  tail: LogTail,
): Promise<Segment | undefined> {
  if (end.header === undefined) return undefined;
  const { segmentIndex, segmentBytes } = end.header;
  const file = disk.openToWrite(segmentPath(directory, segmentIndex));
  try {
    const isTorn = tail.place?.file === file.path;
    if (isTorn) await writeZeros(file, end.offsetBytes, segmentBytes);
    await writeLastAgain(file, end);
    await file.sync();
  } catch (cause) {
    file.close();
    throw cause;
  }
  return { segmentIndex, segmentBytes, file, endBytes: end.offsetBytes };
}
