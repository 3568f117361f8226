// Programs in C++ that tests start. They are compiled once: all tests, and later runs, have the
// same one for as long as its source, its flags and the compiler stay as they are.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));
const COMPILED = fileURLToPath(
  new URL("../../node_modules/.cache/outcry-fixtures", import.meta.url),
);
const ENGINE_FLAGS = ["-O2", "-g", "-std=c++17", "-pthread"];

const compiler = spawnSync("g++", ["--version"], { encoding: "utf8" });

/** False, or what to install. */
export const NO_COMPILER = compiler.status === 0 ? false : "g++ is missing: apt-get install g++";

/** The path of an engine of test/fixtures/engines. */
export function compiledEngine(name: string): string {
  return compiled(`engines/${name}.cpp`, ENGINE_FLAGS);
}

/** The path of the program that `source`, a file below test/fixtures, compiles to. */
export function compiled(source: string, flags: readonly string[]): string {
  const path = join(FIXTURES, source);
  const hash = createHash("sha256");
  for (const part of [compiler.stdout, ...flags, readFileSync(path)]) hash.update(part);
  const folder = join(COMPILED, hash.digest("hex"));
  const program = join(folder, basename(source, ".cpp"));
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  execFileSync("g++", ["-o", fresh, path, ...flags]);
  renameSync(fresh, program); // Whole: another test may be looking for it.
  return program;
}
