// All processes that came of one command: its group, its descendants, and whoever inherited the
// mark that it was started with, also one that went into the background by itself. From /proc;
// where there is none, nobody is found.

import { readdirSync, readFileSync } from "node:fs";

/** A variable of the command's environment; its value is one of a kind. */
export const MARK = "OUTCRY_LAB_TARGET";

type Row = { readonly pid: number; readonly parent: number; readonly group: number };

/** Living ones, the lowest pid first. `pid`: of the command, the leader of its group. */
export function familyOf(pid: number, mark: string): number[] {
  const rows = processTable();
  const family = new Set([pid]);
  for (const row of rows) {
    if (row.group === pid || isMarked(row.pid, mark)) family.add(row.pid);
  }
  return withDescendants(rows, family);
}

/** A child may have a lower number than its parent: again until nobody is new. */
function withDescendants(rows: readonly Row[], family: Set<number>): number[] {
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const row of rows) if (family.has(row.parent)) family.add(row.pid);
  }
  return rows.map((row) => row.pid).filter((each) => family.has(each));
}

/**
 * The processes that work together with this one, the lowest pid first: what the same command
 * started, else its descendants. Itself alone where the lab is among those.
 */
export function workersOf(pid: number): number[] {
  const mark = new RegExp(`(?:^|\0)${MARK}=([^\0]*)`).exec(readOrNothing(`/proc/${pid}/environ`));
  const family = mark === null ? descendantsOf(pid) : [...familyOf(pid, mark[1]), pid];
  return family.includes(process.ppid) || family.includes(process.pid)
    ? [pid]
    : [...new Set(family)];
}

function descendantsOf(pid: number): number[] {
  const rows = processTable();
  return [pid, ...withDescendants(rows, new Set([pid])).filter((each) => each !== pid)];
}

/** Every process that is not a zombie, but this one. */
export function processTable(): Row[] {
  return pids().flatMap((pid) => {
    const stat = readOrNothing(`/proc/${pid}/stat`);
    // After the name, which stands in parentheses and may hold anything.
    const [state = "Z", parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const isLiving = state !== "Z" && state !== "X" && stat !== "" && pid !== process.pid;
    return isLiving ? [{ pid, parent: Number(parent), group: Number(group) }] : [];
  });
}

function pids(): number[] {
  try {
    const names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return names.map(Number).toSorted((a, b) => a - b);
  } catch {
    return [];
  }
}

function isMarked(pid: number, mark: string): boolean {
  return readOrNothing(`/proc/${pid}/environ`).includes(`${MARK}=${mark}\0`);
}

/** "sh -c ./start.sh", cut; "" where it cannot be read. */
export function commandLineOf(pid: number): string {
  return readOrNothing(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim().slice(0, 100);
}

/** Gone, or not ours to see. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
