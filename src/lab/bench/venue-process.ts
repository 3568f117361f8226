// A venue of our own to measure: the real process on a fresh directory, found by what it prints.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type VenueProcess = {
  readonly port: number;
  readonly key: string;
  readonly pid: number;
  /** Asks it to stop, waits for its end and removes its directory. */
  stop(): Promise<void>;
};

const URL_PATTERN = /http:\/\/[\w.[\]:]+:(\d+)/;
const KEY_PATTERN = /key[^:]*: (\S+)/i;

/** Starts `outcry start` without simulator in a temporary directory; rejects when it dies first. */
export async function startVenueProcess(): Promise<VenueProcess> {
  const directory = mkdtempSync(join(tmpdir(), "outcry-bench-"));
  const entry = process.argv[1] ?? "";
  const args = ["start", "--port", "0", "--no-simulator", "--data", directory];
  const child = spawn(process.execPath, [...process.execArgv, entry, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { port, key } = await announced(child);
  return {
    port,
    key,
    pid: child.pid ?? 0,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function announced(child: ChildProcess): Promise<{ port: number; key: string }> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`the venue ended with ${code}:\n${text}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const port = URL_PATTERN.exec(text)?.[1];
      const key = KEY_PATTERN.exec(text)?.[1];
      if (port !== undefined && key !== undefined) resolve({ port: Number(port), key });
    });
  });
}
