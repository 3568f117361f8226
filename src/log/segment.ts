// Segments: files NNNNNNNN.log of one size, zero-filled before use. A segment starts with a 64-byte
// header, written together with its first block; until then it is blank. Layout and rules:
// docs/protocols/journal.md, "The log".

import { join } from "node:path";
import { assert } from "../base/assert.ts";
import { RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import {
  CHECKSUM_WORD,
  checksumOf,
  EPOCH_WORD,
  FIRST_SEQUENCE_WORD,
  HEADER_BYTES,
  headerU32,
  INSTANCE_ID_BYTES,
  INSTANCE_ID_WORD,
  MAGIC_WORD,
  PREVIOUS_CHECKSUM_WORD,
} from "./block-layout.ts";
import type { BlockFile, Disk } from "./disk.ts";
import { damaged, LOG_VERSION, LogFailure } from "./log-failure.ts";

export const FORMAT_VERSION = 1;
export const SEGMENT_MAGIC = 0x4753_434f; // "OCSG" as bytes in a file.
export const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024; // Zero-filled in about a quarter second.
export const SEGMENT_BYTES_MAX = 1024 * 1024 * 1024; // Recovery reads the last one into memory.

const FORMAT_VERSION_WORD = 2;
const SEGMENT_INDEX_WORD = 3;
const SEGMENT_BYTES_WORD = 6;

const NAME_DIGITS = 8;
const NAME_PATTERN = /^(\d{8,})\.log$/;
const UNFINISHED_PATTERN = /^\d{8,}(\.snapshot)?\.new$/;

export type SegmentHeader = {
  readonly segmentIndex: number;
  readonly firstSequence: number;
  readonly segmentBytes: number;
  /** Checksum of the last block of the segment before; 0 in the first segment. */
  readonly previousChecksum: number;
  readonly epoch: number;
  readonly instanceId: Uint8Array;
};

/** A segment being written. `endBytes` is where the next block goes; 0 while it is blank. */
export type Segment = {
  readonly segmentIndex: number;
  readonly segmentBytes: number;
  readonly file: BlockFile;
  endBytes: number;
};

export function segmentName(segmentIndex: number): string {
  return `${String(segmentIndex).padStart(NAME_DIGITS, "0")}.log`;
}

export function segmentPath(directory: string, segmentIndex: number): string {
  return join(directory, segmentName(segmentIndex));
}

/** Where a segment is prepared, until it is whole. */
export function unfinishedPath(directory: string, segmentIndex: number): string {
  return segmentPath(directory, segmentIndex).replace(/log$/, "new");
}

export function isSegment(name: string): boolean {
  return NAME_PATTERN.test(name);
}

/** What a crash may leave of a segment or a snapshot: of no use to anybody. */
export function isUnfinished(name: string): boolean {
  return UNFINISHED_PATTERN.test(name);
}

/**
 * Indexes of the segments that follow each other without a gap up to the last one, ascending: what
 * is before a gap is as if retention had removed it, and headerProblems() tells of it.
 */
export function segmentIndexes(disk: Disk, directory: string): number[] {
  const indexes = presentIndexes(disk, directory);
  const start = indexes.findLastIndex((index, i) => i > 0 && index !== indexes[i - 1] + 1);
  return indexes.slice(Math.max(start, 0));
}

function presentIndexes(disk: Disk, directory: string): number[] {
  const indexes: number[] = [];
  for (const name of disk.names(directory)) {
    const match = NAME_PATTERN.exec(name);
    if (match !== null) indexes.push(Number(match[1]));
  }
  return indexes.sort((a, b) => a - b);
}

/**
 * What names and headers alone show to be wrong with the segments: one that is missing, empty,
 * another one's or out of order. A start from a snapshot reads no more of what is before it.
 */
export function headerProblems(disk: Disk, directory: string): LogFailure[] {
  const problems: LogFailure[] = [];
  let next: SegmentHeader | undefined;
  let nextIndex = 0;
  for (const index of presentIndexes(disk, directory).reverse()) {
    if (nextIndex > index + 1) {
      const place = { file: segmentPath(directory, index + 1), offsetBytes: 0 };
      problems.push(damaged(place, "a segment", `none, though ${segmentName(nextIndex)} exists`));
    }
    nextIndex = index;
    try {
      next = checkHeader(disk, directory, index, next) ?? next;
    } catch (failure) {
      if (!(failure instanceof LogFailure)) throw failure;
      problems.push(failure);
    }
  }
  return problems.reverse();
}

/** The header of a used segment, which must be one of before `next`. */
function checkHeader(
  disk: Disk,
  directory: string,
  index: number,
  next: SegmentHeader | undefined,
): SegmentHeader | undefined {
  const header = peekSegment(disk, directory, index)?.header;
  if (next === undefined) return header;
  const place = { file: segmentPath(directory, index), offsetBytes: 0 };
  const later = `segment ${next.segmentIndex} from sequence ${next.firstSequence} on`;
  if (header === undefined) throw damaged(place, `a segment's header before ${later}`, "none");
  const isOfLog = Buffer.compare(header.instanceId, next.instanceId) === 0;
  if (isOfLog && header.firstSequence < next.firstSequence) return header;
  const found = isOfLog ? `one from sequence ${header.firstSequence}` : "one of another log";
  throw damaged(place, `a segment of what is before ${later}`, found);
}

/** Writes `header` at the first 64 bytes of `buffer` and returns its checksum. */
export function writeSegmentHeader(buffer: RecordBuffer, header: SegmentHeader): number {
  const { words, bytes } = buffer;
  words.fill(0, 0, HEADER_BYTES / 4);
  words[MAGIC_WORD] = SEGMENT_MAGIC;
  words[FORMAT_VERSION_WORD] = FORMAT_VERSION;
  words[SEGMENT_INDEX_WORD] = header.segmentIndex;
  writeU64(words, FIRST_SEQUENCE_WORD, header.firstSequence);
  writeU64(words, SEGMENT_BYTES_WORD, header.segmentBytes);
  words[PREVIOUS_CHECKSUM_WORD] = header.previousChecksum;
  words[EPOCH_WORD] = header.epoch;
  bytes.set(header.instanceId, INSTANCE_ID_WORD * 4);
  const checksum = checksumOf(bytes, 0, HEADER_BYTES);
  words[CHECKSUM_WORD] = checksum;
  return checksum;
}

/** The header read, and its own checksum, which the first block continues. */
export type ReadSegmentHeader = { readonly header: SegmentHeader; readonly checksum: number };

/** As readSegmentHeader, by index; undefined also when the segment does not exist yet. */
export function peekSegment(
  disk: Disk,
  directory: string,
  segmentIndex: number,
): ReadSegmentHeader | undefined {
  const path = segmentPath(directory, segmentIndex);
  if (!disk.exists(path)) return undefined;
  const file = disk.openToRead(path);
  try {
    return readSegmentHeader(file, segmentIndex);
  } finally {
    file.close();
  }
}

/**
 * Reads the header of segment `segmentIndex` from its open file. Undefined when the segment is
 * blank or its header is not intact. Throws LOG_VERSION, and LOG_DAMAGED for another segment's
 * header.
 */
function readSegmentHeader(file: BlockFile, segmentIndex: number): ReadSegmentHeader | undefined {
  const buffer = RecordBuffer.ofBytes(HEADER_BYTES);
  const { words, bytes } = buffer;
  if (file.read(bytes, 0, HEADER_BYTES, 0) < HEADER_BYTES) return undefined;
  const checksum = headerU32(buffer, 0, CHECKSUM_WORD);
  if (words[MAGIC_WORD] !== SEGMENT_MAGIC) return undefined;
  if (checksumOf(bytes, 0, HEADER_BYTES) !== checksum) return undefined;

  const place = { file: file.path, offsetBytes: 0 };
  const version = headerU32(buffer, 0, FORMAT_VERSION_WORD);
  if (version !== FORMAT_VERSION) {
    const message = `expected log format version ${FORMAT_VERSION}, found ${version}`;
    throw new LogFailure(LOG_VERSION, message, { place });
  }
  const foundIndex = headerU32(buffer, 0, SEGMENT_INDEX_WORD);
  if (foundIndex !== segmentIndex) {
    throw damaged(place, `the header of segment ${segmentIndex}`, `that of segment ${foundIndex}`);
  }
  const segmentBytes = readU64(words, SEGMENT_BYTES_WORD);
  assert(segmentBytes <= SEGMENT_BYTES_MAX, "a segment is written within its limit");
  const instanceAt = INSTANCE_ID_WORD * 4;
  const header = {
    segmentIndex,
    firstSequence: readU64(words, FIRST_SEQUENCE_WORD),
    segmentBytes,
    previousChecksum: headerU32(buffer, 0, PREVIOUS_CHECKSUM_WORD),
    epoch: headerU32(buffer, 0, EPOCH_WORD),
    instanceId: bytes.slice(instanceAt, instanceAt + INSTANCE_ID_BYTES),
  };
  return { header, checksum };
}
