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
  /** 0 where it was not asked for. */
  readonly grpcPort: number;
  /** The same. */
  readonly ouchUdpPort: number;
  /** The same. */
  readonly fixPort: number;
  /** The key of account 1. */
  readonly key: string;
  /** Keys of accounts 1, 2, ... */
  readonly keys: readonly string[];
  readonly pid: number;
  /** The last command that it applied. */
  sequence(): Promise<number>;
  /**
   * Kills it and removes its directory: what its history has still to write, a minute's work after
   * a burst, is for nobody.
   */
  stop(): Promise<void>;
};

/** Comes last, when everything is open. */
const URL_PATTERN = /http:\/\/[\w.[\]:]+:(\d+)/;
const OUCH_PATTERN = /OUCH.*TCP.*port (\d+)/;
const OUCH_UDP_PATTERN = /OUCH.*UDP.*port (\d+)/;
const FIX_PATTERN = /FIX.*port (\d+)/;
const GRPC_PATTERN = /gRPC.*port (\d+)/;

/** Each waits for two seconds. */
const HISTORY_QUESTIONS_MAX = 60;

/**
 * Starts `outcry start` without simulator in a fresh directory in `root`, with keys for so many
 * accounts and `options` more; rejects when it dies first. `entry`: the command line's file, where
 * another program asks.
 */
export async function startVenueProcess(
  accounts = 1,
  options: readonly string[] = [],
  entry = process.argv[1] ?? "",
  root = tmpdir(),
): Promise<VenueProcess> {
  const directory = mkdtempSync(join(root, "outcry-bench-"));
  const made = Array.from({ length: accounts }, (_, index) =>
    newKey({ accountId: index + 1, role: "trader" }),
  );
  writeKeys(
    join(directory, "keys.json"),
    made.map(({ key }) => key),
  );
  const keys = made.map(({ keyText }) => keyText);
  const ports = ["--port", "0", "--ouch-port", "0", ...options];
  const args = ["start", ...ports, "--no-simulator", "--data", directory];
  const child = spawn(process.execPath, [...process.execArgv, entry, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const text = await announced(child);
  const port = portIn(text, URL_PATTERN);
  await historyOpen(port, keys[0] ?? "");
  return {
    port,
    ouchPort: portIn(text, OUCH_PATTERN),
    grpcPort: portIn(text, GRPC_PATTERN),
    fixPort: portIn(text, FIX_PATTERN),
    ouchUdpPort: portIn(text, OUCH_UDP_PATTERN),
    key: keys[0] ?? "",
    keys,
    pid: child.pid ?? 0,
    async sequence() {
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      return ((await response.json()) as { sequence: number }).sequence;
    },
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What it prints up to and with the line that says it is open. */
function announced(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`the venue ended with ${code}:\n${text}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (URL_PATTERN.test(text)) resolve(text);
    });
  });
}

/** The history opens behind trading, with seconds of processor time: none of what is measured. */
async function historyOpen(port: number, key: string): Promise<void> {
  for (let asked = 0; asked < HISTORY_QUESTIONS_MAX; asked++) {
    const headers = { authorization: `Bearer ${key}` };
    const { ok } = await fetch(`http://127.0.0.1:${port}/history/orders`, { headers });
    if (ok) return;
  }
  throw new Error("expected a history that answers, found none");
}

function portIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
