// What answers over FIX 4.4 say of the request that they answer, and of the order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { writeBustTrade, writeCorrectTrade, writeSetAccount } from "../../codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../../codec/command.ts";
import { fixTimeText } from "../../codec/fix-time.ts";
import { systemClock } from "../../ops/clock.ts";
import { NO_LIMITS } from "../ouch/ouch-for-test.ts";
import { BUY, type FixFields, type FixTestVenue, startFixVenue } from "./fix-for-test.ts";

const NOW = (): string => `60=${fixTimeText(systemClock.nowMicros())}`;

function values(report: FixFields, tags: readonly number[]): unknown[] {
  return tags.map((each) => report[each]);
}

test("an order of a symbol that nobody knows is rejected with what it said", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", "55=ACMX 54=2 40=4 59=1 38=7 44=12.34 99=12.5");
  trader.enter("B", "55=ACMY 54=1 40=1 152=250.00");
  const [limit, amount] = await trader.first(2);
  const text = "1 UNKNOWN_INSTRUMENT: expected the symbol of an instrument in tag 55, found ACM";
  assert.deepEqual(values(limit, [37, 11, 150, 39, 103, 58]), [
    "NONE",
    "A",
    "8",
    "8",
    "1",
    `${text}X`,
  ]);
  assert.deepEqual(values(limit, [55, 54, 40, 59, 38, 44, 99, 14, 151]), [
    "ACMX",
    "2",
    "4",
    "1",
    "7",
    "12.34",
    "12.5",
    "0",
    "0",
  ]);
  assert.deepEqual(values(amount, [11, 58, 55, 40, 38, 44, 152]), [
    "B",
    `${text}Y`,
    "ACMY",
    "1",
    undefined,
    undefined,
    "250.00",
  ]);
  assert.notEqual(limit[17], amount[17]);
});

test("a replace to what is executed already ends the order under its own name", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  trader.enter("A", BUY);
  await trader.first(1);
  other.enter("B", "55=ACME 54=2 40=2 59=1 38=5 44=100.00");
  await other.first(2);
  trader.send("G", `41=A 11=A2 55=ACME 54=1 ${NOW()} 40=2 38=4 44=100`);
  const [, , ended] = await trader.first(3);
  const facts = (each: FixFields): unknown[] => values(each, [11, 41, 39, 14, 151]);
  assert.deepEqual(values(ended, [150, 58]), ["4", "1008 BELOW_EXECUTED"]);
  assert.deepEqual(facts(ended), ["A2", "A", "4", "5", "0"]);
  trader.send("H", "11=A2 55=ACME 54=1");
  const state = await trader.until((each) => each[150] === "I");
  assert.deepEqual(facts(state), ["A2", "A", "4", "5", "0"]);
  trader.send("H", "11=A 55=ACME 54=1");
  const named = await trader.until((each) => each[150] === "I" && each[11] === "A");
  assert.deepEqual(facts(named), ["A", undefined, "4", "5", "0"]);
  await trader.cut();
  const restarted = await venue.restarted(t);
  const again = await restarted.dial();
  again.nextOut = trader.nextOut;
  again.logOn();
  again.send("2", "7=2 16=0");
  const endedAgain = await again.until((each) => each[150] === "4");
  assert.deepEqual([endedAgain[43], ...facts(endedAgain)], ["Y", ...facts(ended)]);
});

test("the name of a cancel names the order that it has ended", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", BUY);
  trader.send("F", `41=A 11=C 55=ACME 54=1 ${NOW()}`);
  trader.send("F", `41=A 11=D 55=ACME 54=1 ${NOW()}`);
  trader.send("H", "11=C 55=ACME 54=1").send("H", "11=D 55=ACME 54=1");
  const state = (clOrdId: string): Promise<FixFields> =>
    trader.until((each) => each[150] === "I" && each[11] === clOrdId);
  assert.deepEqual(values(await state("C"), [41, 39, 38]), ["A", "4", "10"]);
  assert.deepEqual(values(await state("D"), [41, 39, 103]), [undefined, "8", "5"]);
  trader.enter("C", BUY);
  trader.send("H", "11=C 55=ACME 54=1 790=NEW");
  const own = await trader.until((each) => each[790] === "NEW");
  assert.deepEqual(values(own, [11, 41, 39]), ["C", undefined, "0"]);
});

