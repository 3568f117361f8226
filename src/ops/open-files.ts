// How many files this process may have open, sockets among them: `ulimit -n`. Node has raised the
// soft limit to the hard one by now.

import { readFileSync } from "node:fs";

const LIMITS = "/proc/self/limits";
const OPEN_FILES = /^Max open files +(\d+)/m;

/** Infinity where the system does not say. */
export function openFilesMax(): number {
  try {
    return Number(OPEN_FILES.exec(readFileSync(LIMITS, "utf8"))?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
