// The files of this checkout that people write: what the fences inspect and the tests are found in.

import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** As .gitignore has it: made by tools, or by running the exchange. */
const MADE_FOLDERS = new Set([".git", "node_modules", "dist"]);
const MADE_ROOT_FOLDER = /^(data|dist-database|dist\.fresh-.*)$/;

/** Paths relative to `root`, with "/" between folders, sorted. Follows no symbolic links. */
export function listProjectFiles(root: string): string[] {
  const files: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!MADE_FOLDERS.has(entry.name) && !MADE_ROOT_FOLDER.test(name)) visit(name);
      } else if (entry.isFile()) {
        files.push(name);
      }
    }
  };
  visit("");
  return files.sort();
}
