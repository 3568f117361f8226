import assert from "node:assert/strict";
import { test } from "node:test";
import { type BenchLine, benchmarkAll } from "./file-log.bench.ts";
import { temporaryDirectory } from "./log-for-test.ts";

test("the log's benchmark runs, at its smoke size", async (t) => {
  const lines: BenchLine[] = [];
  const size = { fileBytes: 1024 * 1024, commitsMax: 5 };
  await benchmarkAll(temporaryDirectory(t), size, (line) => lines.push(line));
  const read = lines.filter(({ benchmark }) => benchmark === "file log");
  assert.deepEqual(
    read.map(({ batch, recordsRead }) => [batch, recordsRead]),
    [1, 16, 256, 4096].map((batch) => [batch, 5 * batch]),
  );
  assert.equal(lines.length, 16);
});
