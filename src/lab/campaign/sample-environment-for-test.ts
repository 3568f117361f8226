import type { Environment } from "../campaign/environment.ts";

/** The host of runs that a test made up. */
export const SAMPLE_ENVIRONMENT: Environment = {
  cpu: "a processor",
  cores: 2,
  memoryBytes: 2 ** 34,
  kernel: "linux 6",
  node: "v24",
  nodeFlags: "",
  loadAverage: 0.1,
  governor: "performance",
  targetProgram: "/bin/node",
};
