import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { SAMPLE_ENVIRONMENT } from "../campaign/sample-environment-for-test.ts";
import type { Pair } from "../compare/compare-metric.ts";
import {
  COMPARE_RUN_VERSION,
  type CompareRun,
  readCompareRun,
  writeCompareRun,
} from "../compare/compare-run.ts";
import { compareFilesOf } from "./compare-report.ts";
import { comparePage } from "./report-page.ts";

/** B costs 10 % more, within one in a thousand; A against itself differs by as little. */
function pairsOf(count: number, effect: number): Pair[] {
  return Array.from({ length: count }, (_, i) => {
    return { a: 300, b: 300 * (1 + effect) * (1 + (((i * 7) % 11) - 5.3) / 10_000) };
  });
}

const RUN: CompareRun = {
  kind: "compare",
  version: COMPARE_RUN_VERSION,
  a: "dist",
  b: "../other/dist",
  startedAt: "2026-11-28T09:00:00.000Z",
  command: "outcry lab compare dist ../other/dist --tier 2,3 --out .",
  seed: 1,
  environment: { ...SAMPLE_ENVIRONMENT, targetProgram: "" },
  countedMissing: "valgrind is not here",
  timed: { pairs: pairsOf(20, 0.1), floor: pairsOf(10, 0) },
  served: {
    pairs: pairsOf(10, 0.001).map((rate) => ({ rate, p99Nanos: { a: 1e6, b: rate.b * 3666 } })),
    floor: pairsOf(10, 0).map((rate) => ({ rate, p99Nanos: { a: 1e6, b: rate.b * 3333 } })),
    offeredPerSecond: 500_000,
  },
  sampled: [
    {
      before: {
        nanosPerOrder: 300,
        samples: 9000,
        folded: "play;match a/b.js:1_[j] 200\nplay 100\n",
      },
      after: {
        nanosPerOrder: 330,
        samples: 9000,
        folded: "play;match a/b.js:2_[j] 230\nplay 100\n",
      },
    },
  ],
};

test("the report of a comparison is a function of its file, to the byte", () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-compare-"));
  try {
    const again = readCompareRun(writeCompareRun(RUN, folder, "compare"));
    assert.deepEqual(again && compareFilesOf(again, "compare"), compareFilesOf(RUN, "compare"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the report tells verdicts, floor, what grew, and every picture is there", () => {
  const files = compareFilesOf(RUN, "compare");
  const report = files["compare-report.md"];
  assert.match(report, /## Verdict: REGRESSED/);
  assert.match(report, /processor time an order \| measured \| \+10\.00 % .* n = 20 .*REGRESSED/);
  assert.match(report, /ceiling: rate with 512 in flight .*EQUIVALENT/);
  assert.match(report, /not available \| valgrind is not here/);
  assert.match(report, /`match a\/b\.js` \| 200\.0 ns \| 230\.0 ns \| \+30\.0/);
  assert.doesNotMatch(report, /NaN|undefined|Infinity/);
  for (const [, link] of report.matchAll(/\]\(([^)]+)\)/g)) assert.ok(link in files, link);
  assert.equal(
    files["compare-after.folded"],
    "play 100000\nplay;match a/b.js_[j] 230000\n", // Thousandths of a nanosecond an order.
  );
});

test("the paired differences show every pair, both estimates and the band", () => {
  const svg = compareFilesOf(RUN, "compare")["compare-pairs.svg"];
  assert.equal(svg.match(/r="2\.6"/g)?.length, 20 + 10 + 2 * (10 + 10));
  assert.equal(svg.match(/r="4\.5"/g)?.length, 6 + 1); // And the legend's.
  assert.equal(svg.match(/class="span"/g)?.length, 3 + 1);
  assert.match(svg, /B against A: \+10\.00 %/);
  // Every pair of B is slower by a tenth, right of nothing in the middle of the axis, 118 to 730.
  const places = [...svg.matchAll(/class="f1" opacity="0.6" cx="([\d.]+)"/g)].map(([, x]) => x);
  assert.ok(
    places.slice(0, 20).every((x) => Number(x) > 424 + 200),
    places.join(" "),
  );
  assert.match(svg, /prefers-color-scheme:dark/);
  assert.doesNotMatch(svg, /NaN|undefined/);
});

test("the page of a comparison is its report, with every picture inside it", () => {
  const page = comparePage(RUN);
  assert.match(page, /<title>dist and \.\.\/other\/dist: compared<\/title>/);
  assert.match(page, /<h2>Verdict: REGRESSED<\/h2>/);
  const files = compareFilesOf(RUN, "compare");
  const pictures = ["compare-pairs.svg", "compare-flamegraph.svg"].map((name) => files[name]);
  const sources = [...page.matchAll(/(?:src|data)="data:image\/svg\+xml;base64,([^"]*)"/g)];
  const shown = sources.map(([, text]) => Buffer.from(text, "base64").toString());
  assert.deepEqual(shown, pictures);
  assert.match(page, /<object [^>]*>Differential flame graph/, "its script runs");
  assert.match(page, /<img /);
  assert.match(page, /img\{max-width:100%/, "no picture is wider than a phone");
  assert.doesNotMatch(
    page.replaceAll(/(src|data)="data:[^"]*"/g, ""),
    /(src|href|data)="/,
    "no other file",
  );
});

test("a comparison of another version is refused by name", () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-compare-"));
  try {
    const newer = { ...RUN, version: 99 as unknown as CompareRun["version"] };
    const path = writeCompareRun(newer, folder, "newer");
    assert.throws(() => readCompareRun(path), /expected version 1, found 99/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
