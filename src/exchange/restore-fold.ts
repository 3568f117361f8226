// The newest usable snapshot of a log, loaded; or a fold at the log's beginning. Every byte is
// verified before any is loaded; a snapshot that is damaged or foreign is passed over and reported.

import { SnapshotReader, type SnapshotSource } from "../base/snapshot.ts";
import { Engine } from "../engine/engine.ts";
import type { EngineLimits } from "../engine/engine-limits.ts";
import type { Disk } from "../log/disk.ts";
import { LOG_DAMAGED, LOG_READ_FAILED, LogFailure, SNAPSHOT_FOREIGN } from "../log/log-failure.ts";
import { LOG_BEGINNING, type LogStart } from "../log/recovery.ts";
import {
  readSnapshot,
  snapshotPath,
  snapshotSequences,
  verifySnapshot,
} from "../log/snapshot-file.ts";
import type { SnapshotHeader } from "../log/snapshot-header.ts";
import { ExchangeFold, whyNotLoadable } from "./exchange-fold.ts";

/** Where the log is read from, to go on from a snapshot. */
export function startAfter(header: SnapshotHeader | undefined): LogStart {
  return header === undefined
    ? LOG_BEGINNING
    : { fromSequence: header.sequence + 1, after: header };
}

export type RestoredFold = {
  readonly fold: ExchangeFold;
  /** Of the snapshot that was loaded; undefined when the fold begins with the log. */
  readonly header: SnapshotHeader | undefined;
  /** Newer snapshots that could not be used. */
  readonly skipped: readonly LogFailure[];
};

/** The fold of the newest usable snapshot up to `sequenceMax`. */
export function restoreFold(
  directory: string,
  disk: Disk,
  limits: EngineLimits,
  sequenceMax: number = Number.MAX_SAFE_INTEGER,
): RestoredFold {
  const { header, skipped } = findSnapshot(directory, disk, limits, sequenceMax);
  const fold = new ExchangeFold(limits);
  if (header !== undefined) {
    loadSnapshot(directory, disk, header, (source) => fold.load(new SnapshotReader(source)));
  }
  return { fold, header, skipped };
}

/** As restoreFold, the engine alone: for a reader of the log that keeps no market data. */
export function restoreEngine(
  directory: string,
  disk: Disk,
  limits: EngineLimits,
  sequenceMax: number,
): Omit<RestoredFold, "fold"> & { readonly engine: Engine } {
  const { header, skipped } = findSnapshot(directory, disk, limits, sequenceMax);
  const engine = new Engine(limits);
  if (header !== undefined) {
    loadSnapshot(directory, disk, header, (source) => engine.load(new SnapshotReader(source)));
  }
  return { engine, header, skipped };
}

/** The newest snapshot up to `sequenceMax` that is whole and fits an engine of `limits`. */
export function findSnapshot(
  directory: string,
  disk: Disk,
  limits: EngineLimits,
  sequenceMax: number,
): { header: SnapshotHeader | undefined; skipped: readonly LogFailure[] } {
  const skipped: LogFailure[] = [];
  for (const sequence of snapshotSequences(disk, directory).reverse()) {
    if (sequence > sequenceMax) continue;
    const path = snapshotPath(directory, sequence);
    try {
      const header = verifySnapshot(disk, path);
      const difference = whyNotLoadable(header, limits);
      if (difference === "") return { header, skipped };
      const place = { file: path, offsetBytes: 0 };
      skipped.push(new LogFailure(SNAPSHOT_FOREIGN, difference, { place }));
    } catch (failure) {
      if (!(failure instanceof LogFailure)) throw failure;
      skipped.push(failure);
    }
  }
  return { header: undefined, skipped };
}

export function loadSnapshot(
  directory: string,
  disk: Disk,
  header: SnapshotHeader,
  load: (source: SnapshotSource) => void,
): void {
  readSnapshot(disk, snapshotPath(directory, header.sequence), header, load);
}

/** What is missing before the log may be in a snapshot that the disk could not read just now. */
export function unreadSnapshot(
  failure: unknown,
  skipped: readonly LogFailure[],
): LogFailure | undefined {
  if (!(failure instanceof LogFailure) || failure.code !== LOG_DAMAGED) return undefined;
  const unread = skipped.find(({ code }) => code === LOG_READ_FAILED);
  if (unread === undefined) return undefined;
  const message = `${unread.message}; without this snapshot: ${failure.message}`;
  return new LogFailure(LOG_READ_FAILED, message, { cause: unread });
}
