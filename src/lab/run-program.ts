// One run of another program, with a time limit, whatever comes of it: tools that may be missing.

import { execFile } from "node:child_process";

export type ProgramRun = {
  /** Whether it started and ended with 0. */
  readonly isDone: boolean;
  readonly stdout: string;
  readonly stderr: string;
};

const OUTPUT_BYTES_MAX = 512 * 1024 * 1024;

export function runProgram(
  program: string,
  args: readonly string[],
  millisMax: number,
): Promise<ProgramRun> {
  const options = { timeout: millisMax, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const why = error === null ? stderr : `${stderr}${error.message}`;
      resolve({ isDone: error === null, stdout, stderr: why });
    });
  });
}
