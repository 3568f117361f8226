// The files of the laboratory, read and written: what fails is the user's to mend, so told with its
// path and without a stack.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export class LabFileFailure extends Error {
  override name = "LabFileFailure";
  readonly code = "LAB_FILE";
}

/** Makes the folder and a file in it, which goes again: before anything is measured for it. */
export function prepareFolder(folder: string): void {
  const probe = join(folder, `.outcry-lab-${process.pid}`);
  writeTo(probe, "a file can be written here\n");
  rmSync(probe);
}

/** Makes the folders that lead to it. */
export function writeTo(path: string, data: string | Uint8Array): void {
  try {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, data);
  } catch (error) {
    throw failureOf(path, error);
  }
}

export function readJson(
  path: string,
  revive?: (key: string, value: unknown) => unknown,
): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, "utf8"), revive);
  } catch (error) {
    throw error instanceof SyntaxError ? noRun(path, error.message) : error;
  }
  if (typeof found === "object" && found !== null) return found as Record<string, unknown>;
  throw noRun(path, `a ${typeof found}`);
}

function noRun(path: string, found: string): LabFileFailure {
  return new LabFileFailure(`${path}: expected a run.json of the laboratory, found ${found}`);
}

/** What the system says is whole: its own error beside it would say it twice. */
function failureOf(path: string, error: unknown): LabFileFailure {
  const message = error instanceof Error ? error.message : String(error);
  return new LabFileFailure(message.includes(path) ? message : `${path}: ${message}`);
}
