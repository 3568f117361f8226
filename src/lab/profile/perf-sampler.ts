// Samples any process with Linux perf while `work` goes on, with those that work together with it:
// on the processor (cpu-clock at 99 Hz) or off it (sched_switch). DWARF unwinding, because programs
// are compiled without frame pointers.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { runProgram } from "../run-program.ts";
import { workersOf } from "../target/process-family.ts";

export const SAMPLE_HERTZ = 99;
const SCRIPT_MILLIS_MAX = 300_000;
/** perf opens its events before it samples. */
const SETTLE_MILLIS = 300;

/** perf had nothing to tell of the process. */
export class NoSamples extends Error {
  override name = "NoSamples";
}

export type PerfText = { readonly command: string; readonly script: string };

/** Rejects where there is no sample. */
export async function samplePerf(
  pid: number,
  events: readonly string[],
  scriptFields: string,
  work: () => Promise<void>,
): Promise<PerfText> {
  const text = await recordPerf(pid, events, scriptFields, work);
  if (text.script === "") throw new NoSamples("perf gave no samples");
  return text;
}

/** The script is "" where none of the events came to pass. */
export async function recordPerf(
  pid: number,
  events: readonly string[],
  scriptFields: string,
  work: () => Promise<void>,
): Promise<PerfText> {
  const folder = mkdtempSync(join(tmpdir(), "outcry-perf-"));
  const data = join(folder, "perf.data");
  const args = ["record", ...events, "-p", workersOf(pid).join(","), "-o", data];
  try {
    const perf = spawn("perf", args, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    perf.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const exited = once(perf, "exit");
    await wait(SETTLE_MILLIS);
    try {
      await work();
    } finally {
      perf.kill("SIGINT");
      await exited;
    }
    const look = ["script", "--no-inline", "--show-switch-events"];
    const scriptArgs = [...look, "-i", data, "-F", scriptFields];
    const { isDone, stdout, stderr: why } = await runProgram("perf", scriptArgs, SCRIPT_MILLIS_MAX);
    if (!isDone) throw new NoSamples(`perf gave no samples: ${stderr}${why}`.trim());
    return { command: `perf ${args.join(" ")}`, script: stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function onCpuEvents(): string[] {
  return ["-e", "cpu-clock", "-F", String(SAMPLE_HERTZ), "--call-graph", "dwarf"];
}

/** Without stacks: cheap enough to go beside another profiler. */
export const CODE_KIND_EVENTS = ["-e", "cpu-clock", "-F", String(SAMPLE_HERTZ)];
export const ON_CPU_FIELDS = "comm,pid,tid,time,event,period,ip,sym,dso";
export const OFF_CPU_EVENTS = ["-e", "sched:sched_switch", "--call-graph", "dwarf,4096"];
/** Records of when threads leave and come back, beside the samples of their leaving. */
export const COMING_BACK = "--switch-events";
export const OFF_CPU_FIELDS = "comm,pid,tid,time,event,trace,ip,sym,dso";
