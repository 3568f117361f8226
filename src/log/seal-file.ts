// The seals of a log: `seals.jsonl` beside its segments, one a line, only ever added to. The last
// line may be torn; it is written anew then.

import { join } from "node:path";
import type { Disk } from "./disk.ts";
import { damaged } from "./log-failure.ts";
import { type Seal, type SealSigner, sealHash, sealText } from "./seal.ts";

export function sealsPath(directory: string): string {
  return join(directory, "seals.jsonl");
}

/**
 * All seals, oldest first. Throws LOG_DAMAGED for a line that is none, and where they do not
 * continue each other.
 */
export function readSeals(disk: Disk, directory: string): Seal[] {
  const path = sealsPath(directory);
  if (!disk.exists(path)) return [];
  const seals: Seal[] = [];
  let offsetBytes = 0;
  for (const line of wholeLines(disk, path)) {
    const seal = sealOf(line);
    if (seal === undefined) {
      throw damaged(
        { file: path, offsetBytes },
        `a seal as line ${seals.length + 1}`,
        "other text",
      );
    }
    const last = seals.at(-1);
    const previous = last === undefined ? "" : sealHash(last);
    const first = last === undefined ? seal.firstSequence : last.lastSequence + 1;
    if (seal.previous !== previous || seal.firstSequence !== first) {
      const expected = `a seal from sequence ${first} that follows ${previous || "none"}`;
      const found = `one from ${seal.firstSequence} that follows ${seal.previous || "none"}`;
      throw damaged({ file: path, offsetBytes }, expected, found);
    }
    seals.push(seal);
    offsetBytes += line.length + 1;
  }
  return seals;
}

/**
 * Throws LOG_DAMAGED unless the last of `seals` is as its owner signed it: the ones before are
 * vouched for by it.
 */
export function verifyLastSeal(
  directory: string,
  seals: readonly Seal[],
  signer: SealSigner,
): void {
  const seal = seals.at(-1);
  if (seal === undefined || signer.isOwn(seal)) return;
  const before = seals.slice(0, -1);
  const offsetBytes = before.reduce((sum, each) => sum + sealText(each).length + 1, 0);
  const expected = `line ${seals.length}, the seal of ${seal.lastSequence}, as this key signed it`;
  const found = "another text or another key's; with a new key begin a new file";
  throw damaged({ file: sealsPath(directory), offsetBytes }, expected, found);
}

/**
 * Throws LOG_DAMAGED where `seals` are not of the log `instanceId` (hexadecimal), or vouch for more
 * than it has, which ends with `lastSequence`.
 */
export function verifySealsOfLog(
  directory: string,
  seals: readonly Seal[],
  instanceId: string,
  lastSequence: number,
): void {
  const place = { file: sealsPath(directory), offsetBytes: 0 };
  const other = seals.find((seal) => seal.instanceId !== instanceId);
  if (other !== undefined) {
    const found = `one of ${other.instanceId}; begin a new file`;
    throw damaged(place, `seals of log ${instanceId} alone`, found);
  }
  const last = seals.at(-1)?.lastSequence ?? 0;
  if (last <= lastSequence) return;
  const found = `one up to ${last}: what it vouches for is missing`;
  throw damaged(place, `seals up to ${lastSequence} at most, where the log ends`, found);
}

/** Undefined for what is none, also where only the spelling differs from what was signed. */
function sealOf(line: string): Seal | undefined {
  try {
    const seal = JSON.parse(line) as Seal;
    return sealText(seal) === line ? seal : undefined;
  } catch {
    return undefined;
  }
}

/** Adds a seal behind the last whole one; fulfilled once it is durable. */
export async function appendSeal(disk: Disk, directory: string, seal: Seal): Promise<void> {
  const path = sealsPath(directory);
  const isNew = !disk.exists(path);
  const wholeBytes = isNew
    ? 0
    : wholeLines(disk, path).reduce((sum, line) => sum + line.length + 1, 0);
  const file = isNew ? disk.create(path) : disk.openToWrite(path);
  try {
    const bytes = Buffer.from(`${sealText(seal)}\n`);
    await file.write(bytes, 0, bytes.length, wholeBytes);
    await file.sync();
  } finally {
    file.close();
  }
  if (isNew) await disk.syncDirectory(directory);
}

function wholeLines(disk: Disk, path: string): string[] {
  const file = disk.openToRead(path);
  try {
    const bytes = Buffer.alloc(file.sizeBytes());
    file.read(bytes, 0, bytes.length, 0);
    return bytes.toString("latin1").split("\n").slice(0, -1);
  } finally {
    file.close();
  }
}
