// A version of the engine in a process of its own (version-process.ts), asked and answered a line
// at a time.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { encodeLap } from "../load/lab-record.ts";
import { lapOf } from "../load/lap-source.ts";
import { USUAL_MIX } from "../load/mix.ts";
import type { CpuProfile } from "../profile/cpu-profile.ts";

export type VersionOptions = {
  /** The folder of its build. */
  readonly dist: string;
  readonly warmUpLaps: number;
  readonly lapCommands: number;
  /** With V8's profiler on, for `profile`. */
  readonly isSampled?: boolean;
  /** Of Node, beside those of this process. */
  readonly nodeFlags?: readonly string[];
  /** A program with its arguments that runs Node; none: Node itself. */
  readonly under?: readonly string[];
};

export type Version = {
  readonly pid: number;
  /** Of a lap; the hash is that of all its answers. */
  readonly orders: number;
  readonly sha256: string;
  /** Processor time an order, over so many laps. */
  time(laps: number): Promise<number>;
  count(laps: number): Promise<void>;
  /** Of all laps since the warm-up. */
  profile(): Promise<CpuProfile>;
  end(): Promise<void>;
};

const INSTRUMENT = 1;

export async function startVersion(options: VersionOptions): Promise<Version> {
  const { dist, warmUpLaps, lapCommands, nodeFlags = [], under = [], isSampled = false } = options;
  const folder = mkdtempSync(join(tmpdir(), "outcry-version-"));
  const requestsPath = join(folder, "requests");
  const lap = lapOf({ kind: "mix", mix: { ...USUAL_MIX, commands: lapCommands } });
  writeFileSync(requestsPath, encodeLap(lap, INSTRUMENT));
  const script = fileURLToPath(workerUrl(import.meta.url, "version-process"));
  const [program, ...args] = [
    ...under,
    process.execPath,
    ...process.execArgv,
    ...nodeFlags,
    script,
    dist,
    requestsPath,
    String(warmUpLaps),
    ...(isSampled ? ["sampled"] : []),
  ];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = once(child, "exit").finally(() => rmSync(folder, { recursive: true }));
  const failed = exited.then(([code]): never => {
    throw new Error(`${dist}: ended with ${code}: ${stderr.trim().split("\n").at(-1)}`);
  });
  failed.catch(() => undefined); // Told to whoever waits for a line.
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();

  async function heard<Told>(): Promise<Told> {
    const { value, done } = await Promise.race([lines.next(), failed]);
    return done === true ? await failed : (JSON.parse(value) as Told);
  }

  async function ask<Told>(line: string): Promise<Told> {
    child.stdin.write(`${line}\n`);
    return await heard<Told>();
  }

  const { orders, sha256 } = await heard<{ orders: number; sha256: string }>();
  return {
    pid: child.pid ?? 0,
    orders,
    sha256,
    time: async (laps) => (await ask<{ nanosPerOrder: number }>(`time ${laps}`)).nanosPerOrder,
    count: async (laps) => {
      await ask(`count ${laps}`);
    },
    profile: async () => (await ask<{ profile: CpuProfile }>("profile")).profile,
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}
