// One run of test files in processes, and what came of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ROOT } from "./project-files.ts";
import { groupsOf, type TestGroups } from "./test-group.ts";
import { addOutcome, emptyOutcome, type TestOutcome } from "./test-outcome.ts";

/**
 * How many processes of tests there are at once for two cores. Two begin with tests of real
 * processes, which wait for half of their time (for starts, the disk, samples of seconds), and one
 * with rooms, which compute. Who finds none of his own kind left takes the other kind.
 */
const LANES: readonly (keyof TestGroups)[] = ["ofProcesses", "ofProcesses", "ofRooms"];

/** Most processes load the same modules. */
const COMPILED = path.join(ROOT, "node_modules", ".cache", "outcry-tests");

/**
 * Tests of allocation collect first; `outcry/book` means the source, not the build; databases of
 * seconds do not earn back what optimizing PostgreSQL (WebAssembly) costs, nor engines of seconds
 * what inlining costs that this process's own flags ask for (tools/launch.mjs). And each engine's
 * tables, hundreds of megabytes beside the heap that hardly anything touches, would have V8
 * collect the whole heap: counted with it, they wait until its own growth has it collected.
 */
const NODE_FLAGS = [
  "--disable-warning=ExperimentalWarning",
  "--expose-gc",
  "--conditions=outcry-source",
  "--liftoff-only",
  "--external-memory-accounted-in-global-limit",
];
const PROGRAM = path.join(ROOT, "tools", "test-process.ts");

/**
 * glibc takes pieces of memory from so many bytes on as fresh zeros of the system. It would take
 * them, once such a piece was free, from memory that it has to clear: each engine's tables, whole.
 */
const FRESH_MEMORY_BYTES = "131072";

/** Tests start venues that trade for seconds: 64 MiB of zeros for a segment are not earned back. */
const SEGMENT_MIB = "5";

/** A process that ends its tests but not itself, or not even them, must not hang the run. */
const ENDS_WITHIN_MILLIS = 30_000;
const RUN_MILLIS_MAX = 1_800_000;

/** Runs `files` (relative to the root), prints the report of each process, and adds up. */
export async function runTestFiles(files: readonly string[]): Promise<TestOutcome> {
  process.env["NODE_COMPILE_CACHE"] ??= COMPILED;
  process.env["MALLOC_MMAP_THRESHOLD_"] ??= FRESH_MEMORY_BYTES;
  process.env["OUTCRY_SEGMENT_MIB"] ??= SEGMENT_MIB;
  const outcome = emptyOutcome();
  const groups = groupsOf(files);
  const signal = AbortSignal.timeout(RUN_MILLIS_MAX);
  const runLane = async (kind: keyof TestGroups): Promise<void> => {
    const next = () => groups[kind].shift() ?? groups.ofProcesses.shift() ?? groups.ofRooms.shift();
    for (let group = next(); group !== undefined; group = next()) {
      addOutcome(outcome, await runGroup(group, signal));
    }
  };
  await Promise.all(LANES.map(runLane));
  return outcome;
}

async function runGroup(group: readonly string[], signal: AbortSignal): Promise<TestOutcome> {
  const child = spawn(process.execPath, [...NODE_FLAGS, PROGRAM, ...group], {
    cwd: ROOT,
    signal,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  child.on("error", () => {}); // Of the signal; that it was killed is told below.
  const closed = once(child, "close");
  const report: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => report.push(chunk));
  }
  const told = await text(child.stdio[3] as Readable);
  const deadline = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MILLIS);
  const [code, endSignal] = await closed;
  clearTimeout(deadline);
  process.stdout.write(Buffer.concat(report)); // Whole: others report meanwhile.

  const outcome: TestOutcome = told === "" ? emptyOutcome() : JSON.parse(told);
  if (code !== 0 || told === "") {
    const end = `the process ended with ${code ?? endSignal}, see its report`;
    outcome.failed.push({ file: group.join(" "), name: end });
  }
  return outcome;
}
