// The files of a folder, read once: whoever serves them looks names up in a map and never builds a
// path from what a client sent.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export type FileTree = ReadonlyMap<string, Uint8Array>;

/** A built page is a few files; more means that somebody named the wrong folder. */
export const TREE_FILES_MAX = 2000;
export const TREE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Contents by name relative to `directory`, "/" between folders; undefined when there is no such
 * folder. Links are not followed. Throws beyond TREE_FILES_MAX or TREE_BYTES_MAX.
 */
export function readFileTree(directory: string): FileTree | undefined {
  const tree = new Map<string, Uint8Array>();
  let totalBytes = 0;
  for (const path of filePathsIn(directory) ?? []) {
    const contents = readFileSync(path);
    totalBytes += contents.length;
    if (tree.size >= TREE_FILES_MAX || totalBytes > TREE_BYTES_MAX) {
      throw new Error(
        `${directory}: expected ${TREE_FILES_MAX} files or ${TREE_BYTES_MAX} bytes, found more`,
      );
    }
    tree.set(relative(directory, path).split(sep).join("/"), contents);
  }
  return tree.size === 0 ? undefined : tree;
}

function filePathsIn(directory: string): string[] | undefined {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Contents of one file that a package ships, found from the URL import.meta.resolve gives. */
export function readFileAt(url: string): Uint8Array {
  return readFileSync(new URL(url));
}
