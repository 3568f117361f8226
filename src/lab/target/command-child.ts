// A command of the user's that the lab starts: a program, a script that starts one, a shell's line,
// or something that goes into the background. It is a group of its own; all that came of it ends
// with it, and of all that the process is watched that listens.

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { SocketAddress } from "../load/load-options.ts";
import { isListeningOn } from "../watch/listening-ports.ts";
import { addressText, endOf, STOP_MILLIS_MAX } from "./child.ts";
import { commandLineOf, familyOf, MARK, processTable } from "./process-family.ts";
import { TargetFailure } from "./target-failure.ts";

export type CommandChild = {
  readonly pid: number;
  /** How the command ended by itself, with the last that it said; undefined while it runs. */
  ending(): string | undefined;
  /** The process to watch, and why that one. */
  watched(address: SocketAddress | undefined): Watched;
  /** SIGTERM to all, then SIGKILL; resolves when they are gone. */
  stop(): Promise<void>;
};

export type Watched = { readonly pid: number; readonly why: string };

const POLL_MILLIS = 20;
const SAID_CHARACTERS = 2000;
const SAID_LINES = 3;

export function startCommandChild(command: string): CommandChild {
  const mark = randomUUID();
  const child = spawn("/bin/sh", ["-c", isOneProgram(command) ? `exec ${command}` : command], {
    detached: true,
    env: { ...process.env, [MARK]: mark },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit").catch(() => undefined);
  child.on("error", () => undefined); // Told by the pid that is missing.
  const { pid } = child;
  if (pid === undefined) throw new TargetFailure(`/bin/sh did not start for: ${command}`);
  let said = "";
  let isStopping = false;
  let watchedPid: number | undefined;
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-SAID_CHARACTERS);
    process.stderr.write(chunk);
  });
  const killAtExit = (): void => signalAll(all(), "SIGKILL");
  process.on("exit", killAtExit);

  /** One that left the family is known by what it listens on. */
  function all(): number[] {
    const family = familyOf(Number(pid), mark);
    const isOther = watchedPid !== undefined && !family.includes(watchedPid);
    return isOther && isLiving(watchedPid) ? [...family, Number(watchedPid)] : family;
  }

  function ending(): string | undefined {
    if (isStopping) return undefined;
    const end = endOf(child);
    const last = said.trim().split("\n").slice(-SAID_LINES).join(" / ");
    const words = last === "" ? "" : `; it said: ${last}`;
    // A command whose last part is an engine in the background has only done its work.
    if (end !== undefined && (end !== "code 0" || all().length === 0)) {
      return `the command ended with ${end}${words}`;
    }
    if (watchedPid === undefined || isLiving(watchedPid)) return undefined;
    return `process ${watchedPid}, which listened, is gone${words}`;
  }

  return {
    pid,
    ending,
    watched(address) {
      const found = watchedOf(pid, familyOf(pid, mark), address);
      watchedPid = found.pid;
      return found;
    },
    async stop() {
      isStopping = true;
      await endAll(all);
      if (endOf(child) === undefined) await exited; // Dead, and about to be told.
      process.off("exit", killAtExit);
      child.stderr.destroy();
    },
  };
}

/** Then no shell need wait for it. Variables, `cd` and others of a shell's words may not follow. */
function isOneProgram(command: string): boolean {
  return !/[;&|<>()\n]/.test(command) && !/^\s*(\w+=|cd\b|exec\b)/.test(command);
}

async function endAll(all: () => number[]): Promise<void> {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const deadline = performance.now() + STOP_MILLIS_MAX;
    signalAll(all(), signal);
    for (; all().length > 0 && performance.now() < deadline; await wait(POLL_MILLIS)) {
      if (signal === "SIGKILL") signalAll(all(), signal); // Those that came meanwhile.
    }
  }
  for (const pid of all()) {
    process.stderr.write(`left running: process ${pid} (${commandLineOf(pid)})\n`);
  }
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone meanwhile.
    }
  }
}

function isLiving(pid: number | undefined): boolean {
  return processTable().some((row) => row.pid === pid);
}

/** Of several that listen in one place the last: the first is who started the others. */
function watchedOf(
  pid: number,
  family: readonly number[],
  address: SocketAddress | undefined,
): Watched {
  if (address === undefined) return lastOf(pid, family);
  const listening = family.filter((each) => isListeningOn(each, address));
  const where = addressText(address);
  const found = listening.at(-1);
  if (found !== undefined) {
    const many = listening.length > 1 ? `, the last of ${listening.length} that do` : "";
    const by = found === pid ? "the command itself" : `started by the command (process ${pid})`;
    return { pid: found, why: `process ${found} listens on ${where}${many}: ${by}` };
  }
  const other = processTable().find((row) => isListeningOn(row.pid, address));
  if (other !== undefined) {
    const why = `process ${other.pid} listens on ${where}: found by its socket`;
    return { pid: other.pid, why };
  }
  return { pid, why: `process ${pid}, the command itself: who listens on ${where} is not visible` };
}

/** Where nobody is known to listen: what the shells and scripts started last. */
function lastOf(pid: number, family: readonly number[]): Watched {
  const rows = processTable().filter((row) => family.includes(row.pid));
  const leaf = rows.findLast((row) => !rows.some(({ parent }) => parent === row.pid));
  const found = leaf?.pid ?? pid;
  return { pid: found, why: `process ${found}, the last that the command started` };
}
