import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { type ConsensusRow, consensusBytes, flowFile } from "../../market/flow-file-for-test.ts";
import { benchFlows } from "./flow-bench.ts";
import { checkPublished } from "./published-hashes.ts";

const BUY = 0;
const SELL = 0b0100;
const SELL_IOC = 0b1100;
const CANCEL = 1;
const MODIFY = 2;

const FLOW: ConsensusRow[] = [
  [BUY, 10, 3, 100],
  [BUY, 5, 1, -7],
  [SELL_IOC, 12, 2, 100],
  [MODIFY, 4, 1, 90],
  [CANCEL, 0, 3, 0],
  [MODIFY, 4, 9, 90],
  [SELL, 3, 1_000_000, 91],
  [MODIFY, 4, 1, 95],
  [CANCEL, 0, 1, 0],
];

const REPORTS = [
  "0,0,0,3,100,10",
  "0,1,0,1,-7,5",
  "0,2,1,2,100,12",
  "1,2,100,10,3,2",
  "2,2,1,2,100", // What is left of an IOC order ends.
  "3,3,0,1,90,4",
  "4,4,3", // It has traded whole.
  "5,5,9",
  "0,6,1,1000000,91,3",
  "1,7,91,3,1000000,1", // The maker's price. In the sorted list a trade comes before its modify.
  "3,7,0,1,95,4",
  "2,8,0,1,95",
];

test("the book and the whole engine make the benchmark's reports, at smoke size", async (t) => {
  const flow = flowFile(t, "smoke.flow.gz", consensusBytes(FLOW));
  const sha256 = createHash("sha256").update(REPORTS.join("\n")).digest("hex");
  for (const target of ["book", "engine"] as const) {
    const results = await benchFlows({ target, flows: [flow], runs: 1, warmsUp: false });
    assert.deepEqual(
      results.map((result) => [result.flow, result.commands, result.sha256, result.isPublished]),
      [["smoke.flow.gz", FLOW.length, sha256, false]],
    );
    const service = results[0]?.serviceNanos;
    assert.deepEqual(
      [service?.new.commands, service?.cancel.commands, service?.amend.commands],
      target === "engine" ? [4, 2, 3] : [undefined, undefined, undefined],
      "each command is timed once, under its own kind",
    );
  }
});

test("a file that is no flow is told before anything is measured", async (t) => {
  const options = { target: "book", runs: 1, warmsUp: false } as const;
  const flow = consensusBytes(FLOW);
  for (const [name, bytes, message] of [
    ["text.csv", Buffer.from("n,t,cmd\n1,2,new\n"), /text\.csv: expected a consensus flow/],
    ["cut.flow", flow.subarray(0, flow.length - 1), /cut\.flow: expected a consensus flow/],
    ["cut-gzip.flow", gzipSync(flow).subarray(0, 20), /cut-gzip\.flow: expected a readable file/],
  ] as const) {
    const path = flowFile(t, name, bytes);
    await assert.rejects(benchFlows({ ...options, flows: [path] }), { name: "FlowError", message });
  }
});

test("a hash other than the published one is an error that names both", () => {
  assert.throws(
    () => checkPublished("static.s23.flow.gz", "00"),
    /static\.s23\.flow\.gz: expected .*9803843e.*, found 00$/,
  );
  assert.equal(checkPublished("mine.flow.gz", "00"), false);
});
