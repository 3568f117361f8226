// Keeps the next segment ready, so that a roll does not wait for 64 MiB of zeros. The zeros are
// written in step with the log: twice as far into the next segment as the log is into its own. So a
// busy log is disturbed by one small write at a time instead of a burst, a quiet one hardly writes,
// and there is no timer (docs/decisions/0010-log-format.md has the numbers).
//
// A segment grows under another name and gets its own by a rename once it is whole and durable: a
// `.log` file is never half prepared. What a crash leaves is removed at the next start.

import { assert } from "../base/assert.ts";
import { HEADER_BYTES } from "./block-layout.ts";
import type { BlockFile, Disk } from "./disk.ts";
import { type Segment, segmentPath, unfinishedPath } from "./segment.ts";

const ZERO_CHUNK_BYTES = 256 * 1024; // A commit behind one of these waits about 0.3 ms more.
const ZEROS = new Uint8Array(ZERO_CHUNK_BYTES);
const LEAD = 2; // Ready when the log is half through its own.

export class SegmentSupply {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #segmentBytes: number;
  #segmentIndex: number; // Of the segment being prepared.
  #unfinished: BlockFile | undefined;
  #zeroBytes = 0; // How far it is filled.
  #wantedBytes = 0; // How far it should be by now.
  #ready: Segment | undefined;
  #working: Promise<void> | undefined;
  #stopped = false;

  constructor(disk: Disk, directory: string, segmentBytes: number, firstIndex: number) {
    assert(segmentBytes % HEADER_BYTES === 0, "a segment is a whole number of 64-byte blocks");
    this.#disk = disk;
    this.#directory = directory;
    this.#segmentBytes = segmentBytes;
    this.#segmentIndex = firstIndex;
  }

  /**
   * Prepares as far as a log that is `usedBytes` into its segment needs. Rejects as the disk fails.
   */
  prepare(usedBytes: number): Promise<void> {
    const wantedBytes = Math.min(LEAD * usedBytes + ZERO_CHUNK_BYTES, this.#segmentBytes);
    if (wantedBytes > this.#wantedBytes) this.#wantedBytes = wantedBytes;
    this.#working ??= this.#work().then(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  /** The next segment, blank and durable; waits for it when it is not ready. */
  async take(): Promise<Segment> {
    while (this.#ready === undefined) await this.prepare(this.#segmentBytes);
    const segment = this.#ready;
    this.#ready = undefined;
    this.#segmentIndex++;
    this.#zeroBytes = 0;
    this.#wantedBytes = 0;
    return segment;
  }

  /** Ends preparation after the write under way. Nothing is taken after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working?.catch(() => {}); // prepare() told of it.
    this.#unfinished?.close();
    this.#ready?.file.close();
  }

  /** Runs until as much is done as is wanted. After a failure it stays failed. */
  async #work(): Promise<void> {
    while (this.#zeroBytes < this.#wantedBytes && !this.#stopped) await this.#writeChunk();
    if (this.#zeroBytes === this.#segmentBytes && this.#ready === undefined) await this.#finish();
  }

  async #writeChunk(): Promise<void> {
    const path = unfinishedPath(this.#directory, this.#segmentIndex);
    this.#unfinished ??= this.#disk.create(path);
    const endBytes = Math.min(this.#zeroBytes + ZERO_CHUNK_BYTES, this.#segmentBytes);
    await writeZeros(this.#unfinished, this.#zeroBytes, endBytes);
    this.#zeroBytes = endBytes;
  }

  async #finish(): Promise<void> {
    const segmentIndex = this.#segmentIndex;
    const path = segmentPath(this.#directory, segmentIndex);
    this.#unfinished?.close();
    this.#unfinished = undefined;
    this.#disk.rename(unfinishedPath(this.#directory, segmentIndex), path);
    await this.#disk.syncDirectory(this.#directory);
    const file = this.#disk.openToWrite(path);
    this.#ready = { segmentIndex, segmentBytes: this.#segmentBytes, file, endBytes: 0 };
  }
}

/** Writes zeros from `fromBytes` to `toBytes`, durably, in small writes. */
export async function writeZeros(
  file: BlockFile,
  fromBytes: number,
  toBytes: number,
): Promise<void> {
  for (let at = fromBytes; at < toBytes; at += ZERO_CHUNK_BYTES) {
    await file.write(ZEROS, 0, Math.min(ZERO_CHUNK_BYTES, toBytes - at), at);
    await file.sync();
  }
}
