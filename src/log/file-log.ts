// hot path
// The command log in files. Two batches take turns: one gathers while the other is written, and
// when that write is done the next begins at once with all that has gathered. Quiet hours make
// small batches and short waits, busy ones large batches and full throughput; there is no timer.
//
// One write is under way at a time, so a crash can leave only the last block unfinished.

import { AssertionError, assert } from "../base/assert.ts";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { messageOf } from "../ops/thrown.ts";
import { BATCH_BLOCK_AT_BYTES, Batch } from "./batch.ts";
import { HEADER_BYTES, sealBlock } from "./block-layout.ts";
import type { CommandLog, DurableListener, FailureListener } from "./command-log.ts";
import { LOG_SEGMENT_FAILED, LOG_WRITE_FAILED, LogFailure } from "./log-failure.ts";
import { type Segment, writeSegmentHeader } from "./segment.ts";
import type { SegmentSupply } from "./segment-supply.ts";

export const BATCH_BYTES_MAX_DEFAULT = 4 * 1024 * 1024; // 65536 new orders: 0.1 s at full speed.

/** Where a log goes on. The epoch counts how often the directory was opened. */
export type LogPosition = {
  readonly instanceId: Uint8Array;
  readonly epoch: number;
  readonly lastSequence: number;
  /** Checksum of the last block, or of the segment's header where no block follows it yet. */
  readonly lastChecksum: number;
};

export class FileLog implements CommandLog {
  readonly #instanceId: Uint8Array;
  readonly #epoch: number;
  readonly #supply: SegmentSupply;
  readonly #release: () => void;
  readonly #durableListeners: DurableListener[] = [];
  readonly #failureListeners: FailureListener[] = [];
  #segment: Segment;
  #previousChecksum: number;
  #open: Batch;
  #spare: Batch;
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #appendedSequence: number;
  #durableSequence: number;
  #failure: LogFailure | undefined;

  /** `segment` is the one to go on in; `release` gives the directory's lock back. */
  constructor(
    position: LogPosition,
    segment: Segment,
    supply: SegmentSupply,
    batchBytesMax: number,
    release: () => void,
  ) {
    this.#instanceId = position.instanceId;
    this.#epoch = position.epoch;
    this.#appendedSequence = position.lastSequence;
    this.#durableSequence = position.lastSequence;
    this.#previousChecksum = position.lastChecksum;
    this.#segment = segment;
    this.#supply = supply;
    this.#release = release;
    this.#open = new Batch(batchBytesMax);
    this.#spare = new Batch(batchBytesMax);
    this.#prepareNextSegment();
  }

  get gathering(): RecordBuffer {
    return this.#open.records;
  }

  get appendedSequence(): number {
    return this.#appendedSequence;
  }

  get durableSequence(): number {
    return this.#durableSequence;
  }

  get failure(): LogFailure | undefined {
    return this.#failure;
  }

  onDurable(listener: DurableListener): void {
    this.#durableListeners.push(listener);
  }

