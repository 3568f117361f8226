// Takes snapshots beside a running exchange, from the log on disk alone: a fold of its own follows
// the log to a durable sequence and is written there. The exchange's loop never waits for it. It
// lives in a thread (cli/snapshot-thread.ts); here is what it does, whoever gives it time.

import type { EngineLimits } from "../engine/engine-limits.ts";
import type { Disk } from "../log/disk.ts";
import { LOG_DAMAGED, LogFailure } from "../log/log-failure.ts";
import { type LogPoint, LogReader } from "../log/log-reader.ts";
import { type Removed, type RetentionLimits, retain } from "../log/retention.ts";
import type { Seal, SealSigner } from "../log/seal.ts";
import { readSeals, verifyLastSeal } from "../log/seal-file.ts";
import { writeSnapshot } from "../log/snapshot-file.ts";
import type { Clock } from "../ops/clock.ts";
import type { CommandListener, ExchangeFold } from "./exchange-fold.ts";
import { restoreFold, startAfter } from "./restore-fold.ts";
import { Sealer } from "./sealer.ts";

/** So many segments of the log must fit beside a snapshot: without the one trading goes on. */
const SEGMENTS_LEFT = 2;

export type SnapshotTakerOptions = {
  readonly directory: string;
  readonly disk: Disk;
  readonly limits: EngineLimits;
  readonly retention: RetentionLimits;
  readonly clock: Clock;
  /** Signs what was followed, where there is a key for it. */
  readonly signer?: SealSigner | undefined;
};

export type TakenSnapshot = {
  readonly sequence: number;
  readonly payloadBytes: number;
  readonly stateHash: string;
  readonly removed: Removed;
};

export class SnapshotTaker {
  readonly #options: SnapshotTakerOptions;
  readonly #fold: ExchangeFold;
  readonly #reader: LogReader;
  /** Where the snapshot ends that it began with; before the first block without one. */
  readonly #start: LogPoint;
  readonly #sealer: Sealer | undefined;
  #sealFailure: LogFailure | undefined;

  /**
   * Begins at the newest usable snapshot; where it seals, at one before what is to be sealed. Seals
   * that are damaged end sealing, not snapshots.
   */
  constructor(options: SnapshotTakerOptions) {
    const { directory, disk, limits, signer } = options;
    const sealed = this.#lastSeal(options);
    const { fold, header } = restoreFold(directory, disk, limits, sealed?.lastSequence);
    const { fromSequence, after } = startAfter(header);
    this.#options = options;
    this.#fold = fold;
    if (signer !== undefined && this.#sealFailure === undefined) {
      this.#sealer = new Sealer(disk, directory, signer, fold.sequence + 1);
    }
    this.#reader = new LogReader(directory, fromSequence, disk, after);
    this.#start = after ?? { instanceId: new Uint8Array(), blockChecksum: 0 };
  }

  #lastSeal({ directory, disk, signer }: SnapshotTakerOptions): Seal | undefined {
    if (signer === undefined) return undefined;
    try {
      const seals = readSeals(disk, directory);
      verifyLastSeal(directory, seals, signer);
      return seals.at(-1);
    } catch (failure) {
      if (!(failure instanceof LogFailure) || failure.code !== LOG_DAMAGED) throw failure;
      this.#sealFailure = failure;
      return undefined;
    }
  }

  readonly #onCommand: CommandListener = (records, offsetBytes) => {
    const { sequence, events } = this.#fold.engine;
    if (this.#sealer === undefined || sequence <= this.#sealer.sequence) return;
    this.#sealer.add(records, offsetBytes, events.words, events.endWord);
  };

  /**
   * Writes a snapshot of the last block up to `durableSequence` and removes what the limits allow;
   * every other reader of the log that starts anew has `readersSequence` behind it. Rejects as the
   * disk fails, and may be called again then.
   */
  async take(durableSequence: number, readersSequence: number): Promise<TakenSnapshot> {
    const { directory, disk, retention, clock } = this.#options;
    this.#follow(durableSequence);
    const { facts, parts } = this.#fold.save(this.#point);
    const { sequence, stateHash, payloadBytes } = await writeSnapshot(
      disk,
      directory,
      facts,
      parts,
      SEGMENTS_LEFT * (this.#reader.end.header?.segmentBytes ?? 0),
    );
    const sealedSequence = this.#sealer?.sealedSequence ?? sequence;
    const needs = {
      readersSequence: Math.min(readersSequence, sealedSequence),
      nowMicros: clock.nowMicros(),
    };
    const removed = await retain(disk, directory, sequence, retention, needs);
    return { sequence, payloadBytes, stateHash, removed };
  }

  /**
   * Signs the history up to `durableSequence`; undefined where nothing came since the last. Rejects
   * with LOG_DAMAGED where the seals before are not what was written.
   */
  async seal(durableSequence: number): Promise<Seal | undefined> {
    if (this.#sealFailure !== undefined) throw this.#sealFailure;
    this.#follow(durableSequence);
    const { header } = this.#reader.end;
    if (header === undefined) return undefined;
    const instanceId = Buffer.from(header.instanceId).toString("hex");
    return this.#sealer?.seal(instanceId, durableSequence, this.#options.clock.nowMicros());
  }

  get #point(): LogPoint {
    const { header, lastChecksum } = this.#reader.end;
    if (header === undefined) return this.#start; // Nothing was read behind it.
    return { instanceId: header.instanceId, blockChecksum: lastChecksum };
  }

  close(): void {
    this.#reader.close();
  }

  #follow(durableSequence: number): void {
    for (;;) {
      const block = this.#reader.next(durableSequence);
      if (block === undefined) return;
      this.#fold.applyBlock(block, this.#onCommand);
    }
  }
}
