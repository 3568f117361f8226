// Two builds of our engine compared as `outcry lab compare --out` does it, in little.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readCompareRun, writeCompareRun } from "../../src/lab/compare/compare-run.ts";
import { compareVersions } from "../../src/lab/compare/compare-versions.ts";
import { functionChanges } from "../../src/lab/compare/sampled-pair.ts";
import { compareFilesOf } from "../../src/lab/report/compare-report.ts";
import { writeFiles } from "../../src/lab/report/write-report.ts";
import { SAMPLED_PAIRS } from "../dose.ts";
import { DIST, plant } from "./planted-build-for-test.ts";

/** Most of an order's time, so that few samples show it also on a busy machine. */
const MULTIPLICATIONS = 1000;

const folder = mkdtempSync(join(tmpdir(), "outcry-compare-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("the function that a build made slower is the reddest frame", async () => {
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const planted = join(folder, "planted");
  plant(planted, MULTIPLICATIONS);
  const run = await compareVersions({
    a: DIST,
    b: planted,
    pairs: 1,
    seed: 1,
    tiers: [],
    sampledPairs: SAMPLED_PAIRS,
    command: "outcry lab compare dist planted",
    tell: () => undefined,
  });
  const [grown] = functionChanges(run.sampled, 1);
  assert.equal(grown.name, "match book/books.js");
  assert.ok(grown.change.low > 0);

  const read = readCompareRun(writeCompareRun(run, folder, "compare"));
  assert.ok(read !== undefined);
  const again = compareFilesOf(read, "compare");
  for (const path of writeFiles(compareFilesOf(run, "compare"), folder)) {
    assert.equal(readFileSync(path, "utf8"), again[path.slice(folder.length + 1)]);
  }
  const reddest = /class="f more"><title>([^(]*) \(.*fill-opacity="1\.00"/g;
  const found = [...again["compare-flamegraph.svg"].matchAll(reddest)].map(([, name]) => name);
  assert.deepEqual(found, ["match book/books.js"]);
});
