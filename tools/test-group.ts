// Which test files share a process. To start Node and to load and compile the same modules again
// costs more than most files' tests, so those of a folder are run by one process.

import { readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "./project-files.ts";

/** Files of one folder of these; the others start real venues, or measure for long. */
const SHARING = /^(src|web|test\/(data|model|sim))\//;

/** What a test may not share: hooks of the whole file, and a heap that is looked at. */
const OF_ITS_PROCESS = /^(before|after)(Each)?\(|\.memoryUsage\(|\bgc\(/m;

/** Each list in the order in which its groups begin. */
export type TestGroups = { readonly ofProcesses: string[][]; readonly ofRooms: string[][] };

/** Rooms whose tests take longest: they begin first, so that none is left alone at the end. */
const LONGEST = ["src/cli", "src/lab/bench", "src/store"];

export function groupsOf(files: readonly string[]): TestGroups {
  const ofProcesses: string[][] = [];
  const rooms = new Map<string, string[]>();
  for (const file of files) {
    if (!SHARING.test(file)) ofProcesses.push([file]);
    else {
      const key = canShare(file) ? path.dirname(file) : file;
      rooms.set(key, [...(rooms.get(key) ?? []), file]);
    }
  }
  const longest = [...rooms].filter(([key]) => LONGEST.includes(key));
  // From z to a: what computes much (web, test/sim, test/model) before the small rooms.
  const others = [...rooms].filter(([key]) => !LONGEST.includes(key)).reverse();
  return { ofProcesses, ofRooms: [...longest, ...others].map(([, group]) => group) };
}

function canShare(file: string): boolean {
  return SHARING.test(file) && !OF_ITS_PROCESS.test(readFileSync(path.join(ROOT, file), "utf8"));
}
