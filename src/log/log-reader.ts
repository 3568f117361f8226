// Reads the log block by block: recovery, the history thread and the replay tools use this and
// nothing else. It verifies each block's checksum, its chain to the block before, its place and its
// sequences. A reader may follow a writer of another thread: it looks at the files alone.

import { assert } from "../base/assert.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { BLOCK_BYTES, commandBlocksOf } from "../codec/command.ts";
import {
  CHECKSUM_WORD,
  EPOCH_WORD,
  firstSequenceOf,
  HEADER_BYTES,
  headerU32,
  isOfInstance,
  lastSequenceOf,
  OFFSET_BYTES_WORD,
  PREVIOUS_CHECKSUM_WORD,
  RECORD_COUNT_WORD,
  SEGMENT_INDEX_WORD,
} from "./block-layout.ts";
import type { BlockFile, Disk } from "./disk.ts";
import { damaged, type LogPlace } from "./log-failure.ts";
import { nodeDisk } from "./node-disk.ts";
import {
  peekSegment,
  type ReadSegmentHeader,
  type SegmentHeader,
  segmentIndexes,
  segmentPath,
} from "./segment.ts";
import { SegmentWindow } from "./segment-window.ts";

/** Whole command records, in order, from `startBytes` to `endBytes`. Valid until the next call. */
export type LogBlock = {
  readonly records: RecordBuffer;
  readonly startBytes: number;
  readonly endBytes: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
};

/** Where a reader stands: after the last block that it read. */
export type LogEnd = {
  /** The segment it stands in; undefined before the first segment with a header. */
  readonly header: SegmentHeader | undefined;
  readonly offsetBytes: number;
  readonly lastSequence: number;
  /** Length of the last block; 0 where the segment has none before `offsetBytes` that was read. */
  readonly lastBlockBytes: number;
  readonly lastChecksum: number;
  readonly lastEpoch: number;
};

/** The last block before those that are read, as a snapshot knows it. */
export type LogPoint = { readonly instanceId: Uint8Array; readonly blockChecksum: number };

