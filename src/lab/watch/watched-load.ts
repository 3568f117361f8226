// A load with readings of the target and the host at both ends of its measured window: the unit of
// which every timing pass is made.

import type { LoadOptions } from "../load/load-options.ts";
import type { LoadResult } from "../load/load-result.ts";
import { type LoadHooks, runLoad } from "../load/run-load.ts";
import { hostBetween, readHost } from "./host-reading.ts";
import { type ProcessReading, readFamily } from "./process-reading.ts";
import { type ProcessUsage, usageBetween } from "./process-usage.ts";

export type WatchedLoad = {
  readonly load: LoadResult;
  /** Undefined where the target is out of sight or in our own process. */
  readonly usage: ProcessUsage | undefined;
  readonly stealShare: number | undefined;
  readonly hostBusyShare: number | undefined;
};

export async function runWatchedLoad(
  options: LoadOptions,
  pid: number | undefined,
  hooks: LoadHooks = {},
): Promise<WatchedLoad> {
  const readings: (ProcessReading | undefined)[] = [];
  const hosts: ReturnType<typeof readHost>[] = [];
  const read = (): void => {
    readings.push(pid === undefined ? undefined : readFamily(pid));
    hosts.push(readHost());
  };
  const load = await runLoad(options, { ...hooks, onWindowStart: read, onWindowEnd: read });
  const [before, after] = readings;
  const [hostBefore, hostAfter] = hosts;
  const host = hostBefore && hostAfter ? hostBetween(hostBefore, hostAfter) : undefined;
  return {
    load,
    usage: before && after ? usageBetween(before, after) : undefined,
    stealShare: host?.stealShare,
    hostBusyShare: host?.busyShare,
  };
}

/** Processor time of the target an operation; undefined where it cannot be seen. */
export function cpuNanosPerOperation({ load, usage }: WatchedLoad): number | undefined {
  if (usage === undefined) return undefined;
  const operations = (load.achievedPerSecond * usage.wallNanos) / 1e9;
  return operations > 0 ? usage.runNanos / operations : undefined;
}
