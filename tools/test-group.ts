// Which test files share a process. To start Node and to load and compile the same modules again
// costs more than most files' tests, so those of a folder are run by one process.

import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./project-files.ts";

/** Files of one folder of these; the others start real venues, or measure for long. */
const SHARING = /^(src|web|test\/(data|model|sim))\//;

/** What a test may not share: hooks of the whole file, and a heap that is looked at. */
const OF_ITS_PROCESS = /^(before|after)(Each)?\(|\.memoryUsage\(|\bgc\(/m;

/**
 * Groups of `files`, in the order in which they begin. From z to a: the long tests of the whole
 * exchange (`test/`) before the rooms, so that no long one is left alone at the end.
 */
export function groupsOf(files: readonly string[]): string[][] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const key = canShare(file) ? path.dirname(file) : file;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].reverse();
}

function canShare(file: string): boolean {
  return SHARING.test(file) && !OF_ITS_PROCESS.test(readFileSync(path.join(ROOT, file), "utf8"));
}
