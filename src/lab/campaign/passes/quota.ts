// An intervention: the target's process may use half of a core only, by a cgroup of the lab's own,
// and is put back afterwards. What falls with the quota is bound by the processor. Only for targets
// that the lab started.

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runLoad } from "../../load/run-load.ts";
import type { Bench } from "../bench-of-target.ts";

const ROOT_V2 = "/sys/fs/cgroup";
const ROOT_V1 = "/sys/fs/cgroup/cpu";
const PERIOD_MICROS = 100_000;
const QUOTA_MICROS = PERIOD_MICROS / 2;
const IN_FLIGHT = 512;

/** 1: half a core gives half of the rate; 0: the rate does not care. */
export async function quotaElasticity(bench: Bench): Promise<number> {
  const { pid, isOurs } = bench.target;
  if (pid === undefined || !isOurs) throw new Error("the target is not the lab's to slow down");
  bench.tell("quota: half of a core");
  const free = await busyRate(bench);
  const release = limit(pid);
  try {
    const limited = await busyRate(bench);
    return (1 - limited / free) / (1 - QUOTA_MICROS / PERIOD_MICROS);
  } finally {
    release();
  }
}

async function busyRate(bench: Bench): Promise<number> {
  const load = await runLoad({
    ...bench.load,
    pace: { kind: "closed", inFlight: IN_FLIGHT },
    warmUpSeconds: bench.plan.warmUpSeconds,
    seconds: bench.plan.sweepSeconds,
  });
  return load.achievedPerSecond;
}

/** Returns how to undo it. Throws where the lab may not make a cgroup. */
function limit(pid: number): () => void {
  const isV1 = existsSync(join(ROOT_V1, "cpu.cfs_quota_us"));
  const root = isV1 ? ROOT_V1 : ROOT_V2;
  const before = cgroupOf(pid, isV1);
  const folder = join(root, `outcry-lab-${pid}`);
  mkdirSync(folder);
  const release = (): void => {
    writeFileSync(join(root, before, "cgroup.procs"), String(pid));
    rmdirSync(folder);
  };
  try {
    if (isV1) {
      writeFileSync(join(folder, "cpu.cfs_period_us"), String(PERIOD_MICROS));
      writeFileSync(join(folder, "cpu.cfs_quota_us"), String(QUOTA_MICROS));
    } else writeFileSync(join(folder, "cpu.max"), `${QUOTA_MICROS} ${PERIOD_MICROS}`);
    writeFileSync(join(folder, "cgroup.procs"), String(pid));
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return release;
}

/** Lines `4:cpu,cpuacct:/path` (v1) or `0::/path` (v2). */
function cgroupOf(pid: number, isV1: boolean): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "latin1").split("\n");
  const pattern = isV1 ? /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/ : /^0::(.*)$/;
  const path = lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  if (path === undefined) throw new Error(`process ${pid} is in no CPU cgroup`);
  return path;
}
