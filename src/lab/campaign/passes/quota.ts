// An intervention: the target's process may use half of a core only, by a cgroup of the lab's own,
// in turn with all that there is, and is put back afterwards. What falls with the quota is bound by
// the processor. Only for targets that the lab started.

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { meanOf } from "../../statistics/mean.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { ratioEstimate } from "../../statistics/paired-ratio.ts";
import { workersOf } from "../../target/process-family.ts";
import type { Bench } from "../bench-of-target.ts";
import { type Block, measureInBlocks } from "../blocks.ts";
import { BUSY_IN_FLIGHT } from "../busy-load.ts";
import type { QuotaRecord } from "../run-file.ts";

const ROOT_V2 = "/sys/fs/cgroup";
const ROOT_V1 = "/sys/fs/cgroup/cpu";
/** Many of them in a block: what is left of one when a block ends says nothing. */
const PERIOD_MICROS = 20_000;
const QUOTA_MICROS = PERIOD_MICROS / 2;

export async function measureUnderQuota(bench: Bench): Promise<QuotaRecord> {
  const { pid, isOurs } = bench.target;
  if (pid === undefined || !isOurs) throw new Error("the target is not the lab's to slow down");
  bench.tell("quota: half of a core");
  const group = groupOf(pid);
  try {
    const rounds = await measureInBlocks(bench, bench.target, {
      count: 2,
      inFlight: BUSY_IN_FLIGHT,
      async switchTo(place) {
        group.limit(place === 1);
      },
    });
    return quotaOf(rounds);
  } finally {
    group.release();
  }
}

/** Elasticity 1: half a core gives half of the rate; 0: the rate does not care. */
export function quotaOf(rounds: readonly (readonly Block[])[]): QuotaRecord {
  const free = rounds.map(([each]) => each.perSecond);
  const left = ratioEstimate(
    free,
    rounds.map(([, limited]) => limited.perSecond),
  );
  const elasticity = (share: number) => (1 - share) / (1 - QUOTA_MICROS / PERIOD_MICROS);
  return {
    elasticity: {
      value: elasticity(left.value),
      low: elasticity(left.high),
      high: elasticity(left.low),
      n: left.n,
    },
    freePerSecond: medianEstimate(free),
    isStarved: isStarved(rounds.map(([each]) => each)),
  };
}

/** It wanted more than half of a core and had less, so that to take half away took nothing. */
function isStarved(free: readonly Block[]): boolean {
  const ran = meanOf(free.map(({ runShare = 1 }) => runShare));
  const waited = meanOf(free.map(({ coreWaitShare = 0 }) => coreWaitShare));
  const left = QUOTA_MICROS / PERIOD_MICROS;
  return ran < left && ran + waited >= left;
}

type Group = {
  limit(isLimited: boolean): void;
  release(): void;
};

/** The process and its workers in a group of the lab's own. Throws where it may not make one. */
function groupOf(pid: number): Group {
  const isV1 = existsSync(join(ROOT_V1, "cpu.cfs_quota_us"));
  const root = isV1 ? ROOT_V1 : ROOT_V2;
  const before = cgroupOf(pid, isV1);
  const folder = join(root, `outcry-lab-${pid}`);
  mkdirSync(folder);
  const release = (): void => {
    const inside = readFileSync(join(folder, "cgroup.procs"), "latin1").split("\n");
    for (const each of inside.filter((text) => text !== "")) {
      moveTo(join(root, before, "cgroup.procs"), each);
    }
    rmdirSync(folder);
  };
  const limit = (isLimited: boolean): void => {
    if (isV1) writeFileSync(join(folder, "cpu.cfs_quota_us"), isLimited ? `${QUOTA_MICROS}` : "-1");
    else {
      const quota = isLimited ? QUOTA_MICROS : "max";
      writeFileSync(join(folder, "cpu.max"), `${quota} ${PERIOD_MICROS}`);
    }
  };
  try {
    if (isV1) writeFileSync(join(folder, "cpu.cfs_period_us"), String(PERIOD_MICROS));
    limit(false);
    for (const each of workersOf(pid)) moveTo(join(folder, "cgroup.procs"), String(each));
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return { limit, release };
}

/** One that has ended meanwhile need not be moved; where none may be, the pass cannot be. */
function moveTo(group: string, pid: string): void {
  try {
    writeFileSync(group, pid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Lines `4:cpu,cpuacct:/path` (v1) or `0::/path` (v2). */
function cgroupOf(pid: number, isV1: boolean): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "latin1").split("\n");
  const pattern = isV1 ? /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/ : /^0::(.*)$/;
  const path = lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  if (path === undefined) throw new Error(`process ${pid} is in no CPU cgroup`);
  return path;
}
