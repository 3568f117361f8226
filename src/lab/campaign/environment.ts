// The machine and the programs that a run's numbers belong to.

import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";

export type Environment = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly nodeFlags: string;
  readonly loadAverage: number;
  readonly governor: string;
  /** Of the target's program; "" where there is no file to read. */
  readonly targetProgram: string;
};

const GOVERNOR = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

export function readEnvironment(targetProgram: string): Environment {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    nodeFlags: process.execArgv.join(" "),
    loadAverage: loadavg()[0] ?? 0,
    governor: existsSync(GOVERNOR) ? readFileSync(GOVERNOR, "latin1").trim() : "not visible",
    targetProgram,
  };
}
