// Runs `outcry` as a process of its own, as a user would.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

export type Ended = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export function outcry(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { maxBuffer: OUTPUT_BYTES_MAX };
    const child = execFile(process.execPath, [MAIN, ...args], options, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
