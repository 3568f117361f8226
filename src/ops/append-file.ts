// Small files that only grow, line by line, until they are written anew. A line is in the file when
// append() returns and outlives the process; sync() makes it outlive the machine.

import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o600;

export class AppendFile {
  readonly #path: string;
  #descriptor: number;

  /** Writes `text` in the place of what there was, durably, and goes on behind it. */
  constructor(path: string, text: string) {
    this.#path = path;
    this.#descriptor = replaceFile(path, text);
  }

  append(line: string): void {
    writeSync(this.#descriptor, line);
  }

  sync(): void {
    fdatasyncSync(this.#descriptor);
  }

  /** As the constructor: all or nothing, also in a crash. */
  replace(text: string): void {
    closeSync(this.#descriptor);
    this.#descriptor = replaceFile(this.#path, text);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Text of the file, "" where there is none. */
export function readAppended(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** Returns the new file's descriptor, open for more. */
function replaceFile(path: string, text: string): number {
  mkdirSync(dirname(path), { recursive: true });
  const draftPath = `${path}.new`;
  const descriptor = openSync(draftPath, "w", OWNER_ONLY);
  writeSync(descriptor, text);
  fsyncSync(descriptor);
  renameSync(draftPath, path);
  syncDirectory(dirname(path));
  return descriptor;
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Names of the files in a directory; none where there is no such directory. */
export function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
