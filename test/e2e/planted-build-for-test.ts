// A build of our engine that is slower by a known share: its book multiplies in each match as often
// as takes so much of an order's time on this machine. The match then uses what comes out (nothing,
// from a table that the compiler does not know), so that no core does it beside other work.

import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { comparisonText } from "../../src/lab/compare/compare-text.ts";
import type { VersionsComparison } from "../../src/lab/compare/comparison.ts";
import { startVersion } from "../../src/lab/compare/version.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const DIST = join(ROOT, "dist");
const BOOK = join("book", "books.js");
const MATCH = /function match\(book, side, priceTicks, qtyLots\) \{\n/;
/** So many that their time is most of an order's. */
const MANY = 1000;
const LAP = { warmUpLaps: 40, lapCommands: 10_000 };
const LAPS = 40;

export type PlantedBuild = { readonly dist: string; readonly planted: string };

/** `share` 0: a copy and no more. */
export async function plantedBuild(folder: string, share: number): Promise<PlantedBuild> {
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const planted = join(folder, "planted");
  if (share === 0) {
    plant(planted, 0);
    return { dist: DIST, planted };
  }
  const nanos = await nanosPerOrder(DIST);
  plant(planted, MANY);
  const nanosOfMany = (await nanosPerOrder(planted)) - nanos;
  const multiplications = Math.max(1, Math.round((share * nanos * MANY) / nanosOfMany));
  console.log(
    `an order ${nanos.toFixed(0)} ns, ${MANY} multiplications in its match ` +
      `${nanosOfMany.toFixed(0)} ns: planted ${multiplications}`,
  );
  plant(planted, multiplications);
  return { dist: DIST, planted };
}

async function nanosPerOrder(dist: string): Promise<number> {
  const version = await startVersion({ dist, ...LAP });
  const nanos = await version.time(LAPS);
  await version.end();
  return nanos;
}

/** A copy of the build into a folder of an ES module, with so much in each match. */
export function plant(into: string, multiplications: number): void {
  rmSync(into, { recursive: true, force: true });
  cpSync(DIST, into, { recursive: true });
  if (multiplications === 0) return;
  const path = join(into, BOOK);
  const text = readFileSync(path, "utf8");
  if (!MATCH.test(text)) throw new Error(`expected the book's match() in ${path}`);
  const table = "const NOTHING = new Int32Array(2);\n";
  const work =
    `let planted = qtyLots;\nfor (let i = 0; i < ${multiplications}; i++) ` +
    "planted = (Math.imul(planted, 1664525) + 1013904223) | 0;\n" +
    "qtyLots += NOTHING[planted & 1];\n";
  writeFileSync(path, table + text.replace(MATCH, (head) => head + work));
}

/** `outcry lab compare` as a user calls it. */
export function comparedBy(a: string, b: string, options: readonly string[]) {
  const launch = join(ROOT, "tools", "launch.mjs");
  const args = [launch, "lab", "compare", a, b, "--json", ...options];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  const comparison = JSON.parse(stdout) as VersionsComparison;
  return { verdict: comparison.verdict, text: comparisonText(comparison) };
}
