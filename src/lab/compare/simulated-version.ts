// A build of our engine under callgrind: instructions an order, and misses where caches are asked
// for. Node is told to repeat itself and warms up uncounted. Then every lap is counted by itself:
// one into which a compilation fell stands out, and the median leaves it out. (The difference of
// two whole runs cannot: it once called a slowdown an improvement.)

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../run-program.ts";
import { type EventCounts, readCallgrind } from "./callgrind.ts";
import { startVersion } from "./version.ts";

/** V8 without threads, hash seed or chance of its own: the same instructions each time. */
const REPEATABLE = ["--predictable", "--single-threaded", "--hash-seed=1", "--random-seed=1"];
const COMMAND_MILLIS_MAX = 60_000;
/** 600,000 orders: then laps differ by 1 in 5,000; after half as many some still compile. */
const WARM_UP_LAPS = 120;
const LAP_COMMANDS = 5000;
const LAPS = 12;
/** version-process.ts calls it between laps, and nothing else does while they run. */
const BETWEEN_LAPS = "getuid";

export type SimulatedVersion = {
  readonly command: string;
  /** Each lap's counts, and how many orders a lap is. */
  readonly laps: readonly EventCounts[];
  readonly orders: number;
  /** Each an order: the median of the laps. */
  readonly perOrder: EventCounts;
  /** How far apart the middle half of the laps' instruction counts is, of their median. */
  readonly spread: number;
};

/**
 * `caches`: callgrind's arguments for them; none: instructions alone, in half the time.
 * `nodeFlags`: beside those of this process.
 */
export async function simulateVersion(
  dist: string,
  caches: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<SimulatedVersion> {
  const folder = mkdtempSync(join(tmpdir(), "outcry-callgrind-"));
  const tool = [
    "--tool=callgrind",
    ...(caches.length > 0 ? ["--cache-sim=yes", "--branch-sim=yes", ...caches] : []),
    "--instr-atstart=no",
    `--dump-before=${BETWEEN_LAPS}`,
  ];
  try {
    const version = await startVersion({
      dist,
      warmUpLaps: WARM_UP_LAPS,
      lapCommands: LAP_COMMANDS,
      nodeFlags: [...REPEATABLE, ...nodeFlags],
      under: ["valgrind", ...tool, `--callgrind-out-file=${join(folder, "counts")}`],
    });
    await askCallgrind(version.pid, "instrumentation", "on");
    await version.count(LAPS);
    await version.end();
    const command = `valgrind ${tool.join(" ")} node ${REPEATABLE.join(" ")} ...`;
    const { orders } = version;
    const laps = dumpsIn(folder);
    return { command, laps, orders, ...perOrderOf(laps, orders) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A command to callgrind in a process that it runs. */
export async function askCallgrind(pid: number | undefined, ...words: string[]): Promise<void> {
  const args = [`--pid=${pid}`, ...words];
  const { isDone, stderr } = await runProgram("vgdb", args, COMMAND_MILLIS_MAX);
  if (!isDone) throw new Error(`vgdb: ${stderr.trim().split("\n").at(-1)}`);
}

/** One of each lap: `counts.1`, `counts.2`, ..., of which the last are the laps'. */
function dumpsIn(folder: string): EventCounts[] {
  const numbers = readdirSync(folder).flatMap((file) => /^counts\.(\d+)$/.exec(file)?.[1] ?? []);
  return numbers
    .map(Number)
    .toSorted((a, b) => a - b)
    .slice(-LAPS)
    .map((number) => readCallgrind(readFileSync(join(folder, `counts.${number}`), "latin1")));
}

export function perOrderOf(
  laps: readonly EventCounts[],
  orders: number,
): Pick<SimulatedVersion, "perOrder" | "spread"> {
  const sorted = (of: (counts: EventCounts) => number) => laps.map(of).toSorted((a, b) => a - b);
  const at = (values: readonly number[], share: number) =>
    values[Math.round(share * (values.length - 1))] ?? Number.NaN;
  const median = (of: (counts: EventCounts) => number) => at(sorted(of), 0.5) / orders;
  const instructions = sorted((counts) => counts.instructions);
  return {
    perOrder: {
      instructions: median((counts) => counts.instructions),
      firstLevelMisses: median((counts) => counts.firstLevelMisses),
      lastLevelMisses: median((counts) => counts.lastLevelMisses),
      mispredicts: median((counts) => counts.mispredicts),
    },
    spread: (at(instructions, 0.75) - at(instructions, 0.25)) / at(instructions, 0.5),
  };
}
