// Snapshots on disk: files NNNNNNNNNNNNNNNN.snapshot beside the segments, named by their sequence.
// One is written under another name, read back and compared with its hash, and only then renamed;
// so what bears a snapshot's name was whole once. What happened to it later its hash tells.

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { SnapshotSource } from "../base/snapshot.ts";
import type { BlockFile, Disk } from "./disk.ts";
import { LOG_REMOVED, LogFailure, SNAPSHOT_NO_ROOM, snapshotDamaged } from "./log-failure.ts";
import {
  encodeSnapshotHeader,
  readSnapshotHeader,
  SNAPSHOT_HEADER_BYTES,
  type SnapshotFacts,
  type SnapshotHeader,
} from "./snapshot-header.ts";

/** Written durably piece by piece, so that a commit of the log waits for one piece at most. */
const CHUNK_BYTES = 256 * 1024;
const NAME_DIGITS = 16;
const NAME_PATTERN = /^(\d{16})\.snapshot$/;

export function snapshotPath(directory: string, sequence: number): string {
  return join(directory, `${String(sequence).padStart(NAME_DIGITS, "0")}.snapshot`);
}

/** Sequences of the snapshots present, whole or not, ascending. */
export function snapshotSequences(disk: Disk, directory: string): number[] {
  const sequences: number[] = [];
  for (const name of disk.names(directory)) {
    const match = NAME_PATTERN.exec(name);
    if (match !== null) sequences.push(Number(match[1]));
  }
  return sequences.sort((a, b) => a - b);
}

/**
 * Writes `parts` as the snapshot of `facts.sequence`; fulfilled once it was read back whole and is
 * durable under its name. Rejects as the disk fails, and with SNAPSHOT_NO_ROOM where less than
 * `logBytes` would stay free for the log; nothing is left behind then. The parts may be tables of a
 * living state: they may not change meanwhile.
 */
export async function writeSnapshot(
  disk: Disk,
  directory: string,
  facts: SnapshotFacts,
  parts: readonly Uint8Array[],
  logBytes: number,
): Promise<SnapshotHeader> {
  const path = snapshotPath(directory, facts.sequence);
  refuseWithoutRoom(disk, directory, bytesOf(parts), logBytes);
  const unfinished = `${path}.new`;
  const file = disk.create(unfinished);
  try {
    const header = await writeWhole(file, facts, parts);
    disk.rename(unfinished, path);
    await disk.syncDirectory(directory);
    return header;
  } catch (cause) {
    if (disk.exists(unfinished)) disk.remove(unfinished);
    throw cause;
  }
}

/** Closes the file in any case: removed and still open it would keep its room on a full disk. */
async function writeWhole(
  file: BlockFile,
  facts: SnapshotFacts,
  parts: readonly Uint8Array[],
): Promise<SnapshotHeader> {
  try {
    const { payloadBytes, payloadHash } = await writePayload(file, parts);
    const header = { ...facts, payloadBytes, payloadHash };
    await file.write(encodeSnapshotHeader(header), 0, SNAPSHOT_HEADER_BYTES, 0);
    await file.sync();
    verifyFile(file);
    return header;
  } finally {
    file.close();
  }
}

function bytesOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function refuseWithoutRoom(
  disk: Disk,
  directory: string,
  payloadBytes: number,
  logBytes: number,
): void {
  const neededBytes = SNAPSHOT_HEADER_BYTES + payloadBytes + logBytes;
  const freeBytes = disk.freeBytes(directory);
  if (freeBytes >= neededBytes) return;
  const expected = `${neededBytes} bytes free, for a snapshot and what the log needs next`;
  throw new LogFailure(SNAPSHOT_NO_ROOM, `${directory}: expected ${expected}, found ${freeBytes}`);
}

async function writePayload(file: BlockFile, parts: readonly Uint8Array[]) {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytesOf(parts)));
  let usedBytes = 0;
  let payloadBytes = 0;
  const flush = async (): Promise<void> => {
    hash.update(chunk.subarray(0, usedBytes));
    await file.write(chunk, 0, usedBytes, SNAPSHOT_HEADER_BYTES + payloadBytes);
    payloadBytes += usedBytes;
    usedBytes = 0;
  };
  for (const part of parts) {
    let at = 0;
    while (at < part.length) {
      const taken = part.subarray(at, at + chunk.length - usedBytes);
      chunk.set(taken, usedBytes);
      usedBytes += taken.length;
      at += taken.length;
      if (usedBytes === chunk.length) await flush();
    }
  }
  if (usedBytes > 0) await flush();
  return { payloadBytes, payloadHash: new Uint8Array(hash.digest()) };
}

/** When the last command in it was given; never, where its header cannot be read. */
export function snapshotTimeMicros(disk: Disk, path: string): number {
  const file = disk.openToRead(path);
  try {
    return readSnapshotHeader(file).timeMicros;
  } catch (failure) {
    if (failure instanceof LogFailure) return Number.POSITIVE_INFINITY;
    throw failure;
  } finally {
    file.close();
  }
}

/**
 * The header of a snapshot whose every byte was read and is as it was written. SNAPSHOT_DAMAGED,
 * LOG_VERSION; LOG_REMOVED where it is gone.
 */
export function verifySnapshot(disk: Disk, path: string): SnapshotHeader {
  const file = openSnapshot(disk, path);
  try {
    return verifyFile(file);
  } finally {
    file.close();
  }
}

/** A running exchange may remove it at any moment. */
function openSnapshot(disk: Disk, path: string): BlockFile {
  try {
    return disk.openToRead(path);
  } catch (cause) {
    throw disk.exists(path) ? cause : snapshotRemoved(path, cause);
  }
}

function snapshotRemoved(file: string, cause: unknown): LogFailure {
  const place = { file, offsetBytes: 0 };
  return new LogFailure(LOG_REMOVED, "expected a snapshot, found it removed", { place, cause });
}

function verifyFile(file: BlockFile): SnapshotHeader {
  const header = readSnapshotHeader(file);
  const place = { file: file.path, offsetBytes: SNAPSHOT_HEADER_BYTES };
  const sizeBytes = SNAPSHOT_HEADER_BYTES + header.payloadBytes;
  if (file.sizeBytes() !== sizeBytes) {
    throw snapshotDamaged(place, `${sizeBytes} bytes`, `${file.sizeBytes()}`);
  }
  const hash = createHash("sha256");
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, header.payloadBytes));
  for (let at = SNAPSHOT_HEADER_BYTES; at < sizeBytes; at += CHUNK_BYTES) {
    const length = file.read(chunk, 0, Math.min(CHUNK_BYTES, sizeBytes - at), at);
    hash.update(chunk.subarray(0, length));
  }
  if (hash.digest().equals(header.payloadHash)) return header;
  throw snapshotDamaged(place, "the bytes that were written", "others: their hash differs");
}

/** The state's bytes of the snapshot at `path`, for `load`, which must take all that it needs. */
export function readSnapshot(
  disk: Disk,
  path: string,
  header: SnapshotHeader,
  load: (source: SnapshotSource) => void,
): void {
  const file = disk.openToRead(path);
  let at = SNAPSHOT_HEADER_BYTES;
  try {
    load({
      byteLength: header.payloadBytes,
      read(target) {
        const length = file.read(target, 0, target.length, at);
        if (length < target.length) {
          throw snapshotDamaged(
            { file: path, offsetBytes: at },
            `${target.length} bytes`,
            `${length}`,
          );
        }
        at += target.length;
      },
    });
  } finally {
    file.close();
  }
}