test("a question's own name is in its answer, whatever that is", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", BUY).enter("B", BUY);
  trader.send("F", `41=B 11=C 55=ACME 54=1 ${NOW()}`);
  for (const clOrdId of ["A", "B", "NOBODY"]) {
    trader.send("H", `11=${clOrdId} 55=ACME 54=1 790=Q-${clOrdId}`);
  }
  const answer = (reqId: string): Promise<FixFields> => trader.until((each) => each[790] === reqId);
  assert.deepEqual(values(await answer("Q-A"), [11, 39]), ["A", "0"]);
  assert.deepEqual(values(await answer("Q-B"), [11, 39]), ["B", "4"]);
  assert.deepEqual(values(await answer("Q-NOBODY"), [11, 39]), ["NOBODY", "8"]);
});

test("a pegged order that the exchange moves is restated, not replaced", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  other.enter("B1", "55=ACME 54=1 40=2 59=1 38=5 44=99.00");
  await other.first(1);
  trader.enter("P", "55=ACME 54=1 40=P 59=1 38=5 18=R");
  await trader.first(1);
  other.enter("B2", "55=ACME 54=1 40=2 59=1 38=5 44=99.50");
  const [entered, moved] = await trader.first(2);
  assert.equal(entered[44], "99.00");
  assert.deepEqual(values(moved, [11, 41, 150, 378, 39, 44, 58]), [
    "P",
    undefined,
    "D",
    "3",
    "0",
    "99.50",
    "1023 REPRICED",
  ]);
});

test("what an owner changes out of sight is not said to be the exchange's doing", async (t) => {
  const venue = await startFixVenue(t, { rest: true });
  const trader = await venue.connect();
  trader.enter("A", `${BUY} 111=0`);
  await trader.first(1);
  await venue.ask("PATCH", "/orders/by-cl-ord-id/A", { price: "99.00" });
  const [, changed] = await trader.first(2);
  assert.deepEqual(values(changed, [11, 150, 378, 44, 58]), ["A", "D", "99", "99.00", undefined]);
});

test("a cancel or replace of the other side is rejected", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", BUY);
  trader.send("F", `41=A 11=C 55=ACME 54=2 ${NOW()}`);
  trader.send("G", `41=A 11=D 55=ACME 54=5 ${NOW()} 40=2 38=7 44=99.50`);
  trader.send("G", `41=A 11=E 55=ACME 54=1 ${NOW()} 40=2 38=7 44=99.50`);
  const cancel = await trader.until((each) => each[11] === "C");
  const replace = await trader.until((each) => each[11] === "D");
  const text = "expected the order's Side, which is 1, in tag 54, found ";
  const tags = [35, 37, 41, 39, 434, 102, 58];
  assert.deepEqual(values(cancel, tags), ["9", "1", "A", "0", "1", "99", `${text}2`]);
  assert.deepEqual(values(replace, tags), ["9", "1", "A", "0", "2", "99", `${text}5`]);
  assert.equal((await trader.until((each) => each[11] === "E"))[150], "5");
});

test("a request for market data that is wrong hears what was expected", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const cases: readonly (readonly [string, string])[] = [
    ["264=0 267=1 269=0 146=1 55=ACMX", "the symbol of an instrument in tag 55, found ACMX"],
    ["264=1001 267=1 269=0 146=1 55=ACME", "0 to 1000 in tag 264, found 1001"],
    ["264=0 265=7 267=1 269=0 146=1 55=ACME", "0 or 1 in tag 265, found 7"],
    ["264=0 267=1 269=B 146=1 55=ACME", "0, 1 or 2 in tag 269, found B"],
  ];
  for (const [index, [fields, text]] of cases.entries()) {
    trader.send("V", `262=M${index} 263=1 ${fields}`);
    const refused = await trader.until((each) => each[262] === `M${index}`);
    assert.deepEqual(values(refused, [35, 58]), ["Y", `expected ${text}`]);
  }
});

