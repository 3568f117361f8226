import assert from "node:assert/strict";
import { test } from "node:test";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { FLOW_CANCEL, FLOW_NEW, FLOW_REPLACE } from "./flow-command.ts";
import { type ConsensusRow, consensusBytes, flowFile, readFlow } from "./flow-file-for-test.ts";

const NEW_BUY = 0;
const NEW_SELL_IOC = 0b1100;
const CANCEL = 1;
const MODIFY_SELL = 0b0110;

test("flags become kind, side and lifetime; a modify joins the tail", async (context) => {
  const rows: ConsensusRow[] = [
    [NEW_BUY, 9, 3, -100],
    [NEW_SELL_IOC, 255, 1, 2_000_000_000],
    [MODIFY_SELL, 7, 1, 5],
    [CANCEL, 0, 3, 0],
  ];
  const commands = await readFlow(flowFile(context, "f.flow.gz", consensusBytes(rows)));
  assert.deepEqual(
    commands.map(({ kind, side, ioc, joinsTail }) => [kind, side, ioc, joinsTail]),
    [
      [FLOW_NEW, SIDE_BUY, false, false],
      [FLOW_NEW, SIDE_SELL, true, false],
      [FLOW_REPLACE, SIDE_SELL, false, true],
      [FLOW_CANCEL, SIDE_BUY, false, false],
    ],
  );
  assert.deepEqual(
    commands.map(({ orderId, qtyLots, priceTicks }) => [orderId, qtyLots, priceTicks]),
    [
      ["3", 9, -100],
      ["1", 255, 2_000_000_000],
      ["1", 7, 5],
      ["3", 0, 0],
    ],
  );
  assert.deepEqual(
    commands.map(({ timeMicros }) => timeMicros),
    [0, 1, 2, 3],
  );
});

test("a flow of several windows is read whole, plain or packed", async (context) => {
  const rows = Array.from(
    { length: 40_000 },
    (_, i): ConsensusRow => [NEW_BUY, i % 256, i + 1, i - 20_000],
  );
  for (const name of ["long.flow", "long.flow.gz"]) {
    const commands = await readFlow(flowFile(context, name, consensusBytes(rows)));
    assert.equal(commands.length, 40_000);
    assert.ok(commands.every((command, i) => command.orderId === String(i + 1)));
    assert.ok(commands.every((command, i) => command.priceTicks === i - 20_000));
  }
});

test("a flow too short, too long or with unknown flags names the record", async (context) => {
  const rows: ConsensusRow[] = [
    [NEW_BUY, 1, 1, 1],
    [NEW_BUY, 1, 2, 1],
    [CANCEL, 1, 1, 1],
  ];
  const whole = consensusBytes(rows);
  const cut = flowFile(context, "cut.flow.gz", whole.subarray(0, whole.length - 3));
  await assert.rejects(readFlow(cut), /record 2: expected 3 commands.*found the end of the file/);
  const long = flowFile(context, "long.flow.gz", new Uint8Array([...whole, 0]));
  await assert.rejects(readFlow(long), /record 3: expected the end of the file.*found more bytes/);
  const odd = flowFile(context, "odd.flow.gz", consensusBytes([rows[0], [3, 1, 2, 1]]));
  await assert.rejects(readFlow(odd), /record 1: expected flags.*found 3/);
});
