// Finding the inspector of a Node process that runs already. SIGUSR1 opens it, and kills any other
// program: so it is sent only to a process that is Node by its file's name and that handles the
// signal (bit 9 of SigCgt).

import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { listeningPorts } from "../watch/listening-ports.ts";

const SIGUSR1_BIT = 0x200n;
const TRIES = 40;
const TRY_MILLIS = 50;

/** Whether the process may be sent SIGUSR1. */
export function isNodeProcess(pid: number): boolean {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`));
    return handlesInspectorSignal(program, readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}

export function handlesInspectorSignal(program: string, status: string): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return program === "node" && caught !== undefined && (BigInt(`0x${caught}`) & SIGUSR1_BIT) !== 0n;
}

/** The WebSocket's address, after opening the inspector of `pid`. Rejects for any other program. */
export async function openInspector(pid: number): Promise<string> {
  if (!isNodeProcess(pid)) throw new Error(`process ${pid} is not a Node that takes SIGUSR1`);
  const before = listeningPorts(pid);
  process.kill(pid, "SIGUSR1");
  for (let i = 0; i < TRIES; i++) {
    await wait(TRY_MILLIS);
    // Its own new port: on the usual one another process's inspector may listen.
    for (const port of listeningPorts(pid)) {
      const url = before.has(port) ? undefined : await inspectorUrl(port);
      if (url !== undefined) return url;
    }
  }
  throw new Error(`process ${pid} opened no inspector`);
}

/** Until nothing listens at the inspector's address, or two seconds of a process that computes. */
export async function untilInspectorClosed(pid: number, url: string): Promise<void> {
  const port = Number(new URL(url).port);
  for (let i = 0; i < TRIES && listeningPorts(pid).has(port); i++) await wait(TRY_MILLIS);
}

export async function inspectorUrl(port: number): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [page] = (await response.json()) as { webSocketDebuggerUrl?: string }[];
    return page?.webSocketDebuggerUrl;
  } catch {
    return undefined;
  }
}