const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export class LogReader {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #fromSequence: number;
  readonly #after: LogPoint | undefined;
  readonly #window = new SegmentWindow();
  #file: BlockFile | undefined;
  #header: SegmentHeader | undefined;
  #offsetBytes = 0;
  #lastSequence: number;
  #lastBlockBytes = 0;
  #lastChecksum = 0;
  #lastEpoch = 0;

  /**
   * The first record that next() gives is the one of `fromSequence`; 1 is the log's beginning. With
   * `after` the block before it must be the one meant: else LOG_DAMAGED.
   */
  constructor(
    directory: string,
    fromSequence: number,
    disk: Disk = nodeDisk,
    after: LogPoint | undefined = undefined,
  ) {
    assert(fromSequence >= 1, "sequences count from 1");
    this.#disk = disk;
    this.#directory = directory;
    this.#fromSequence = fromSequence;
    this.#after = after;
    this.#lastSequence = fromSequence - 1;
  }

  get end(): LogEnd {
    return {
      header: this.#header,
      offsetBytes: this.#offsetBytes,
      lastSequence: this.#lastSequence,
      lastBlockBytes: this.#lastBlockBytes,
      lastChecksum: this.#lastChecksum,
      lastEpoch: this.#lastEpoch,
    };
  }

  /**
   * The next block, or undefined where valid data ends; more may be there at a later call.
   *
   * With `limitSequence` the caller says that all is durable up to there: blocks behind it are left
   * alone, and missing ones before it are LOG_DAMAGED. A reader beside a living writer must give it
   * (the writer's durableSequence). Without it, the end of valid data may be a torn tail or damage:
   * examineTail decides. Throws LOG_DAMAGED also for an intact block that is not the next one.
   */
  next(limitSequence: number = NO_LIMIT): LogBlock | undefined {
    while (this.#lastSequence < limitSequence && this.#fromSequence <= limitSequence) {
      if (this.#header === undefined && !this.#openFirstSegment()) return this.#stop(limitSequence);
      const blockBytes = this.#findBlock();
      if (blockBytes === 0) {
        if (this.#header !== undefined && this.#openNextSegment()) continue;
        return this.#stop(limitSequence);
      }
      const at = this.#window.at(this.#offsetBytes);
      if (lastSequenceOf(this.#window.records, at) > limitSequence) return undefined;
      const block = this.#take(at, blockBytes);
      if (block !== undefined) return block;
    }
    return undefined;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Length of the intact block where the reader stands, from memory or else from the file. */
  #findBlock(): number {
    assert(this.#file !== undefined, "a closed reader is not read");
    const header = this.#header;
    assert(header !== undefined, "blocks are looked for in a segment");
    const blockBytes = this.#window.blockBytesAt(this.#offsetBytes);
    if (blockBytes > 0) return blockBytes;
    this.#window.refill(this.#file, this.#offsetBytes, header.segmentBytes);
    return this.#window.blockBytesAt(this.#offsetBytes);
  }

  /** Moves behind the intact block; undefined when all of it is before `fromSequence`. */
  #take(at: number, blockBytes: number): LogBlock | undefined {
    this.#verify(at);
    const { records } = this.#window;
    const lastSequence = lastSequenceOf(records, at);
    this.#lastSequence = lastSequence;
    this.#lastChecksum = headerU32(records, at, CHECKSUM_WORD);
    this.#lastEpoch = headerU32(records, at, EPOCH_WORD);
    this.#lastBlockBytes = blockBytes;
    this.#offsetBytes += blockBytes;
    if (lastSequence === this.#fromSequence - 1) this.#checkPoint(this.#lastChecksum);
    if (lastSequence < this.#fromSequence) return undefined;
    const firstSequence = Math.max(firstSequenceOf(records, at), this.#fromSequence);
    let startBytes = at + HEADER_BYTES;
    for (let skip = firstSequence - firstSequenceOf(records, at); skip > 0; skip--) {
      startBytes += commandBlocksOf(records.words, startBytes / 4) * BLOCK_BYTES;
    }
    return { records, startBytes, endBytes: at + blockBytes, firstSequence, lastSequence };
  }

  /** An intact block is what the log wrote: when it is not the next one, the files were changed. */
  #verify(at: number): void {
    const { records } = this.#window;
    const header = this.#header;
    assert(header !== undefined, "a block lies in a segment");
    if (!isOfInstance(records, at, header.instanceId)) {
      throw damaged(this.#place(), "a block of this log", "one of another log");
    }
    const firstSequence = firstSequenceOf(records, at);
    const count = lastSequenceOf(records, at) - firstSequence + 1;
    this.#expect("a block from sequence", this.#lastSequence + 1, firstSequence);
    const recordCount = headerU32(records, at, RECORD_COUNT_WORD);
    this.#expect("a block with this many records:", count, recordCount);
    const index = headerU32(records, at, SEGMENT_INDEX_WORD);
    this.#expect("a block written for segment", header.segmentIndex, index);
    const offsetBytes = headerU32(records, at, OFFSET_BYTES_WORD);
    this.#expect("a block written for byte", this.#offsetBytes, offsetBytes);
    const previous = headerU32(records, at, PREVIOUS_CHECKSUM_WORD);
    this.#expect("a block that follows checksum", this.#lastChecksum, previous);
  }

  /** The log goes on with the very block that the snapshot ends with. */
  #checkPoint(checksum: number): void {
    if (this.#after === undefined) return;
    const fact = `the block of sequence ${this.#fromSequence - 1} to have checksum`;
    this.#expect(fact, this.#after.blockChecksum, checksum);
  }

  #checkInstance(header: SegmentHeader): void {
    if (this.#after === undefined) return;
    if (Buffer.compare(this.#after.instanceId, header.instanceId) === 0) return;
    const expected = `a segment of the log that snapshot ${this.#fromSequence - 1} is of`;
    throw damaged(this.#place(), expected, "one of another log");
  }

  #expect(fact: string, expected: number, found: number): void {
    if (expected !== found) throw damaged(this.#place(), `${fact} ${expected}`, `${found}`);
  }

  /** Goes to the newest segment that can hold `fromSequence`; false while there is none. */
  #openFirstSegment(): boolean {
    const indexes = segmentIndexes(this.#disk, this.#directory);
    for (let i = indexes.length - 1; i >= 0; i--) {
      const found = this.#peek(indexes[i]);
      if (found === undefined) continue;
      const { firstSequence } = found.header;
      if (firstSequence <= this.#fromSequence) {
        this.#enter(found);
        this.#lastSequence = firstSequence - 1;
        this.#checkInstance(found.header);
        if (firstSequence === this.#fromSequence) this.#checkPoint(found.header.previousChecksum);
        return true;
      }
      if (i > 0 && this.#peek(indexes[i - 1]) !== undefined) continue;
      const file = segmentPath(this.#directory, indexes[Math.max(i - 1, 0)]);
      const expected = `a segment that holds sequence ${this.#fromSequence}`;
      const next = `sequence ${firstSequence} at the start of segment ${indexes[i]}`;
      throw damaged({ file, offsetBytes: 0 }, expected, next);
    }
    return false;
  }

  /** Goes on in the next segment; false when there is none with an intact header yet. */
  #openNextSegment(): boolean {
    const header = this.#header;
    assert(header !== undefined, "a next segment follows another");
    const found = this.#peek(header.segmentIndex + 1);
    if (found === undefined) return false;
    const { firstSequence, previousChecksum, segmentIndex, instanceId } = found.header;
    if (firstSequence !== this.#lastSequence + 1) {
      const expected = `an intact block from sequence ${this.#lastSequence + 1}`;
      const next = `sequence ${firstSequence} at the start of segment ${segmentIndex}`;
      throw damaged(this.#place(), expected, `none, though the log goes on with ${next}`);
    }
    const start = { file: segmentPath(this.#directory, segmentIndex), offsetBytes: 0 };
    if (Buffer.compare(instanceId, header.instanceId) !== 0) {
      throw damaged(start, "a segment of this log", "one of another log");
    }
    if (previousChecksum !== this.#lastChecksum) {
      const expected = `a segment that follows checksum ${this.#lastChecksum}`;
      throw damaged(start, expected, `${previousChecksum}`);
    }
    this.#enter(found);
    return true;
  }

  #peek(segmentIndex: number): ReadSegmentHeader | undefined {
    return peekSegment(this.#disk, this.#directory, segmentIndex);
  }

  #enter(found: ReadSegmentHeader): void {
    this.#file?.close();
    this.#file = this.#disk.openToRead(segmentPath(this.#directory, found.header.segmentIndex));
    this.#header = found.header;
    this.#offsetBytes = HEADER_BYTES;
    this.#lastBlockBytes = 0;
    this.#lastChecksum = found.checksum;
    this.#lastEpoch = found.header.epoch;
    this.#window.clear();
  }

  #stop(limitSequence: number): undefined {
    if (limitSequence === NO_LIMIT) return undefined;
    const expected = `an intact block from sequence ${this.#lastSequence + 1}`;
    throw damaged(this.#place(), expected, `none, though ${limitSequence} is durable`);
  }

  #place(): LogPlace {
    const index = this.#header?.segmentIndex ?? 1;
    return { file: segmentPath(this.#directory, index), offsetBytes: this.#offsetBytes };
  }
}
