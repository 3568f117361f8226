// The part of a segment that a reader has in memory. It grows to the largest block met and is used
// again for every read, so the records it shows are valid until the next refill.

import { assert } from "../base/assert.ts";
import { RecordBuffer } from "../base/record-buffer.ts";
import { claimedBlockBytes, HEADER_BYTES, intactBlockBytes } from "./block-layout.ts";
import type { BlockFile } from "./disk.ts";

// Many small blocks in one read, and about 30 us for a reader that follows the writer's end.
const READ_BYTES = 256 * 1024;

export class SegmentWindow {
  #records = RecordBuffer.ofBytes(READ_BYTES);
  #fromBytes = 0; // Offset in the segment of the first byte in memory.
  #lengthBytes = 0;

  get records(): RecordBuffer {
    return this.#records;
  }

  /** Byte index in `records` of the segment's byte `offsetBytes`. */
  at(offsetBytes: number): number {
    return offsetBytes - this.#fromBytes;
  }

  /** Length of the intact block at `offsetBytes`; 0 when there is none in memory. */
  blockBytesAt(offsetBytes: number): number {
    assert(offsetBytes >= this.#fromBytes || this.#lengthBytes === 0, "reading goes forward");
    const at = this.at(offsetBytes);
    return intactBlockBytes(this.#records, at, this.#lengthBytes - at);
  }

  /** Reads the segment anew from `offsetBytes`, at least as far as the block there says it goes. */
  refill(file: BlockFile, offsetBytes: number, segmentBytes: number): void {
    assert(offsetBytes % HEADER_BYTES === 0, "blocks start at multiples of 64 bytes");
    this.#read(file, offsetBytes, segmentBytes);
    const claimedBytes = claimedBlockBytes(this.#records, 0, this.#lengthBytes);
    const fits = claimedBytes <= segmentBytes - offsetBytes; // Else it is no block of ours.
    if (claimedBytes > this.#records.bytes.length && fits) {
      this.#records = RecordBuffer.ofBytes(claimedBytes);
      this.#read(file, offsetBytes, segmentBytes);
    }
  }

  /** Forgets what is in memory: it belongs to another segment. */
  clear(): void {
    this.#fromBytes = 0;
    this.#lengthBytes = 0;
  }

  #read(file: BlockFile, offsetBytes: number, segmentBytes: number): void {
    const wantedBytes = Math.min(this.#records.bytes.length, segmentBytes - offsetBytes);
    this.#fromBytes = offsetBytes;
    this.#lengthBytes = file.read(this.#records.bytes, 0, wantedBytes, offsetBytes);
  }
}
