// Pass 6 where the host hides its counters: a second instance under callgrind, with the cache that
// calibration found. Our own engine plays laps of its own; another target, which the lab may start
// again, is sent a lap twice while callgrind counts, and what it did is divided by the orders.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Calibration, effectiveCacheBytes } from "../../calibration/calibration.ts";
import { type EventCounts, readCallgrind } from "../../compare/callgrind.ts";
import { askCallgrind, simulateVersion } from "../../compare/simulated-version.ts";
import { openerOf } from "../../load/driver.ts";
import { lapOf } from "../../load/lap-source.ts";
import type { LapSource } from "../../load/load-options.ts";
import { sendLap } from "../../load/send-lap.ts";
import { startTarget } from "../../target/target.ts";
import { ownShareOf } from "../../watch/process-reading.ts";
import type { Bench } from "../bench-of-target.ts";
import type { SimulationRecord } from "../run-file.ts";

const LINE_BYTES = 64;
const FIRST_LEVEL = `32768,8,${LINE_BYTES}`;
const LAST_LEVEL_WAYS = 16;
/** The folder of the running build. */
const DIST = fileURLToPath(new URL("../../..", import.meta.url));
/** A hundred times slower than life: seconds. */
const LAP_COMMANDS = 5000;
const LAPS = 2;
const INSTRUMENT = 1;
/** Of the processor time of all that work together, of the one that is simulated. */
const OWN_SHARE_MIN = 0.9;

export async function simulateEngine(
  bench: Bench,
  calibration: Calibration,
): Promise<SimulationRecord> {
  bench.tell("simulating a second instance under callgrind");
  const { command, perOrder } = await simulateVersion(DIST, cachesOf(calibration));
  return recordOf(command, perOrder, 1);
}

/** Stops the first instance: both would listen in one place. */
export async function simulateTarget(
  bench: Bench,
  calibration: Calibration,
): Promise<SimulationRecord> {
  const { spec, target } = bench;
  if (spec.command === undefined) {
    throw new Error("only a target that the lab may start again (--command) is simulated");
  }
  const share = target.pid === undefined ? 1 : ownShareOf(target.pid);
  if (share < OWN_SHARE_MIN) {
    throw new Error("several processes do the work: one alone would be simulated");
  }
  bench.tell("simulating a second instance under callgrind");
  await target.stop();
  const folder = mkdtempSync(join(tmpdir(), "outcry-callgrind-"));
  const tool = [
    "valgrind -q --tool=callgrind --cache-sim=yes --branch-sim=yes --instr-atstart=no",
    ...cachesOf(calibration),
    // A script, or a shell's line, starts the engine: each process has a file of its own.
    `--trace-children=yes --callgrind-out-file=${join(folder, "counts.%p")}`,
  ].join(" ");
  const command = `${tool} sh -c ${quoted(spec.command)}`;
  const simulated = await startTarget({ ...spec, command });
  try {
    const open = await openerOf(simulated.drive);
    const lap = lapOf(shortened(bench.load.lap));
    await sendLap(open, lap, INSTRUMENT);
    await askCallgrind(simulated.pid, "instrumentation", "on");
    for (let i = 0; i < LAPS; i++) await sendLap(open, lap, INSTRUMENT);
    await askCallgrind(simulated.pid, "dump");
    return recordOf(command, readCallgrind(dumpIn(folder)), lap.commands * LAPS);
  } finally {
    await simulated.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function cachesOf({ loads }: Calibration): string[] {
  const bytes = powerOfTwo(effectiveCacheBytes(loads));
  return [
    `--I1=${FIRST_LEVEL}`,
    `--D1=${FIRST_LEVEL}`,
    `--LL=${bytes},${LAST_LEVEL_WAYS},${LINE_BYTES}`,
  ];
}

/** Callgrind's caches have a power of two of sets. */
function powerOfTwo(bytes: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(bytes, 1 << 20)));
}

function shortened(source: LapSource): LapSource {
  switch (source.kind) {
    case "mix":
      return { ...source, mix: { ...source.mix, commands: LAP_COMMANDS } };
    case "flow":
      return { ...source, commandsMax: LAP_COMMANDS };
    case "null":
      return { ...source, commands: LAP_COMMANDS };
  }
}

/** As one word of a shell's line. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The first one: another comes when the process ends. */
function dumpIn(folder: string): string {
  const file = readdirSync(folder).find((name) => name.endsWith(".1"));
  if (file === undefined) throw new Error("callgrind wrote no dump");
  return readFileSync(join(folder, file), "latin1");
}

function recordOf(command: string, counts: EventCounts, orders: number): SimulationRecord {
  return {
    command,
    instructionsPerOrder: counts.instructions / orders,
    firstLevelMissesPerOrder: counts.firstLevelMisses / orders,
    lastLevelMissesPerOrder: counts.lastLevelMisses / orders,
    mispredictsPerOrder: counts.mispredicts / orders,
  };
}
