// A venue of our own to measure: the real process on a fresh directory, found by what it prints.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newKey, writeKeys } from "../../gateway/keys.ts";

export type VenueProcess = {
  readonly port: number;
  readonly ouchPort: number;
  /** The key of account 1. */
  readonly key: string;
  /** Keys of accounts 1, 2, ... */
  readonly keys: readonly string[];
  readonly pid: number;
  /** Asks it to stop, waits for its end and removes its directory. */
  stop(): Promise<void>;
};

const URL_PATTERN = /http:\/\/[\w.[\]:]+:(\d+)/;
const OUCH_PATTERN = /OUCH.*port (\d+)/;

/**
 * Starts `outcry start` without simulator in a temporary directory, with keys for so many accounts;
 * rejects when it dies first.
 */
export async function startVenueProcess(accounts = 1): Promise<VenueProcess> {
  const directory = mkdtempSync(join(tmpdir(), "outcry-bench-"));
  const made = Array.from({ length: accounts }, (_, index) =>
    newKey({ accountId: index + 1, role: "trader" }),
  );
  writeKeys(
    join(directory, "keys.json"),
    made.map(({ key }) => key),
  );
  const keys = made.map(({ keyText }) => keyText);
  const entry = process.argv[1] ?? "";
  const ports = ["--port", "0", "--ouch-port", "0"];
  const args = ["start", ...ports, "--no-simulator", "--data", directory];
  const child = spawn(process.execPath, [...process.execArgv, entry, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { port, ouchPort } = await announced(child);
  return {
    port,
    ouchPort,
    key: keys[0] ?? "",
    keys,
    pid: child.pid ?? 0,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function announced(child: ChildProcess): Promise<{ port: number; ouchPort: number }> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`the venue ended with ${code}:\n${text}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const port = URL_PATTERN.exec(text)?.[1];
      const ouchPort = OUCH_PATTERN.exec(text)?.[1];
      if (port !== undefined && ouchPort !== undefined) {
        resolve({ port: Number(port), ouchPort: Number(ouchPort) });
      }
    });
  });
}
