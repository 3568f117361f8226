// hot path
// One batch of commands on its way to the disk: a buffer that is filled, sealed, written and
// cleared.
//
//   0                64              128                       endBytes
//   | segment header | block header  | records ...             | free
//
// The segment header's place is used only by the first batch of a segment, so that every commit is
// one contiguous write.

import { assert } from "../base/assert.ts";
import { copyLanes } from "../base/lanes.ts";
import { RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import {
  BLOCK_WORDS,
  COMMAND_SEQUENCE_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandBlocksOf,
} from "../codec/command.ts";
import { HEADER_BYTES } from "./block-layout.ts";

/** Where the block header lies in the buffer. */
export const BATCH_BLOCK_AT_BYTES = HEADER_BYTES;
const RECORDS_AT_BYTES = 2 * HEADER_BYTES;

export class Batch {
  readonly records: RecordBuffer;
  #endBytes = RECORDS_AT_BYTES;
  #firstSequence = 0;
  #lastSequence = 0;

  /** `bytesMax`: how many bytes of records it takes. */
  constructor(bytesMax: number) {
    this.records = RecordBuffer.ofBytes(RECORDS_AT_BYTES + bytesMax);
  }

  get isEmpty(): boolean {
    return this.#endBytes === RECORDS_AT_BYTES;
  }

  get endBytes(): number {
    return this.#endBytes;
  }

  /** Length of the block: its header and its records. */
  get blockBytes(): number {
    return this.#endBytes - BATCH_BLOCK_AT_BYTES;
  }

  get firstSequence(): number {
    return this.#firstSequence;
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** As CommandLog.tryAppend: the byte offset of the stamped copy, or -1 when it does not fit. */
  tryAppend(
    source: RecordBuffer,
    offsetBytes: number,
    sequence: number,
    timeMicros: number,
  ): number {
    const sourceWords = source.words;
    const targetWords = this.records.words;
    const from = offsetBytes / 4;
    const to = this.#endBytes / 4;
    const lengthWords = commandBlocksOf(sourceWords, from) * BLOCK_WORDS;
    assert(lengthWords > 0, "a command record says how long it is");
    assert(from + lengthWords <= sourceWords.length, "a command record lies inside its buffer");
    if (to + lengthWords > targetWords.length) return -1;

    copyLanes(this.records.lanes, to, source.lanes, from, lengthWords);
    writeU64(targetWords, to + COMMAND_SEQUENCE_WORD, sequence);
    writeU64(targetWords, to + COMMAND_TIME_MICROS_WORD, timeMicros);
    if (this.isEmpty) this.#firstSequence = sequence;
    this.#lastSequence = sequence;
    this.#endBytes += lengthWords * 4;
    return to * 4;
  }

  clear(): void {
    this.#endBytes = RECORDS_AT_BYTES;
    this.#firstSequence = 0;
    this.#lastSequence = 0;
  }
}
