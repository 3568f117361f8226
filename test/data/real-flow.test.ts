// Real order flow through the real path, held against what the exchanges recorded.

import assert from "node:assert/strict";
import { test } from "node:test";
import { outcry } from "./outcry.ts";
import { sharedData } from "./shared-data.ts";

const es = sharedData(
  "data/real/es_20240508_2s.commands.csv.gz",
  "data/real/es_20240508_2s.expected.jsonl.gz",
  "data/real/es_20240508_2s.books.jsonl.gz",
);
const aapl = sharedData(
  "data/real/aapl_l50_hour.commands.csv.gz",
  "data/real/aapl_l50_hour.expected.jsonl.gz",
  "data/real/aapl_l50_hour.bbo.jsonl.gz",
);

test("two seconds of S&P futures give the recorded executions and books", es, async () => {
  const [flow, fills, books] = es.paths;
  const ended = await outcry("replay", flow, "--expect", fills, "--expect", books, "--json");
  const report = JSON.parse(ended.stdout);
  assert.equal(report.difference, null);
  assert.deepEqual([ended.exitCode, report.agrees], [0, true]);
  assert.deepEqual([report.commands, report.rejected], [13_785, 0]);
  const compared = report.expectations.map(
    (expectation: { compared: number }) => expectation.compared,
  );
  assert.deepEqual(compared, [5, 14]);
});

test("an hour of Apple gives the recorded executions and best prices", aapl, async () => {
  const [flow, fills, tops] = aapl.paths;
  const ended = await outcry("replay", flow, "--expect", fills, "--expect", tops, "--json");
  const report = JSON.parse(ended.stdout);
  assert.equal(report.difference, null);
  assert.deepEqual([ended.exitCode, report.agrees], [0, true]);
  assert.deepEqual([report.commands, report.rejected], [89_121, 0]);
  const compared = report.expectations.map(
    (expectation: { compared: number }) => expectation.compared,
  );
  assert.deepEqual(compared, [report.trades, 22_582]);
});

const consensus = sharedData("data/consensus/normal.s23.flow.gz");

test(
  "the consensus flow trades as often as the 160 engines that agree on it",
  consensus,
  async () => {
    const ended = await outcry("replay", consensus.paths[0], "--json");
    const report = JSON.parse(ended.stdout);
    assert.equal(ended.exitCode, 0);
    assert.deepEqual(
      [report.commands, report.accepted, report.trades],
      [1_996_097, 1_000_000, 62_474],
    );
  },
);