  onFailure(listener: FailureListener): void {
    if (this.#failure === undefined) this.#failureListeners.push(listener);
    else listener(this.#failure);
  }

  tryAppend(
    record: RecordBuffer,
    offsetBytes: number,
    sequence: number,
    timeMicros: number,
  ): number {
    if (this.#failure !== undefined || this.#closing !== undefined) return -1;
    assert(sequence === this.#appendedSequence + 1, "sequences have no gap");
    const copyBytes = this.#open.tryAppend(record, offsetBytes, sequence, timeMicros);
    if (copyBytes >= 0) this.#appendedSequence = sequence;
    return copyBytes;
  }

  commit(): void {
    if (this.#writing !== undefined || this.#failure !== undefined || this.#open.isEmpty) return;
    const batch = this.#open;
    this.#open = this.#spare;
    this.#writing = this.#write(batch).then(
      () => this.#onWritten(batch),
      (cause) => this.#onWriteFailed(batch, cause),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#drainAndClose();
    return this.#closing;
  }

  /** Puts the batch at the end of the log; fulfilled once it is durable. */
  async #write(batch: Batch): Promise<void> {
    assert(batch.firstSequence === this.#durableSequence + 1, "batches are written in order");
    const { segmentBytes, endBytes } = this.#segment;
    // A blank segment was made for the largest batch.
    if (endBytes > 0 && endBytes + batch.blockBytes > segmentBytes) await this.#roll();
    const segment = this.#segment;
    const startsSegment = segment.endBytes === 0;
    if (startsSegment) this.#writeHeader(batch);
    const offsetBytes = startsSegment ? HEADER_BYTES : segment.endBytes;
    this.#seal(batch, offsetBytes);

    const fromBytes = startsSegment ? 0 : BATCH_BLOCK_AT_BYTES;
    const toBytes = batch.endBytes;
    await segment.file.write(batch.records.bytes, fromBytes, toBytes, segment.endBytes);
    await segment.file.sync();
    segment.endBytes = offsetBytes + batch.blockBytes;
    assert(segment.endBytes <= segment.segmentBytes, "a block lies in one segment");
  }

  #writeHeader(batch: Batch): void {
    this.#previousChecksum = writeSegmentHeader(batch.records, {
      segmentIndex: this.#segment.segmentIndex,
      firstSequence: batch.firstSequence,
      segmentBytes: this.#segment.segmentBytes,
      previousChecksum: this.#previousChecksum,
      epoch: this.#epoch,
      instanceId: this.#instanceId,
    });
  }

  #seal(batch: Batch, offsetBytes: number): void {
    const { records, endBytes, firstSequence, lastSequence } = batch;
    const place = {
      segmentIndex: this.#segment.segmentIndex,
      offsetBytes,
      previousChecksum: this.#previousChecksum,
      epoch: this.#epoch,
      instanceId: this.#instanceId,
    };
    this.#previousChecksum = sealBlock(
      records,
      BATCH_BLOCK_AT_BYTES,
      endBytes,
      firstSequence,
      lastSequence,
      place,
    );
  }

  async #roll(): Promise<void> {
    const next = await this.#supply.take();
    this.#segment.file.close();
    this.#segment = next;
  }

  #prepareNextSegment(): void {
    this.#supply.prepare(this.#segment.endBytes).catch((cause) => {
      if (cause instanceof AssertionError) throw cause; // A bug is not the disk's.
      const message = `expected a blank segment after the one in use, found ${messageOf(cause)}`;
      this.#fail(new LogFailure(LOG_SEGMENT_FAILED, message, { cause }));
    });
  }

  #onWritten(batch: Batch): void {
    this.#writing = undefined;
    if (this.#failure !== undefined) return; // The next segment failed meanwhile: that was final.
    const durableSequence = batch.lastSequence;
    this.#durableSequence = durableSequence;
    batch.clear();
    this.#spare = batch;
    this.#prepareNextSegment();
    this.commit(); // First the next write, then the listeners: the disk works while the acks leave.
    for (const listener of this.#durableListeners) listener(durableSequence);
  }

  #onWriteFailed(batch: Batch, cause: unknown): void {
    if (cause instanceof AssertionError) throw cause; // A bug is not the disk's.
    this.#writing = undefined;
    const sequences = `sequences ${batch.firstSequence} to ${batch.lastSequence}`;
    const message = `expected ${sequences} to become durable, found ${messageOf(cause)}`;
    const place = { file: this.#segment.file.path, offsetBytes: this.#segment.endBytes };
    this.#fail(new LogFailure(LOG_WRITE_FAILED, message, { place, cause }));
  }

  #fail(failure: LogFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    for (const listener of this.#failureListeners) listener(failure);
  }

  async #drainAndClose(): Promise<void> {
    this.commit();
    while (this.#writing !== undefined) await this.#writing; // Each begins the next.
    await this.#supply.stop();
    this.#segment.file.close();
    this.#release();
  }
}
