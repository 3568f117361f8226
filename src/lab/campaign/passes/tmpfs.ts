// An intervention: the same target with its data on the disk and in memory (tmpfs), in turn, a
// fresh instance each time. What the change buys is what its storage costs.

import { accessSync, constants, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import type { LoadOptions } from "../../load/load-options.ts";
import { LatencyHistogram } from "../../statistics/latency-histogram.ts";
import { medianEstimate } from "../../statistics/order-interval.ts";
import { ratioEstimate } from "../../statistics/paired-ratio.ts";
import { startTarget } from "../../target/target.ts";
import { keepsData, type TargetSpec } from "../../target/target-spec.ts";
import { abba } from "../abba.ts";
import { loadOnBench } from "../bench-load.ts";
import type { Bench } from "../bench-of-target.ts";
import { BUSY_IN_FLIGHT, pairedLoad } from "../busy-load.ts";
import type { TmpfsRecord } from "../run-file.ts";

/** statfs's f_type of file systems in memory: tmpfs, ramfs. */
const IN_MEMORY: readonly number[] = [0x01021994, 0x858458f6];
const ON_DISK = [tmpdir(), "/var/tmp", process.cwd()];
const TMPFS = ["/dev/shm", "/run", tmpdir()];
const FREE_BYTES_MIN = 2 ** 30;

type Side = { readonly perSecond: number[]; readonly medianNanos: number[] };

/** Rejects for a target whose data the lab may not place. Stops the first instance. */
export async function measureOnTmpfs(bench: Bench): Promise<TmpfsRecord> {
  const { spec, target, plan, signal } = bench;
  if (!keepsData(spec)) {
    throw new Error(
      "only a target whose data the lab places (venue:..., or {dataDir} in --command)",
    );
  }
  const disk = folderOf(ON_DISK, false);
  const memory = folderOf(TMPFS, true);
  bench.tell(`storage: ${disk} against ${memory}`);
  if (spec.command !== undefined) await target.stop(); // Both would listen in one place.
  const onDisk: Side = { perSecond: [], medianNanos: [] };
  const onTmpfs: Side = { perSecond: [], medianNanos: [] };
  await abba(
    plan.interventionPairs,
    signal,
    () => measureOn(bench, { ...spec, dataRoot: disk }, onDisk),
    () => measureOn(bench, { ...spec, dataRoot: memory }, onTmpfs),
  );
  return { disk, tmpfs: memory, ...gainsOf(onDisk, onTmpfs) };
}

/** By pairs. */
export function gainsOf(onDisk: Side, onTmpfs: Side) {
  const left = ratioEstimate(onDisk.medianNanos, onTmpfs.medianNanos);
  return {
    rateGain: ratioEstimate(onDisk.perSecond, onTmpfs.perSecond),
    responseBought: { value: 1 - left.value, low: 1 - left.high, high: 1 - left.low, n: left.n },
    diskMedianNanos: medianEstimate(onDisk.medianNanos),
    diskPerSecond: medianEstimate(onDisk.perSecond),
  };
}

/** One order in flight first: what a burst leaves to do would be in the way. */
async function measureOn(bench: Bench, spec: TargetSpec, side: Side): Promise<void> {
  const target = await startTarget(spec);
  try {
    const loadOf = (inFlight: number): LoadOptions => pairedLoad(bench, target.drive, inFlight);
    const { response } = await loadOnBench(bench, loadOf(1));
    const { achievedPerSecond } = await loadOnBench(bench, loadOf(BUSY_IN_FLIGHT));
    side.medianNanos.push(LatencyHistogram.fromRecord(response).percentile(0.5));
    side.perSecond.push(achievedPerSecond);
  } finally {
    await target.stop();
  }
}

/** The first with room that is in memory, or is not. */
function folderOf(folders: readonly string[], isInMemory: boolean): string {
  const found = folders.find((folder) => hasRoom(folder, isInMemory));
  if (found !== undefined) return found;
  const what = isInMemory ? "tmpfs with 1 GiB free" : "disk with 1 GiB free";
  throw new Error(`no ${what} among ${folders.join(", ")}`);
}

function hasRoom(folder: string, isInMemory: boolean): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { type, bavail, bsize } = statfsSync(folder);
    return IN_MEMORY.includes(type) === isInMemory && bavail * bsize >= FREE_BYTES_MIN;
  } catch {
    return false;
  }
}
