// Makes docs/examples/lab again, as a user would. A quiet machine, after `npm run build`:
//   node test/e2e/lab-examples.bench.ts [--quick] [PART ...]      (Node 24)
// Parts, all of them where none is named (minutes; with --quick):
//   engine   the whole campaign on our engine (18 to 25; 3)
//   flame    its flame graph from a longer sampling (2)
//   cpp      the whole campaign on the compiled server of test/fixtures (16 to 23; 3)
//   compare  5 % planted in the book, by time alone, with where it went (3)
// Prints how long each took. What is committed says which options made it.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DIST, plantedBuild } from "./planted-build-for-test.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLES = join("docs", "examples", "lab");
const SERVER = new URL("../fixtures/engines/order-server.cpp", import.meta.url).pathname;
const PLANTED_SHARE = 0.05;
/** Not for reading: other programs' formats, and what the run file holds too. */
const LEFT_OUT = /\.pb\.gz$|^compare-(before|after)\.folded$/;

type Part = (folder: string) => Promise<readonly string[]> | readonly string[];

/** Each returns the words after `outcry lab`. */
const PARTS: Readonly<Record<string, Part>> = {
  engine: () => ["run", "engine", ...quick],
  flame: () => ["flame", "engine", "--name", "engine-flame", ...quick],
  cpp(folder) {
    execFileSync("g++", ["-O2", "-g", "-std=c++17", "-o", join(folder, "order-server"), SERVER]);
    return ["run", "unix:e.sock", "--command", "./order-server unix e.sock", ...quick];
  },
  async compare(folder) {
    symlinkSync(DIST, join(folder, "dist"));
    await plantedBuild(folder, PLANTED_SHARE);
    return ["compare", "dist", "planted", "--tier", "2"];
  },
};

async function make(part: string): Promise<void> {
  const wordsOf = PARTS[part];
  if (wordsOf === undefined) throw new Error(`expected some of ${Object.keys(PARTS).join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "outcry-examples-"));
  try {
    const words = await wordsOf(folder);
    const args = [join(ROOT, "tools", "launch.mjs"), "lab", ...words, "--out", EXAMPLES];
    const started = performance.now();
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: "inherit" });
    console.log(`${part}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    // A comparison that finds what was planted ends with 1.
    if (status !== 0 && part !== "compare") throw new Error(`${part} ended with ${status}`);
    cpSync(join(folder, EXAMPLES), join(ROOT, EXAMPLES), {
      recursive: true,
      filter: (path) => !LEFT_OUT.test(basename(path)),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false } },
});
const quick = values.quick ? ["--quick"] : [];
for (const part of positionals.length > 0 ? positionals : Object.keys(PARTS)) await make(part);
