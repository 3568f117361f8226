// Small files with secrets: readable by their owner only, replaced whole or not at all.

import { chmodSync, closeSync, readFileSync } from "node:fs";
import { replaceFile } from "./append-file.ts";
import { withPath } from "./thrown.ts";

const OWNER_ONLY = 0o600;

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