async function enterAsOperator(
  { exchange }: FixTestVenue,
  write: (record: RecordBuffer, sessionId: number) => void,
): Promise<void> {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  await new Promise<void>((resolve) => {
    const sessionId = exchange.openSession(() => resolve());
    write(record, sessionId);
    exchange.submit(record, 0);
  });
}

test("a trade that is busted or corrected is told with its order as it stands", async (t) => {
  const venue = await startFixVenue(t);
  await enterAsOperator(venue, (record, sessionId) =>
    writeSetAccount(record, 0, sessionId, { ...NO_LIMITS, accountId: 1 }),
  );
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  const copy = await venue.connect({ targetCompId: "OUTCRY-COPY", compId: "COPY" });
  other.enter("ASK", "55=ACME 54=2 40=2 59=1 38=20 44=100.00");
  await other.first(1);
  trader.enter("FILLED", "55=ACME 54=1 40=2 59=1 38=7 44=100.00");
  const [, fill] = await trader.first(2);
  venue.history.hold();
  await enterAsOperator(venue, (record, sessionId) =>
    writeCorrectTrade(record, 0, sessionId, { tradeId: 1, lastPxTicks: 9900, lastQtyLots: 5 }),
  );
  await enterAsOperator(venue, (record, sessionId) => writeBustTrade(record, 0, sessionId, 1));
  other.send("G", `41=ASK 11=ASK2 55=ACME 54=2 ${NOW()} 40=2 38=19 44=101.00`);
  trader.enter("LATER", "55=ACME 54=1 40=2 59=1 38=1 44=90.00");
  await trader.pause();
  assert.equal(trader.messages.at(-1), fill);
  venue.history.release();
  const [, , corrected, busted, later] = await trader.first(5);
  const tags = [150, 19, 11, 38, 40, 44, 54, 39, 14, 151, 32, 31, 527];
  const ofFilled = ["FILLED", "7", "2", "100.00", "1", "2"];
  const lastTrade = ["0", "5", "99.00", "1"];
  assert.deepEqual(values(corrected, tags), ["G", fill[17], ...ofFilled, "5", ...lastTrade]);
  assert.deepEqual(values(busted, tags), ["H", fill[17], ...ofFilled, "0", ...lastTrade]);
  assert.deepEqual([later[11], later[150]], ["LATER", "0"]);
  const copied = (await copy.first(4)).slice(2);
  assert.deepEqual(
    copied.map((each) => values(each, tags)),
    [corrected, busted].map((each) => values(each, tags)),
  );
  // What has changed since is not told as if it had been so then.
  const [, , ofWorking] = await other.first(3);
  assert.deepEqual(values(ofWorking, [150, 11, 38, 44, 54, 39, 14, 151]), [
    "G",
    "ASK",
    undefined,
    undefined,
    "2",
    "1",
    "5",
    "13",
  ]);
  trader.send("2", `7=${corrected[34]} 16=${busted[34]}`);
  const again = await trader.until((each) => each[43] === "Y" && each[150] === "H");
  assert.deepEqual(values(again, tags), values(busted, tags));
});

