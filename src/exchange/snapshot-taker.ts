// Takes snapshots beside a running exchange, from the log on disk alone: a fold of its own follows
// the log to a durable sequence and is written there. The exchange's loop never waits for it. It
// lives in a thread (cli/snapshot-thread.ts); here is what it does, whoever gives it time.

import type { EngineLimits } from "../engine/engine-limits.ts";
import type { Disk } from "../log/disk.ts";
import { LogReader } from "../log/log-reader.ts";
import { type Removed, type RetentionLimits, retain } from "../log/retention.ts";
import { writeSnapshot } from "../log/snapshot-file.ts";
import type { Clock } from "../ops/clock.ts";
import type { ExchangeFold } from "./exchange-fold.ts";
import { restoreFold, startAfter } from "./restore-fold.ts";

export type SnapshotTakerOptions = {
  readonly directory: string;
  readonly disk: Disk;
  readonly limits: EngineLimits;
  readonly retention: RetentionLimits;
  readonly clock: Clock;
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

  /** Begins at the newest usable snapshot. */
  constructor(options: SnapshotTakerOptions) {
    const { directory, disk, limits } = options;
    const { fold, header } = restoreFold(directory, disk, limits);
    const { fromSequence, after } = startAfter(header);
    this.#options = options;
    this.#fold = fold;
    this.#reader = new LogReader(directory, fromSequence, disk, after);
  }

  /**
   * Writes a snapshot of the last block up to `durableSequence` and removes what the limits allow;
   * every other reader of the log that starts anew has `readersSequence` behind it. Rejects as the
   * disk fails, and may be called again then.
   */
  async take(durableSequence: number, readersSequence: number): Promise<TakenSnapshot> {
    const { directory, disk, retention, clock } = this.#options;
    this.#follow(durableSequence);
    const { header, lastChecksum } = this.#reader.end;
    const instanceId = header?.instanceId ?? new Uint8Array();
    const { facts, parts } = this.#fold.save({ instanceId, blockChecksum: lastChecksum });
    const { sequence, stateHash, payloadBytes } = await writeSnapshot(
      disk,
      directory,
      facts,
      parts,
    );
    const needs = { readersSequence, nowMicros: clock.nowMicros() };
    const removed = await retain(disk, directory, sequence, retention, needs);
    return { sequence, payloadBytes, stateHash, removed };
  }

  close(): void {
    this.#reader.close();
  }

  #follow(durableSequence: number): void {
    for (;;) {
      const block = this.#reader.next(durableSequence);
      if (block === undefined) return;
      this.#fold.applyBlock(block);
    }
  }
}
