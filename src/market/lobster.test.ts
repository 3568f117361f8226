import assert from "node:assert/strict";
import { test } from "node:test";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { FLOW_CANCEL, FLOW_NEW, FLOW_REDUCE, type FlowCommand } from "./flow-command.ts";
import { flowFile, readFlow } from "./flow-file-for-test.ts";

const KINDS = { [FLOW_NEW]: "new", [FLOW_CANCEL]: "cancel", [FLOW_REDUCE]: "reduce" };

function line(command: FlowCommand): string {
  const { kind, orderId, side, qtyLots, priceTicks, ioc } = command;
  const name = ioc ? "take" : KINDS[kind as keyof typeof KINDS];
  const id = ioc ? "" : ` ${orderId}`;
  if (kind === FLOW_CANCEL) return `${name}${id}`;
  if (kind === FLOW_REDUCE) return `${name}${id} ${qtyLots}`;
  return `${name}${id} ${side === SIDE_BUY ? "buy" : "sell"} ${qtyLots}@${priceTicks}`;
}

async function read(context: Parameters<typeof flowFile>[0], lines: string[]): Promise<string[]> {
  const path = flowFile(context, "AAPL_2012-06-21_message_10.csv", `${lines.join("\n")}\n`);
  return (await readFlow(path)).map(line);
}

test("new, partial cancel and delete keep their meaning", async (context) => {
  const found = await read(context, [
    "34200.1,1,11,100,5000,1",
    "34200.2,2,11,30,5000,1",
    "34200.3,3,11,70,5000,1",
  ]);
  assert.deepEqual(found, ["new 11 buy 100@5000", "reduce 11 30", "cancel 11"]);
});

test("executions at one time and direction are one taker", async (context) => {
  const found = await read(context, [
    "34200.1,1,11,100,5000,-1",
    "34200.2,1,12,50,5010,-1",
    "34200.300000001,4,11,100,5000,-1",
    "34200.300000001,5,0,25,5005,-1",
    "34200.300000001,4,12,20,5010,-1",
    "34200.300000002,4,12,10,5010,-1",
  ]);
  assert.deepEqual(found, [
    "new 11 sell 100@5000",
    "new 12 sell 50@5010",
    "take buy 120@5010",
    "take buy 10@5010",
  ]);
});

test("a change of direction at one time is two takers", async (context) => {
  const found = await read(context, [
    "1.0,1,1,5,90,1",
    "1.1,1,2,5,100,-1",
    "1.2,4,1,5,90,1",
    "1.2,4,2,5,100,-1",
  ]);
  assert.deepEqual(found.slice(2), ["take sell 5@90", "take buy 5@100"]);
});

test("takers have ids of their own, never twice", async (context) => {
  const path = flowFile(context, "x_message_1.csv", "1,1,1,5,90,1\n2,4,1,2,90,1\n3,4,1,3,90,1\n");
  const ids = (await readFlow(path)).map(({ orderId }) => orderId);
  assert.deepEqual(ids, ["1", "8000000000000001", "8000000000000002"]);
});

test("orders resting before the file are entered oldest first", async (context) => {
  const found = await read(context, [
    "34200.1,1,20,10,5000,1",
    "34200.2,2,9,15,5000,1",
    "34200.3,4,9,25,5000,1",
    "34200.4,3,5,40,5000,1",
  ]);
  assert.deepEqual(found, [
    "new 5 buy 40@5000",
    "new 9 buy 40@5000",
    "new 20 buy 10@5000",
    "reduce 9 15",
    "take sell 25@5000",
    "cancel 5",
  ]);
});

test("an order that came into range later stands between its neighbors", async (context) => {
  const found = await read(context, ["1,1,10,5,100,1", "2,1,30,5,101,1", "3,3,20,7,99,1"]);
  assert.deepEqual(found, ["new 10 buy 5@100", "new 20 buy 7@99", "new 30 buy 5@101", "cancel 20"]);
});

test("hidden executions, crosses and halts are passed over and counted", async (context) => {
  const { openFlow } = await import("./open-flow.ts");
  const { emptyFlowCommand } = await import("./flow-command.ts");
  const text = "1,1,1,5,100,1\n2,5,0,5,100,1\n3,6,-1,500,100,-1\n4,7,0,0,-1,-1\n";
  const reader = await openFlow(flowFile(context, "x_message_1.csv", text));
  const command = emptyFlowCommand();
  let commandCount = 0;
  while (await reader.fill()) while (reader.tryNext(command)) commandCount++;
  assert.deepEqual([commandCount, reader.skippedCount], [1, 3]);
});

test("a taker at the end of the file is not forgotten", async (context) => {
  const found = await read(context, ["1,1,1,5,100,1", "2,4,1,5,100,1"]);
  assert.deepEqual(found, ["new 1 buy 5@100", "take sell 5@100"]);
});

for (const [what, bad, message] of [
  ["a missing column", "2,3,1,5,100", /:2: expected 6 columns/],
  ["an unknown type", "2,8,1,5,100,1", /:2: expected type: 1 to 7, found "8"/],
  ["a direction of zero", "2,3,1,5,100,0", /:2: expected direction: 1 or -1, found "0"/],
  ["a size of zero", "2,2,1,0,100,1", /:2: expected size: a quantity/],
  ["a price with decimals", "2,1,2,5,1.5,1", /:2: expected price: a price in whole ticks/],
] as const) {
  test(`${what} stops the reading with its line`, async (context) => {
    await assert.rejects(read(context, ["1,1,1,5,100,1", bad]), { name: "FlowError", message });
  });
}

test("the resting side of an execution decides the taker's", async (context) => {
  const path = flowFile(context, "x_message_1.csv", "1,1,1,5,100,-1\n2,4,1,5,100,-1\n");
  const [maker, taker] = await readFlow(path);
  assert.deepEqual([maker.side, taker.side], [SIDE_SELL, SIDE_BUY]);
});
