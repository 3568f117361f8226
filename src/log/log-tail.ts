// What lies after the valid end of a log: nothing, the torn rest of the write that a crash cut off,
// or damage. One write is under way at a time and a segment is used only when the one before is
// done, so a torn rest has nothing intact after it, and lies in one segment, the last or the one
// after it.

import { RecordBuffer } from "../base/record-buffer.ts";
import { firstSequenceOf, HEADER_BYTES, intactBlockBytes, isOfInstance } from "./block-layout.ts";
import type { BlockFile, Disk } from "./disk.ts";
import { damaged, LOG_REMOVED, LogFailure, type LogPlace } from "./log-failure.ts";
import type { LogBlock, LogEnd, LogReader } from "./log-reader.ts";
import { type SegmentHeader, segmentIndexes, segmentPath } from "./segment.ts";

export type LogTail = {
  /** Where the torn rest begins; undefined when there is none. */
  readonly place: LogPlace | undefined;
  /** From there to the last byte that is not zero. */
  readonly tornBytes: number;
};

const SCAN_BYTES = 1024 * 1024;

/**
 * All that `reader` has still to read, and then what follows it: LOG_DAMAGED where that is not the
 * rest of the last write. A living exchange beside it may write on, and remove what is old:
 * LOG_REMOVED where that was to be read next.
 */
export function* blocksToEnd(
  reader: LogReader,
  directory: string,
  disk: Disk,
): Generator<LogBlock, LogTail> {
  const newestIndex = segmentIndexes(disk, directory).at(-1) ?? 0;
  for (;;) {
    for (let block = reader.next(); block !== undefined; block = reader.next()) yield block;
    try {
      return examineTail(directory, reader.end, disk);
    } catch (failure) {
      // What came between the two looks is no damage.
      const block = reader.next();
      if (block === undefined)
        throw removedMeanwhile(directory, disk, reader.end, newestIndex) ?? failure;
      yield block;
    }
  }
}

function removedMeanwhile(
  directory: string,
  disk: Disk,
  end: LogEnd,
  newestIndex: number,
): LogFailure | undefined {
  const nextIndex = (end.header?.segmentIndex ?? newestIndex) + 1;
  const file = segmentPath(directory, nextIndex);
  if (nextIndex > newestIndex || disk.exists(file)) return undefined;
  const message = "expected it, as it was there when reading began, found it removed; ask again";
  return new LogFailure(LOG_REMOVED, message, { place: { file, offsetBytes: 0 } });
}

/** Says what follows `end`. Throws LOG_DAMAGED when it cannot be the rest of the last write. */
export function examineTail(directory: string, end: LogEnd, disk: Disk): LogTail {
  let tail: LogTail = { place: undefined, tornBytes: 0 };
  const indexes = segmentIndexes(disk, directory);
  const endIndex = end.header?.segmentIndex ?? 0;
  if (end.header === undefined && indexes.length > 0 && indexes[0] !== 1) {
    const place = { file: segmentPath(directory, indexes[0] - 1), offsetBytes: 0 };
    throw damaged(place, "a segment", `none, though segment ${indexes[0]} exists`);
  }

  for (const index of indexes) {
    if (index < endIndex) continue;
    const isLast = index === endIndex;
    refuseCutFile(disk, segmentPath(directory, index), isLast ? end.header : undefined);
    const place = {
      file: segmentPath(directory, index),
      offsetBytes: isLast ? end.offsetBytes : 0,
    };
    const rest = readRest(disk, place);
    if (rest === undefined) continue;
    const expected = `an intact block from sequence ${end.lastSequence + 1}`;
    if (tail.place !== undefined || index > endIndex + 1) {
      throw damaged(tail.place ?? place, expected, `none, though segment ${index} has data`);
    }
    refuseLaterBlock(rest, place, end, expected);
    tail = { place, tornBytes: rest.lengthBytes };
  }
  return tail;
}

/** A segment is whole before it has its name, and no commit changes its size: nor does a crash. */
function refuseCutFile(disk: Disk, path: string, header: SegmentHeader | undefined): void {
  const expectedBytes = header?.segmentBytes ?? HEADER_BYTES;
  const least = header === undefined ? "at least " : "";
  const file = disk.openToRead(path);
  try {
    const sizeBytes = file.sizeBytes();
    if (sizeBytes >= expectedBytes) return;
    const expected = `a segment of ${least}${expectedBytes} bytes`;
    const found = `${sizeBytes}: its file was cut, and what was acknowledged there is gone`;
    throw damaged({ file: path, offsetBytes: sizeBytes }, expected, found);
  } finally {
    file.close();
  }
}

type Rest = {
  readonly buffer: RecordBuffer;
  readonly lengthBytes: number;
  /** Bytes of the buffer that the file has too: what pads it is nobody's. */
  readonly fileBytes: number;
};

/** The bytes from `place` to the last one that is not zero; undefined when all are zero. */
function readRest(disk: Disk, place: LogPlace): Rest | undefined {
  const file = disk.openToRead(place.file);
  try {
    const lengthBytes = endOfData(file, place.offsetBytes) - place.offsetBytes;
    if (lengthBytes === 0) return undefined;
    const buffer = RecordBuffer.ofBytes(Math.ceil(lengthBytes / HEADER_BYTES) * HEADER_BYTES);
    file.read(buffer.bytes, 0, lengthBytes, place.offsetBytes);
    const fileBytes = Math.min(buffer.bytes.length, file.sizeBytes() - place.offsetBytes);
    return { buffer, lengthBytes, fileBytes };
  } finally {
    file.close();
  }
}

/** The offset behind the last byte that is not zero, `fromBytes` when there is none. */
function endOfData(file: BlockFile, fromBytes: number): number {
  const restBytes = file.sizeBytes() - fromBytes;
  const zeros = Buffer.alloc(Math.min(SCAN_BYTES, restBytes));
  const chunk = Buffer.alloc(zeros.length);
  let endBytes = fromBytes;
  for (let at = 0; at < restBytes; at += SCAN_BYTES) {
    const length = file.read(chunk, 0, Math.min(SCAN_BYTES, restBytes - at), fromBytes + at);
    const found = chunk.subarray(0, length);
    if (found.equals(zeros.subarray(0, length))) continue; // Most of it is blank.
    endBytes = fromBytes + at + found.findLastIndex((byte) => byte !== 0) + 1;
  }
  return endBytes;
}

function refuseLaterBlock(rest: Rest, place: LogPlace, end: LogEnd, expected: string): void {
  const { buffer, fileBytes } = rest;
  const instanceId = end.header?.instanceId;
  for (let at = 0; at < buffer.bytes.length; at += HEADER_BYTES) {
    // The instance first: a client cannot know it, so no record can pose as many large blocks.
    if (instanceId !== undefined && !isOfInstance(buffer, at, instanceId)) continue;
    if (intactBlockBytes(buffer, at, fileBytes - at) === 0) continue;
    const found = `sequence ${firstSequenceOf(buffer, at)} in an intact block`;
    throw damaged(place, expected, `none there, but ${found} at byte ${place.offsetBytes + at}`);
  }
}
