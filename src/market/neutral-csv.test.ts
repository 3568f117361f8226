import assert from "node:assert/strict";
import { test } from "node:test";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { FLOW_CANCEL, FLOW_NEW, FLOW_REDUCE, FLOW_REPLACE } from "./flow-command.ts";
import { flowFile, readFlow } from "./flow-file-for-test.ts";

const HEADER = "n,t,cmd,order_id,side,price,qty,tif,why";

test("every kind of command is read with side, limit, lots and time", async (context) => {
  const path = flowFile(
    context,
    "day.commands.csv.gz",
    [
      HEADER,
      "0,34200.004241176,new,7,sell,-5,100,GTC,seed",
      "1,34200.5,new,8,buy,5870000,30,IOC,taker",
      "2,34201,reduce,7,,,40,,book",
      "3,34202,replace,7,sell,-6,80,,book",
      "4,34203,cancel,7,,,,,book",
    ].join("\n"),
  );
  const commands = await readFlow(path);
  assert.deepEqual(
    commands.map(({ kind, orderId, timeMicros }) => [kind, orderId, timeMicros]),
    [
      [FLOW_NEW, "7", 34_200_004_241],
      [FLOW_NEW, "8", 34_200_500_000],
      [FLOW_REDUCE, "7", 34_201_000_000],
      [FLOW_REPLACE, "7", 34_202_000_000],
      [FLOW_CANCEL, "7", 34_203_000_000],
    ],
  );
  const [rests, takes, reduces, replaces] = commands;
  assert.deepEqual(
    [rests.side, rests.priceTicks, rests.qtyLots, rests.ioc],
    [SIDE_SELL, -5, 100, false],
  );
  assert.deepEqual(
    [takes.side, takes.priceTicks, takes.qtyLots, takes.ioc],
    [SIDE_BUY, 5_870_000, 30, true],
  );
  assert.equal(reduces.qtyLots, 40);
  assert.deepEqual([replaces.priceTicks, replaces.qtyLots, replaces.joinsTail], [-6, 80, false]);
});

test("nanoseconds, columns in another order and carriage returns are read", async (context) => {
  const path = flowFile(
    context,
    "day.commands.csv",
    "n,ts_ns,cmd,order_id,price,side,qty,display,show,tif,why\r\n" +
      "0,1715126400059699395,new,6413245568286,20856,buy,1,,,GTC,seed\r\n",
  );
  const [command] = await readFlow(path);
  assert.equal(command.timeMicros, 1_715_126_400_059_699);
  assert.equal(command.orderId, "6413245568286");
});

test("a file longer than a chunk loses and splits no line", async (context) => {
  const lines = [HEADER];
  for (let n = 0; n < 20_000; n++) lines.push(`${n},${n},new,${n + 1},buy,${n},1,GTC,book`);
  const commands = await readFlow(flowFile(context, "long.commands.csv.gz", lines.join("\n")));
  assert.equal(commands.length, 20_000);
  assert.ok(commands.every((command, n) => command.priceTicks === n));
});

const badLines: readonly [string, string, RegExp][] = [
  ["a short line", "1,2,new,8,buy,5", /:3: expected 9 columns, found "1,2,new,8,buy,5"/],
  ["a number out of turn", "2,2,cancel,7,,,,,", /:3: expected n: command number 1, found "2"/],
  ["an unknown command", "1,2,fill,7,,,,,", /cmd: new, cancel, reduce or replace, found "fill"/],
  ["a bad time", "1,noon,cancel,7,,,,,", /t: seconds after midnight.*found "noon"/],
  ["a text for an order id", "1,2,cancel,x7,,,,,", /order_id: an order id.*found "x7"/],
  ["an order id too long", "1,2,cancel,12345678901234567,,,,,", /order_id: an order id/],
  ["an unknown side", "1,2,new,8,short,5,1,GTC,", /side: buy or sell, found "short"/],
  [
    "a price off the grid",
    "1,2,new,8,buy,5.5,1,GTC,",
    /price: a price in whole ticks.*found "5.5"/,
  ],
  ["a price too large", "1,2,new,8,buy,2147483648,1,GTC,", /price: a price in whole ticks/],
  ["no quantity", "1,2,new,8,buy,5,0,GTC,", /qty: a quantity.*found "0"/],
  ["an unsafe quantity", "1,2,new,8,buy,5,9007199254740993,GTC,", /qty: a quantity/],
  ["an unknown lifetime", "1,2,new,8,buy,5,1,DAY,", /tif: GTC or IOC, found "DAY"/],
  ["an empty line", "", /:3: expected 9 columns, found nothing/],
];

for (const [what, line, message] of badLines) {
  test(`${what} stops the reading with file, line, expected and found`, async (context) => {
    const text = `${HEADER}\n0,1,new,7,buy,5,1,GTC,\n${line}\n1,2,cancel,7,,,,,\n`;
    const path = flowFile(context, "bad.commands.csv", text);
    await assert.rejects(readFlow(path), { name: "FlowError", code: "FLOW_LINE", message });
  });
}

test("an iceberg stops the reading instead of trading as something else", async (context) => {
  const text =
    "n,t,cmd,order_id,side,price,qty,display,show,tif,why\n0,1,new,7,buy,5,100,10,,GTC,\n";
  const path = flowFile(context, "ice.commands.csv", text);
  await assert.rejects(readFlow(path), /:2: expected display: no display.*found "10"/);
});

test("a header without its columns, and an empty file, are named as such", async (context) => {
  const headless = flowFile(context, "x.commands.csv", "n,t,cmd,order_id\n");
  await assert.rejects(readFlow(headless), /:1: expected a header with n,cmd/);
  const empty = flowFile(context, "y.commands.csv.gz", "");
  await assert.rejects(readFlow(empty), /expected a header.*found an empty file/);
});

test("a gzip file cut short is a failure, not a shorter day", async (context) => {
  const { gzipSync } = await import("node:zlib");
  const lines = [HEADER];
  for (let n = 0; n < 5000; n++)
    lines.push(`${n},${n},new,${n + 1},buy,${(n * 7919) % 10_007},1,GTC,`);
  const whole = gzipSync(lines.join("\n"));
  const path = flowFile(context, "cut.commands.csv", whole.subarray(0, whole.length / 2));
  await assert.rejects(readFlow(path), { code: "FLOW_FILE", message: /unexpected end of file/ });
});

test("a missing file is a failure with its path", async () => {
  await assert.rejects(readFlow("/nowhere/x.commands.csv"), {
    code: "FLOW_FILE",
    message: /nowhere/,
  });
});
