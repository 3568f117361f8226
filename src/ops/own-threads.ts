// The threads of this process as Linux sees them, by number and name, and the programs of the host
// that change how they run: Node has calls for neither.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export type OwnThread = { readonly tid: string; readonly name: string };

export function ownThreads(): OwnThread[] {
  return readdirSync("/proc/self/task").map((tid) => {
    return { tid, name: readFileSync(`/proc/self/task/${tid}/comm`, "latin1").trim() };
  });
}

/** Runs a program of the host; throws `expected` beside what the host says where it fails. */
export function runOnHost(program: string, args: readonly string[], expected: string): void {
  try {
    execFileSync(program, args, { stdio: "pipe" });
  } catch (cause) {
    const { code, stderr } = cause as { code?: string; stderr?: Buffer };
    const found = code ?? stderr?.toString().trim();
    throw new Error(`expected ${expected}, found ${found}`, { cause });
  }
}
