// The host as a whole: what a hypervisor took away (steal) and how busy it was, from /proc/stat.

import { readFileSync } from "node:fs";

export type HostReading = {
  readonly busyTicks: number;
  readonly stealTicks: number;
  readonly totalTicks: number;
};

export function readHost(): HostReading | undefined {
  try {
    return parseHostStat(readFileSync("/proc/stat", "latin1"));
  } catch {
    return undefined;
  }
}

/** The first line: cpu user nice system idle iowait irq softirq steal guest guest_nice. */
export function parseHostStat(text: string): HostReading | undefined {
  const line = /^cpu\s+(.*)$/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  const [user, nice, system, idle, iowait, irq, softirq, steal = 0] = line.split(/\s+/).map(Number);
  const busyTicks = user + nice + system + irq + softirq;
  return { busyTicks, stealTicks: steal, totalTicks: busyTicks + idle + iowait + steal };
}

export function hostBetween(before: HostReading, after: HostReading) {
  const total = Math.max(1, after.totalTicks - before.totalTicks);
  return {
    busyShare: (after.busyTicks - before.busyTicks) / total,
    stealShare: (after.stealTicks - before.stealTicks) / total,
  };
}
