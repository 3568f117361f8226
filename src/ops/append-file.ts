// Small files that only grow, line by line, until they are written anew: a seam, and the files of
// the system behind it. A line is in the file when append() returns and outlives the process;
// sync() makes it outlive the machine. Everything here throws where the disk does not take it.

import {
  closeSync,
  fchmodSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { withPath } from "./thrown.ts";

export interface AppendFile {
  append(line: string): void;
  sync(): void;
  /** Writes `text` in the place of what there was, durably: all or nothing, also in a crash. */
  replace(text: string): void;
  close(): void;
}

export interface AppendFiles {
  /** As replace(), also where there was nothing; goes on behind `text`. */
  open(path: string, text: string): AppendFile;
  /** Text of the file, "" where there is none. */
  read(path: string): string;
  /** Of the files in a directory; none where there is no such directory. */
  names(directory: string): readonly string[];
}

const OWNER_ONLY = 0o600;

export const systemAppendFiles: AppendFiles = {
  open: (path, text) => new SystemAppendFile(path, text),
  read: (path) => unlessMissing(() => readFileSync(path, "utf8")) ?? "",
  names: (directory) => unlessMissing(() => readdirSync(directory)) ?? [],
};

class SystemAppendFile implements AppendFile {
  readonly #path: string;
  #descriptor: number;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#descriptor = replaceFile(path, text);
  }

  append(line: string): void {
    writeFileSync(this.#descriptor, line); // To its end, or it throws: writeSync may write a part.
  }

  sync(): void {
    fdatasyncSync(this.#descriptor);
  }

  replace(text: string): void {
    const before = this.#descriptor;
    this.#descriptor = replaceFile(this.#path, text);
    closeSync(before); // Only now: where the new one failed, this one is still open.
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Puts a durable new file in the place of `path`, whole or, where it throws, not at all. Returns
 * its descriptor, open for more.
 */
export function replaceFile(path: string, text: string): number {
  mkdirSync(dirname(path), { recursive: true });
  const draftPath = `${path}.new`;
  const descriptor = openSync(draftPath, "w", OWNER_ONLY);
  try {
    fchmodSync(descriptor, OWNER_ONLY); // A draft left by a crash kept its own mode.
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
    renameSync(draftPath, path);
    syncDirectory(dirname(path));
  } catch (error) {
    closeSync(descriptor);
    rmSync(draftPath, { force: true }); // It takes space, and there may be none left.
    throw withPath(error, path);
  }
  return descriptor;
}

function syncDirectory(directory: string): void {
  if (process.platform === "win32") return; // A directory cannot be opened there.
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unlessMissing<Found>(read: () => Found): Found | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
