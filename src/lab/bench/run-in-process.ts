// One benchmark run in a fresh process of this Node and its flags: nothing is warm, nothing is left
// over from the run before.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the script prints, one JSON value. Rejects when it fails. */
export async function runInProcess<Result>(
  scriptPath: string,
  args: readonly string[],
): Promise<Result> {
  const { stdout } = await run(process.execPath, [...process.execArgv, scriptPath, ...args]);
  return JSON.parse(stdout) as Result;
}
