// A build of our engine under cachegrind: instructions an order, and misses where caches are asked
// for. Node is told to repeat itself; the difference of two lengths is free of start and of
// compilation.

import { fileURLToPath } from "node:url";
import { workerUrl } from "../../ops/worker-url.ts";
import { runProgram } from "../run-program.ts";
import { type CachegrindSummary, readCachegrind } from "./cachegrind.ts";

/** V8 without threads, hash seed or chance of its own: the same instructions each time. */
const REPEATABLE = ["--predictable", "--single-threaded", "--hash-seed=1", "--random-seed=1"];
const MILLIS_MAX = 900_000;
/** Before the first length everything hot is compiled: a compilation costs as much as laps. */
const LAPS_BEFORE = 40;
const LAPS_SHORT = 10;
const LAPS_LONG = 30;

export type SimulatedVersion = {
  readonly command: string;
  /** Each an order. */
  readonly perOrder: CachegrindSummary;
};

/** `caches`: cachegrind's arguments for them; none: instructions only. Rejects without valgrind. */
export async function simulateVersion(
  dist: string,
  caches: readonly string[],
): Promise<SimulatedVersion> {
  const short = await simulate(dist, LAPS_SHORT, caches);
  const long = await simulate(dist, LAPS_LONG, caches);
  const per = (of: (summary: CachegrindSummary) => number) =>
    (of(long.summary) - of(short.summary)) / (long.orders - short.orders);
  return {
    command: long.command,
    perOrder: {
      instructions: per(({ instructions }) => instructions),
      firstLevelMisses: per(({ firstLevelMisses }) => firstLevelMisses),
      lastLevelMisses: per(({ lastLevelMisses }) => lastLevelMisses),
      mispredicts: per(({ mispredicts }) => mispredicts),
    },
  };
}

async function simulate(dist: string, laps: number, caches: readonly string[]) {
  const script = fileURLToPath(workerUrl(import.meta.url, "version-process"));
  const tool = caches.length === 0 ? ["--cache-sim=no"] : [...caches, "--branch-sim=yes"];
  const args = [
    "--tool=cachegrind",
    ...tool,
    "--cachegrind-out-file=/dev/null",
    process.execPath,
    ...process.execArgv,
    ...REPEATABLE,
    script,
    dist,
    String(laps),
    String(LAPS_BEFORE),
  ];
  const { isDone, stdout, stderr } = await runProgram("valgrind", args, MILLIS_MAX);
  if (!isDone) throw new Error(`valgrind: ${stderr.trim().split("\n").at(-1)}`);
  const { orders } = JSON.parse(stdout) as { orders: number };
  const command = `valgrind --tool=cachegrind ${tool.join(" ")} node ${REPEATABLE.join(" ")} ...`;
  return { command, orders, summary: readCachegrind(stderr) };
}
