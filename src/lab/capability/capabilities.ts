// What this host lets a laboratory see: each probe with its command, what came of it, and what the
// campaign does about it.

import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { runProgram } from "../run-program.ts";
import { readOwnSchedStat } from "../watch/sched-stat.ts";
import { parsePerfStat } from "./perf-stat.ts";

export type Capability = {
  readonly name: CapabilityName;
  readonly command: string;
  readonly isThere: boolean;
  readonly found: string;
  readonly consequence: string;
};

export type CapabilityName =
  | "perf"
  | "hardware counters"
  | "tracepoints"
  | "schedstat"
  | "pressure"
  | "valgrind"
  | "bpftrace"
  | "quotas"
  | "docker"
  | "g++";

type Finding = { readonly isThere: boolean; readonly found: string };
type Probe = {
  readonly name: CapabilityName;
  readonly command: string;
  find(): Promise<Finding>;
  readonly consequences: readonly [there: string, missing: string];
};

const MILLIS_MAX = 5000;

const PROBES: readonly Probe[] = [
  programProbe(
    "perf",
    ["--version"],
    [
      "native code is sampled, off-CPU time traced",
      "native targets: no flame graph; Node targets: V8's own profiler",
    ],
  ),
  {
    name: "hardware counters",
    command: "perf stat -x, -e cycles,instructions true",
    find: findCounters,
    consequences: [
      "counter table measured",
      "hardware counters: not available on this host; simulation and scaling stand in",
    ],
  },
  {
    name: "tracepoints",
    command: "perf stat -x, -e sched:sched_switch true",
    find: findTracepoints,
    consequences: ["off-CPU stacks by sched_switch", "off-CPU: only switch counts from /proc"],
  },
  {
    name: "schedstat",
    command: "cat /proc/thread-self/schedstat",
    async find() {
      const isThere = readOwnSchedStat() !== undefined;
      return { isThere, found: isThere ? "run and wait time of each thread" : "not there" };
    },
    consequences: [
      "CPU time an operation and gate V1 are exact",
      "gate V1 and CPU time an operation: not available",
    ],
  },
  fileProbe("pressure", "/proc/pressure/cpu", ["waiting of the whole host is told", "not told"]),
  programProbe(
    "valgrind",
    ["--version"],
    [
      "instructions and simulated misses on a second instance",
      "tier 1 of compare and simulated counters: not available",
    ],
  ),
  programProbe("bpftrace", ["--version"], ["off-CPU by state also without stacks", "not used"]),
  {
    name: "quotas",
    command: "ls /sys/fs/cgroup",
    find: findQuotas,
    consequences: ["elasticity under a CPU quota can be tried", "quota elasticity: not available"],
  },
  programProbe("docker", ["ps"], ["containers can be watched by name", "containers: by pid only"]),
  programProbe("g++", ["--version"], ["C++ fixtures are built", "C++ fixtures: left out"]),
];

/** Runs every probe; each takes at most a few seconds. */
export async function probeCapabilities(): Promise<Capability[]> {
  return await Promise.all(
    PROBES.map(async ({ name, command, find, consequences }) => {
      const finding = await find();
      return { name, command, ...finding, consequence: consequences[finding.isThere ? 0 : 1] };
    }),
  );
}

export function has(capabilities: readonly Capability[], name: CapabilityName): boolean {
  return capabilities.some((each) => each.name === name && each.isThere);
}

function programProbe(
  name: CapabilityName,
  args: readonly string[],
  consequences: readonly [string, string],
): Probe {
  return {
    name,
    command: `${name} ${args.join(" ")}`,
    async find() {
      const { isDone, stdout, stderr } = await runProgram(name, args, MILLIS_MAX);
      return { isThere: isDone, found: firstLine(isDone ? stdout : stderr) };
    },
    consequences,
  };
}

function fileProbe(
  name: CapabilityName,
  path: string,
  consequences: readonly [string, string],
): Probe {
  return {
    name,
    command: `cat ${path}`,
    async find() {
      const isThere = existsSync(path);
      return { isThere, found: isThere ? firstLine(readFileSync(path, "latin1")) : "not there" };
    },
    consequences,
  };
}

async function findCounters(): Promise<Finding> {
  const args = ["stat", "-x,", "-e", "cycles,instructions", "true"];
  const { isDone, stderr } = await runProgram("perf", args, MILLIS_MAX);
  if (!isDone) return { isThere: false, found: firstLine(stderr) };
  const counters = parsePerfStat(stderr);
  const isThere = counters.length > 0 && counters.every(({ value }) => value !== undefined);
  return { isThere, found: counters.map(({ event, text }) => `${event} ${text}`).join(", ") };
}

async function findTracepoints(): Promise<Finding> {
  const args = ["stat", "-x,", "-e", "sched:sched_switch", "true"];
  const { isDone, stderr } = await runProgram("perf", args, MILLIS_MAX);
  return { isThere: isDone, found: firstLine(stderr) };
}

async function findQuotas(): Promise<Finding> {
  for (const file of ["/sys/fs/cgroup/cpu.max", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"]) {
    if (!existsSync(file)) continue;
    if (mayWriteIn(dirname(file))) return { isThere: true, found: file };
    return { isThere: false, found: `${dirname(file)} is not ours to write in` };
  }
  return { isThere: false, found: "neither cgroup v1 nor v2 offers a CPU quota" };
}

function mayWriteIn(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
