// Small files with secrets: readable by their owner only, replaced whole or not at all, and changed
// by one process at a time.

import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "./append-file.ts";
import { withPath } from "./thrown.ts";

const OWNER_ONLY = 0o600;
const LOOK_MILLIS = 20;
/** Whoever changes the file needs milliseconds: a lock of this age is one of a crash. */
const LOCK_MILLIS_MAX = 5000;

/** Text of the file, or undefined when there is none. Mends its permissions. */
export function readPrivateFile(path: string): string | undefined {
  try {
    const text = readFileSync(path, "utf8");
    chmodSync(path, OWNER_ONLY);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw withPath(error, path);
  }
}

/** Writes a new file beside `path`, makes it durable and puts it in the place of `path`. */
export function writePrivateFile(path: string, text: string): void {
  closeSync(replaceFile(path, text));
}

/** Does `change`, which reads the file and writes it, while no other process changes it. */
export function changeAlone<Result>(path: string, change: () => Result): Result {
  const lockPath = `${path}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  while (!tryCreate(lockPath)) {
    if (ageMillisOf(lockPath) > LOCK_MILLIS_MAX) rmSync(lockPath, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MILLIS);
  }
  try {
    return change();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

/** False where it is there. */
function tryCreate(path: string): boolean {
  try {
    closeSync(openSync(path, "wx", OWNER_ONLY));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw withPath(error, path);
  }
}

function ageMillisOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 0 : Date.now() - stats.mtimeMs;
}
