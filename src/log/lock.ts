// One writer a directory. The lock is a file `lock.N` that holds its owner's process id and start
// time; the highest N counts. A lock is never overwritten: who finds the owner gone creates
// `lock.N+1`, which the system lets only one process do, and removes the lower ones only then. So
// of two processes that find the same stale lock, one wins, and kill -9 leaves nothing to clean by
// hand. Two containers that share a directory do not see each other's processes: do not share one.
// A copy of the directory holds its lock too, and nobody has the copy open: so the lock also says
// which directory it is of.

import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { withPath } from "../ops/thrown.ts";
import { LOG_LOCKED, LogFailure } from "./log-failure.ts";

const LOCK_PATTERN = /^lock\.(\d+)$/;
/** Process id, start time, and the directory's identity, which earlier builds did not write. */
const OWNER_PATTERN = /^(\d+) (\S+)(?: (\S+))?\n$/;
const UNKNOWN_START = "-";

/** Takes the directory's lock and returns its release. Throws LOG_LOCKED with the owner's pid. */
export function acquireLock(directory: string): () => void {
  for (;;) {
    const generation = newestGeneration(directory);
    refuseLivingOwner(directory, generation);
    const mine = generation + 1;
    if (tryCreate(directory, mine) && newestGeneration(directory) === mine) {
      removeAllBut(directory, mine);
      // An empty lock is free. The file stays, so that generations never repeat.
      return () => fs.truncateSync(join(directory, `lock.${mine}`), 0);
    }
  }
}

/** Whether a process has the directory's lock. Changes nothing. */
export function isLocked(directory: string): boolean {
  return livingOwner(directory, newestGeneration(directory)) !== undefined;
}

function newestGeneration(directory: string): number {
  let newest = 0;
  for (const name of fs.readdirSync(directory)) {
    const match = LOCK_PATTERN.exec(name);
    if (match !== null) newest = Math.max(newest, Number(match[1]));
  }
  return newest;
}

function refuseLivingOwner(directory: string, generation: number): void {
  const pid = livingOwner(directory, generation);
  if (pid === undefined) return;
  const path = join(directory, `lock.${generation}`);
  const message = `expected a log directory that no process has open, found it open in pid ${pid}`;
  throw new LogFailure(LOG_LOCKED, message, { place: { file: path, offsetBytes: 0 } });
}

/** The process that has this lock; undefined where none has, as of generation 0. */
function livingOwner(directory: string, generation: number): number | undefined {
  const owner = OWNER_PATTERN.exec(readIfPresent(join(directory, `lock.${generation}`)));
  if (owner === null) return undefined; // Free, or unfinished when the power went.
  const isCopied = owner[3] !== undefined && owner[3] !== identityOf(directory);
  if (isCopied) return undefined;
  const pid = Number(owner[1]);
  const startTime = startTimeOf(pid);
  if (startTime === undefined) return undefined;
  const isOther = startTime !== UNKNOWN_START && startTime !== owner[2]; // The id was given again.
  return isOther ? undefined : pid;
}

/** Creates the lock with its content in one step; false when another process was faster. */
function tryCreate(directory: string, generation: number): boolean {
  const unfinished = join(directory, `lock.${randomUUID()}.new`);
  const startTime = startTimeOf(process.pid) ?? UNKNOWN_START;
  writeNamed(unfinished, `${process.pid} ${startTime} ${identityOf(directory)}\n`);
  try {
    fs.linkSync(unfinished, join(directory, `lock.${generation}`));
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST" || code === "ENOENT") return false; // ENOENT: the winner cleaned up.
    throw error;
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
}

function writeNamed(path: string, text: string): void {
  try {
    fs.writeFileSync(path, text);
  } catch (error) {
    throw withPath(error, path);
  }
}

function removeAllBut(directory: string, generation: number): void {
  for (const name of fs.readdirSync(directory)) {
    if (name.startsWith("lock.") && name !== `lock.${generation}`) {
      fs.rmSync(join(directory, name), { force: true });
    }
  }
}

/** The same under every path and after a rename; another one for a copy. */
function identityOf(directory: string): string {
  const { dev, ino } = fs.statSync(directory, { bigint: true });
  return `${dev}:${ino}`;
}

/**
 * When the process started, in a form that no other process of any boot has; undefined when it is
 * gone, "-" when it lives and the system does not say (no /proc).
 */
function startTimeOf(pid: number): string | undefined {
  const bootId = readIfPresent("/proc/sys/kernel/random/boot_id").trim();
  if (bootId === "") return lives(pid) ? UNKNOWN_START : undefined;
  const stat = readIfPresent(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; state is the first field after it, start the 20th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  if (state === "" || state === "Z" || state === "X") return undefined; // Gone, or killed.
  return `${bootId}:${fields[19]}`;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readIfPresent(path: string): string {
  try {
    return fs.readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw withPath(error, path);
  }
}
