// Real-time priority (SCHED_FIFO) for the threads that an order waits for: they have a core as soon
// as they wake, whoever else computes (docs/decisions/0031). Node has no call for it; chrt of
// util-linux has. What these threads start later is ordinary: history and snapshots yield to them.

import { ownThreads, runOnHost } from "./own-threads.ts";

const NEEDED = "chrt (util-linux) and the right to real-time priority (CAP_SYS_NICE)";
const MAIN_PRIORITY = 10;
/** By the names that Node gives its threads. */
const WORKER_PRIORITIES: Readonly<Record<string, number>> = {
  "libuv-worker": 11, // Writes the log: short work that all others wait for.
  V8Worker: 5, // Compiles and collects garbage for the main thread, which may wait for it.
};

/** Gives it to this process; throws what the host says where it does not. */
export function makeRealTime(): void {
  if (process.platform !== "linux") {
    throw new Error(`expected Linux for real-time priority, found ${process.platform}`);
  }
  for (const { tid, name } of ownThreads()) {
    const isMain = Number(tid) === process.pid;
    const priority = isMain ? MAIN_PRIORITY : WORKER_PRIORITIES[name];
    if (priority === undefined) continue;
    runOnHost("chrt", ["--reset-on-fork", "--fifo", "--pid", String(priority), tid], NEEDED);
  }
}