test("every report says what counts of the order and its average price", async (t) => {
  const venue = await startFixVenue(t);
  await enterAsOperator(venue, (record, sessionId) =>
    writeSetAccount(record, 0, sessionId, { ...NO_LIMITS, accountId: 1 }),
  );
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  other.enter("ASK1", "55=ACME 54=2 40=2 59=1 38=2 44=100.00");
  other.enter("ASK2", "55=ACME 54=2 40=2 59=1 38=1 44=100.01");
  await other.first(2);
  trader.enter("A", "55=ACME 54=1 40=2 59=1 38=10 44=101.00");
  const tags = [150, 39, 38, 151, 14, 6];
  const [, first, second] = await trader.first(3);
  assert.deepEqual(values(first, tags), ["F", "1", "10", "8", "2", "100.00"]);
  assert.deepEqual(values(second, tags), ["F", "1", "10", "7", "3", "100.003333"]);
  await enterAsOperator(venue, (record, sessionId) =>
    writeCorrectTrade(record, 0, sessionId, { tradeId: 1, lastPxTicks: 9901, lastQtyLots: 2 }),
  );
  await enterAsOperator(venue, (record, sessionId) => writeBustTrade(record, 0, sessionId, 2));
  // A session that was not there then hears the same.
  const late = await venue.connect({ compId: "LATE" });
  late.send("H", "11=A 55=ACME 54=1");
  const [told] = await late.first(1);
  assert.deepEqual(values(told, tags), ["I", "1", "10", "7", "2", "99.01"]);
  other.enter("ASK3", "55=ACME 54=2 40=2 59=1 38=1 44=101.00");
  trader.send("F", `41=A 11=C 55=ACME 54=1 ${NOW()}`);
  const [, , , corrected, busted, third, canceled] = await trader.first(7);
  assert.deepEqual(values(corrected, tags), ["G", "1", "10", "7", "3", "99.343333"]);
  assert.deepEqual(values(busted, tags), ["H", "1", "10", "7", "2", "99.01"]);
  assert.deepEqual(values(third, tags), ["F", "1", "10", "6", "3", "99.673333"]);
  assert.deepEqual(values(canceled, tags), ["4", "4", "10", "0", "3", "99.673333"]);
  const lateReports = (await late.first(3)).slice(1);
  assert.deepEqual(
    lateReports.map((each) => values(each, tags)),
    [third, canceled].map((each) => values(each, tags)),
  );
  trader.send("2", "7=2 16=0");
  const again = await trader.until((each) => each[43] === "Y" && each[150] === "4");
  assert.deepEqual(values(again, tags), values(canceled, tags));
  trader.send("H", "11=A 55=ACME 54=1");
  const ended = await trader.until((each) => each[150] === "I");
  assert.deepEqual(values(ended, tags), ["I", "4", "10", "0", "3", "99.673333"]);
});

test("an order whose only trade is busted is new again", async (t) => {
  const venue = await startFixVenue(t);
  await enterAsOperator(venue, (record, sessionId) =>
    writeSetAccount(record, 0, sessionId, { ...NO_LIMITS, accountId: 1 }),
  );
  const trader = await venue.connect();
  trader.enter("A", BUY);
  await trader.first(1);
  const other = await venue.connect({ accountId: 2 });
  other.enter("B", "55=ACME 54=2 40=2 59=1 38=4 44=100.00");
  await trader.first(2);
  await enterAsOperator(venue, (record, sessionId) => writeBustTrade(record, 0, sessionId, 1));
  trader.send("G", `41=A 11=A2 55=ACME 54=1 ${NOW()} 40=2 38=9 44=99.00`);
  const [, , busted, replaced] = await trader.first(4);
  const tags = [150, 39, 38, 151, 14, 6];
  assert.deepEqual(values(busted, tags), ["H", "0", "10", "6", "0", "0"]);
  assert.deepEqual(values(replaced, tags), ["5", "0", "9", "5", "0", "0"]);
  const [, , filled] = await other.first(3);
  assert.deepEqual(values(filled, tags), ["H", "2", "4", "0", "0", "0"]);
});

test("what the history cannot say of a busted trade's order is not made up", async (t) => {
  const venue = await startFixVenue(t);
  await enterAsOperator(venue, (record, sessionId) =>
    writeSetAccount(record, 0, sessionId, { ...NO_LIMITS, accountId: 1 }),
  );
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  other.enter("ASK", "55=ACME 54=2 40=2 59=1 38=20 44=100.00");
  await other.first(1);
  trader.enter("A", BUY);
  await trader.first(2);
  venue.history.failure = new Error("the store is down");
  await enterAsOperator(venue, (record, sessionId) => writeBustTrade(record, 0, sessionId, 1));
  const [, , busted] = await trader.first(3);
  assert.deepEqual(values(busted, [150, 37, 54, 32, 31, 527]), [
    "H",
    "2",
    "1",
    "10",
    "100.00",
    "1",
  ]);
  assert.deepEqual(values(busted, [11, 38, 39, 14, 151, 6]), Array(6).fill(undefined));
});
