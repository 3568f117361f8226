import assert from "node:assert/strict";
import { test } from "node:test";
import { consensusBytes, flowFile } from "./flow-file-for-test.ts";
import { openFlow } from "./open-flow.ts";

const NEUTRAL = "n,t,cmd,order_id,side,price,qty,tif,why\n0,1,new,7,buy,5,1,GTC,\n";
const LOBSTER = "34200.004241176,1,16113575,18,5853300,1\n";
const CONSENSUS = consensusBytes([
  [0, 1, 1, 1],
  [4, 1, 2, 3],
]);

for (const [name, content, format] of [
  ["anything", NEUTRAL, "commands.csv"],
  ["x_message_10.csv", NEUTRAL, "commands.csv"],
  ["anything.gz", LOBSTER, "LOBSTER messages"],
  ["x.commands.csv", LOBSTER, "LOBSTER messages"],
  ["anything", CONSENSUS, "consensus flow"],
  ["anything.gz", CONSENSUS, "consensus flow"],
] as const) {
  test(`a ${format} named ${name} is known by its content`, async (context) => {
    const reader = await openFlow(flowFile(context, name, content));
    assert.equal(reader.format, format);
    reader.close();
  });
}

test("where the content does not tell the format, the name does", async (context) => {
  const reader = await openFlow(flowFile(context, "x.commands.csv", "number,time\n"));
  assert.equal(reader.format, "commands.csv");
  reader.close();
  await assert.rejects(
    openFlow(flowFile(context, "x_message_5.csv", "oops\n")),
    /:1: expected 6 columns/,
  );
});

test("content of no known format is refused with what the formats look like", async (context) => {
  const path = flowFile(context, "notes.txt", "Dear diary\n");
  const message = /expected a commands\.csv.*LOBSTER.*consensus.*found "Dear diary"/;
  await assert.rejects(openFlow(path), { code: "FLOW_FORMAT", message });
});
