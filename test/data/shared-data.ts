// Market data that may not be copied into the project: found by OUTCRY_SHARED, else beside the
// checkout. Where it is absent, the tests that need it are skipped and say what is missing.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));
const SHARED = process.env["OUTCRY_SHARED"] ?? join(REPOSITORY, "..", "shared");

/** Absolute paths of these files below the shared directory, and why to skip when one is absent. */
export function sharedData<Names extends readonly string[]>(
  ...names: Names
): { readonly paths: { [Index in keyof Names]: string }; readonly skip: string | false } {
  const paths = names.map((name) => join(SHARED, name)) as { [Index in keyof Names]: string };
  const missing = paths.find((path) => !existsSync(path));
  const hint = "set OUTCRY_SHARED to the directory that has it";
  return { paths, skip: missing === undefined ? false : `needs ${missing}; ${hint}` };
}
