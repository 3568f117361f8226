// Orders over FIX 4.4 against a real exchange.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fixTimeText } from "../../codec/fix-time.ts";
import { systemClock } from "../../ops/clock.ts";
import { FIX_QUESTIONS_WAITING_MAX } from "../limits.ts";
import { ACME } from "../ouch/ouch-for-test.ts";
import { BUY, type FixFields, OPERATOR, SELL, startFixVenue, VIEWER } from "./fix-for-test.ts";

const NOW = (): string => `60=${fixTimeText(systemClock.nowMicros())}`;

/** ExecType and OrdStatus with the ClOrdID: "A1 0/0". */
function story(reports: readonly FixFields[]): string[] {
  return reports.map((each) => `${each[11]} ${each[150] ?? each[35]}/${each[39]}`);
}

test("an order is reported as it was entered", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A1", BUY);
  const [report] = await trader.first(1);
  const { 8: _, 9: __, 10: ___, 52: ____, 60: _____, ...fields } = report;
  assert.deepEqual(fields, {
    ...{ 35: "8", 34: "2", 49: "OUTCRY", 56: "TRADER", 37: "1", 11: "A1", 17: "2-0", 150: "0" },
    ...{ 39: "0", 55: "ACME", 54: "1", 40: "2", 59: "1", 44: "100.00", 38: "10", 151: "10" },
    ...{ 14: "0", 6: "0" },
  });
});

test("both sides of a trade hear price, quantity and who was there first", async (t) => {
  const venue = await startFixVenue(t);
  const maker = await venue.connect({ accountId: 1 });
  const taker = await venue.connect({ accountId: 2 });
  maker.enter("M", SELL);
  await maker.first(1);
  taker.enter("T", `${BUY} 44=100.05 38=4`.replace("44=100.00 ", "").replace("38=10 ", ""));
  const [, added] = await maker.first(2);
  const [, removed] = await taker.first(2);
  const trade = (each: FixFields): unknown[] => [
    each[150],
    each[39],
    each[31],
    each[32],
    each[851],
  ];
  assert.deepEqual(trade(added), ["F", "1", "100.00", "4", "1"]);
  assert.deepEqual(trade(removed), ["F", "2", "100.00", "4", "2"]);
  assert.deepEqual([added[151], added[14], removed[151], removed[14]], ["6", "4", "0", "4"]);
  assert.equal(added[527], removed[527]);
  assert.deepEqual([added[17], removed[17]], [`T${added[527]}-2`, `T${added[527]}-1`]);
});

test("an order is replaced and canceled under the names of the requests", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", BUY);
  trader.send("G", `41=A 11=B 55=ACME 54=1 ${NOW()} 40=2 38=7 44=99.50`);
  trader.send("F", `41=B 11=C 55=ACME 54=1 ${NOW()}`);
  const [, replaced, canceled] = await trader.first(3);
  assert.deepEqual(
    [replaced[150], replaced[11], replaced[41], replaced[38], replaced[44], replaced[151]],
    ["5", "B", "A", "7", "99.50", "7"],
  );
  assert.deepEqual(
    [canceled[150], canceled[39], canceled[11], canceled[41], canceled[151]],
    ["4", "4", "C", "B", "0"],
  );
});

test("a replace with another OrdType makes another type of the order", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", BUY);
  trader.send("G", `41=A 11=B 55=ACME 54=1 ${NOW()} 40=4 38=7 44=106.00 99=105.00 1107=2`);
  trader.send("G", `41=B 11=C 55=ACME 54=1 ${NOW()} 40=2 38=7 44=99.00`);
  const [, replaced, waiting, limited] = await trader.first(4);
  const facts = (each: FixFields): unknown[] => [
    each[150],
    each[11],
    each[40],
    each[44],
    each[151],
  ];
  assert.deepEqual(facts(replaced), ["5", "B", "4", "106.00", "7"]);
  assert.deepEqual(facts(waiting), ["D", "B", "4", "106.00", "7"]);
  assert.deepEqual(facts(limited), ["5", "C", "2", "99.00", "7"]);
});

test("a cancel or replace of nothing is rejected under its own name", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.send("F", `41=NOBODY 11=C1 55=ACME 54=1 ${NOW()}`);
  trader.send("G", `41=NOBODY 11=C2 55=ACME 54=1 ${NOW()} 40=2 38=7 44=99.50`);
  trader.enter("A", BUY);
  trader.send("G", `41=A 11=C3 55=ACME 54=1 ${NOW()} 40=2 38=7 44=-99.50`);
  trader.send("G", `41=A 11=A 55=ACME 54=1 ${NOW()} 40=2 38=7 44=99.50`);
  const [cancel, replace, , priced, renamed] = await trader.first(5);
  const facts = (each: FixFields): unknown[] => [
    ...[each[35], each[11], each[41], each[37], each[39], each[434], each[102], each[58]],
  ];
  const unknown = "1000 UNKNOWN_ORDER";
  assert.deepEqual(facts(cancel), ["9", "C1", "NOBODY", "NONE", "8", "1", "1", unknown]);
  assert.deepEqual(facts(replace), ["9", "C2", "NOBODY", "NONE", "8", "2", "1", unknown]);
  const range = "16 PRICE_OUT_OF_RANGE";
  assert.deepEqual(facts(priced), ["9", "C3", "A", "1", "0", "2", "99", range]);
  const taken = "6 DUPLICATE_CL_ORD_ID";
  assert.deepEqual(facts(renamed), ["9", "A", "A", "1", "0", "2", "6", taken]);
});

test("what the exchange refuses is rejected with the reason of every protocol", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const cases: readonly (readonly [string, string, string])[] = [
    ["55=ACME 54=1 40=2 59=1 38=10 44=99999999", "5", "value"],
    ["55=ACME 54=1 40=2 59=1 38=10 44=20000", "16", "16 PRICE_OUT_OF_RANGE"],
    ["55=ACME 54=1 40=2 59=1 38=0 44=100", "13", "13 QTY_OUT_OF_RANGE"],
    ["55=ACME 54=9 40=2 59=1 38=10 44=100", "11", "11 UNSUPPORTED_ORDER"],
    ["55=ACME 54=1 40=L 59=1 38=10 44=100", "11", "11 UNSUPPORTED_ORDER"],
    ["55=ACME 54=1 40=2 59=5 38=10 44=100", "11", "11 UNSUPPORTED_ORDER"],
    ["55=ACME 54=1 40=2 59=1 38=10 44=100 18=1", "11", "11 UNSUPPORTED_ORDER"],
    ["55=ACME 54=1 40=2 59=0 38=10 44=100", "99", "1027 NO_CALENDAR"],
    ["55=ACME 54=1 40=2 38=10 44=100", "99", "1027 NO_CALENDAR"],
    ["55=ACME 54=1 40=2 59=4 38=10 44=100", "99", "1004 FOK_UNFILLABLE"],
  ];
  cases.forEach(([fields], index) => {
    trader.enter(`R${index}`, fields);
  });
  const answers = await trader.first(cases.length, "83");
  // A Reject is the gateway's own answer, and comes before what is in the log.
  const found = answers.map((each) => {
    return each[35] === "3" ? `${each[373]} value` : `${each[103]} ${each[58]}`;
  });
  assert.deepEqual(found.sort(), cases.map(([, code, text]) => `${code} ${text}`).sort());
});

test("orders that come too fast are refused, cancels never", async (t) => {
  const venue = await startFixVenue(t, { ordersPerSecondMax: 2 });
  const trader = await venue.connect();
  for (const clOrdId of ["A", "B", "C", "D"]) trader.enter(clOrdId, BUY);
  for (const clOrdId of ["A", "B"]) {
    trader.send("F", `41=${clOrdId} 11=X${clOrdId} 55=ACME 54=1 ${NOW()}`);
  }
  const refused = await trader.until((each) => each[35] === "j" && each[379] === "D");
  assert.deepEqual([refused[380], refused[58]], ["4", "TOO_FAST"]);
  assert.deepEqual(story(await trader.first(4)), ["A 0/0", "B 0/0", "XA 4/4", "XB 4/4"]);
});

test("every type and term that FIX carries does what the rulebook says of it", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  const later = fixTimeText(systemClock.nowMicros() + 3_600_000_000);
  other.enter("ASK", "55=ACME 54=2 40=2 59=1 38=50 44=101");
  other.enter("BID", "55=ACME 54=1 40=2 59=1 38=50 44=99");
  other.enter("LAST", "55=ACME 54=2 40=2 59=3 38=1 44=99"); // A trade: what trailing stops follow.
  await other.first(5);
  const orders: readonly (readonly [string, string, string])[] = [
    ["stop", "54=1 40=3 59=1 38=5 99=105", "40=3 99=105.00"],
    ["stopLimit", "54=1 40=4 59=1 38=5 99=105 44=106", "40=4 99=105.00 44=106.00"],
    ["touched", "54=1 40=J 59=1 38=5 99=95 1107=1", "40=J 99=95.00"],
    ["limitTouched", "54=1 40=j 59=1 38=5 99=95 44=94", "40=j 99=95.00 44=94.00"],
    ["trailing", "54=2 40=P 59=1 38=5 18=a 211=-1.00", "40=3 211=1.00"],
    ["trailingBps", "54=2 40=4 59=1 38=5 18=a 211=50 836=1 44=90", "40=4 211=50 836=1"],
    ["iceberg", "54=1 40=2 59=1 38=30 44=98 111=10", "111=10"],
    ["display", "54=1 40=2 59=1 38=30 44=98 1138=10 1084=3 1086=15", "111=10"],
    ["hidden", "54=1 40=2 59=1 38=30 44=98 111=0", "111=0"],
    ["undisclosed", "54=1 40=2 59=1 38=30 44=98 1084=4", "111=0"],
    ["postOnly", "54=1 40=2 59=1 38=5 44=98 18=6", "18=6"],
    ["allOrNone", "54=1 40=2 59=1 38=5 44=98 18=G", "18=G"],
    ["pegged", "54=1 40=P 59=1 38=5 18=R 211=-0.02", "18=R 211=-0.02"],
    ["pegType", "54=1 40=P 59=1 38=5 1094=5 44=97", "18=R 44=97.00"],
    ["gtd", `54=1 40=2 59=6 38=5 44=98 126=${later}`, `59=6 126=${later}`],
    ["gtdDate", "54=1 40=2 59=6 38=5 44=98 432=20991231", "126=21000101-00:00:00.000"],
    ["gtdLast", "54=1 40=2 59=6 38=5 44=98 432=99991231", "126=99991231-23:59:59.999"],
    ["selfMatch", "54=1 40=2 59=1 38=5 44=98 2964=1", "44=98.00"],
    ["short", "54=5 40=2 59=1 38=5 44=102", "54=2"],
  ];
  for (const [name, fields] of orders) trader.enter(name, `55=ACME ${fields}`);
  await trader.settle();
  for (const [name, , expected] of orders) {
    const report = await trader.until((each) => each[11] === name);
    assert.equal(report[150], "0", `${name}: ${report[58]}`);
    for (const field of expected.split(" ")) {
      const at = field.indexOf("=");
      assert.equal(report[Number(field.slice(0, at))], field.slice(at + 1), `${name} ${field}`);
    }
  }
});

test("immediate orders trade what they can, and the rest expires", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect({ accountId: 2 });
  other.enter("ASK", "55=ACME 54=2 40=2 59=1 38=5 44=101");
  await other.first(1);
  trader.enter("IOC", "55=ACME 54=1 40=2 59=3 38=2 44=101");
  trader.enter("MIN", "55=ACME 54=1 40=2 59=3 38=9 44=101 110=8");
  trader.enter("CASH", "55=ACME 54=1 40=1 152=250.00");
  trader.enter("MARKET", "55=ACME 54=1 40=1 38=9");
  trader.enter("EMPTY", "55=ACME 54=1 40=1 38=9");
  trader.enter("K", "55=ACME 54=1 40=K 59=1 38=9");
  await trader.settle();
  assert.deepEqual(story(await trader.first(13)), [
    ...["IOC 0/0", "IOC F/2", "MIN 0/0", "MIN C/C", "CASH 0/0", "CASH F/2"],
    ...["MARKET 0/0", "MARKET F/1", "MARKET C/C", "EMPTY 0/0", "EMPTY C/C", "K 0/0", "K C/C"],
  ]);
});

test("a question for an order's state is answered, also where there is none", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  trader.enter("A", `${BUY} 111=4`);
  trader.send("H", "11=A 55=ACME 54=1").send("H", "11=NOBODY 55=ACME 54=2");
  const [, known, unknown] = await trader.first(3);
  assert.deepEqual([known[150], known[39], known[151], known[111]], ["I", "0", "10", "4"]);
  assert.deepEqual([unknown[150], unknown[39], unknown[103], unknown[37]], ["I", "8", "5", "NONE"]);
});

test("an order that has ended is told as it ended, behind its last report", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const maker = await venue.connect({ accountId: 2 });
  maker.enter("ASK", "55=ACME 54=2 40=2 59=1 38=10 44=100.00");
  await maker.first(1);
  trader.enter("FILLED", "55=ACME 54=1 40=2 59=1 38=6 44=100.00");
  trader.enter("EXPIRED", "55=ACME 54=1 40=2 59=3 38=6 44=100.00");
  trader.enter("OLD", BUY.replace("100.00", "99.00"));
  trader.send("G", `41=OLD 11=CANCELED 55=ACME 54=1 ${NOW()} 40=2 38=7 44=99.50`);
  trader.send("F", `41=CANCELED 11=C 55=ACME 54=1 ${NOW()}`);
  trader.enter("REFUSED", "55=ACME 54=1 40=2 59=1 38=10 44=20000");
  for (const clOrdId of ["FILLED", "EXPIRED", "CANCELED", "REFUSED"]) {
    trader.send("H", `11=${clOrdId} 55=ACME 54=1`);
  }
  maker.send("H", "11=FILLED 55=ACME 54=1"); // Another account's.
  const isState = (each: FixFields): boolean => each[150] === "I";
  const state = (clOrdId: string): Promise<FixFields> =>
    trader.until((each) => isState(each) && each[11] === clOrdId);
  const facts = (each: FixFields): unknown[] => [
    ...[each[39], each[38], each[14], each[151], each[44], each[40], each[59], each[58]],
  ];
  const filled = await state("FILLED");
  assert.deepEqual(facts(filled), ["2", "6", "6", "0", "100.00", "2", "1", undefined]);
  assert.deepEqual([filled[17], filled[55], filled[54], filled[6]], ["0", "ACME", "1", "100.00"]);
  const expired = facts(await state("EXPIRED"));
  const canceled = facts(await state("CANCELED"));
  const refused = await state("REFUSED");
  const [reported] = trader.messages.filter((each) => each[150] === "C");
  assert.deepEqual(expired, ["C", "6", "4", "0", "100.00", "2", "3", reported[58]]);
  const [cancel] = trader.messages.filter((each) => each[150] === "4");
  assert.deepEqual(canceled, ["4", "7", "0", "0", "99.50", "2", "1", cancel[58]]);
  const range = "16 PRICE_OUT_OF_RANGE";
  assert.deepEqual(
    [refused[39], refused[37], refused[103], refused[58]],
    ["8", "NONE", "16", range],
  );
  const foreign = await maker.until(isState);
  assert.deepEqual([foreign[39], foreign[58]], ["8", "1000 UNKNOWN_ORDER"]);
  assert.equal(trader.messages.findIndex(isState), trader.messages.length - 4);
});

test("who asks how an order ended waits for the history, and nobody else does", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  venue.history.hold();
  trader.enter("A", BUY);
  trader.send("F", `41=A 11=C 55=ACME 54=1 ${NOW()}`);
  trader.send("H", "11=A 55=ACME 54=1");
  trader.enter("B", BUY);
  trader.send("H", "11=B 55=ACME 54=1");
  const working = await trader.until((each) => each[150] === "I");
  assert.deepEqual([working[11], working[39]], ["B", "0"]);
  venue.history.release();
  const ended = await trader.until((each) => each[150] === "I" && each[11] === "A");
  assert.deepEqual([ended[39], ended[14], ended[151]], ["4", "0", "0"]);
});

test("more questions than may wait for the history are refused", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  venue.history.hold();
  trader.enter("A", BUY);
  trader.send("F", `41=A 11=C 55=ACME 54=1 ${NOW()}`);
  await trader.first(2);
  const questions = Array.from({ length: FIX_QUESTIONS_WAITING_MAX + 1 }, () => {
    return trader.bytesOf("H", "11=A 55=ACME 54=1");
  });
  trader.socket.write(Buffer.concat(questions));
  const refused = await trader.until((each) => each[35] === "j");
  assert.deepEqual([refused[372], refused[380], refused[58]], ["H", "4", "1012 BUSY"]);
  assert.equal(Number(refused[45]), trader.nextOut - 1);
  venue.history.release();
  const answers = await trader.first(2 + FIX_QUESTIONS_WAITING_MAX);
  assert.deepEqual(new Set(answers.slice(2).map((each) => each[39])), new Set(["4"]));
});

test("a history that does not answer is not taken for one without the order", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  venue.history.failure = new Error("the store is down");
  trader.send("H", "11=A 55=ACME 54=1");
  const refused = await trader.until((each) => each[35] === "j");
  assert.deepEqual([refused[380], refused[379], refused[58]], ["4", "A", "HISTORY_UNAVAILABLE"]);
});

test("a mass cancel cancels what it names, and counts behind the cancels", async (t) => {
  const oil = { ...ACME, instrumentId: 2, symbol: "OIL" };
  const venue = await startFixVenue(t, { instruments: [ACME, oil] });
  const trader = await venue.connect();
  trader.enter("B1", BUY).enter("B2", BUY).enter("S1", SELL.replace("100.00", "101.00"));
  trader.enter("O1", BUY.replace("ACME", "OIL"));
  trader.send("q", `11=Q1 530=1 55=ACME 54=1 ${NOW()}`);
  const one = await trader.until((each) => each[35] === "r");
  assert.deepEqual([one[11], one[531], one[533]], ["Q1", "1", "2"]);
  const order = trader.messages.map((each) => each[35] + (each[150] ?? ""));
  assert.deepEqual(order.slice(-3), ["84", "84", "r"]);
  trader.send("q", `11=Q2 530=7 ${NOW()}`);
  const all = await trader.until((each) => each[11] === "Q2");
  assert.deepEqual([all[531], all[533]], ["7", "2"]);
  trader.send("q", `11=Q3 530=1 55=NOBODY ${NOW()}`).send("q", `11=Q4 530=3 ${NOW()}`);
  const none = await trader.until((each) => each[11] === "Q3");
  const refused = await trader.until((each) => each[11] === "Q4");
  assert.deepEqual([none[531], none[532], none[533]], ["0", "1", undefined]);
  assert.deepEqual([refused[531], refused[532]], ["0", "0"]);
});

test("one order, two protocols: what REST does to an order is told over FIX", async (t) => {
  const venue = await startFixVenue(t, { rest: true });
  const trader = await venue.connect();
  trader.enter("A", BUY);
  await trader.first(1);
  await venue.ask("PATCH", "/orders/by-cl-ord-id/A", { price: "99.00", newClOrdId: "B" });
  await venue.ask("DELETE", "/orders/by-cl-ord-id/B?reduceBy=3");
  const byRest = {
    ...{ symbol: "ACME", side: "buy", ordType: "limit", price: "98.00", orderQty: "1" },
    clOrdId: "REST",
  };
  await venue.ask("POST", "/orders", byRest);
  trader.send("F", `41=REST 11=C 55=ACME 54=1 ${NOW()}`);
  const reports = await trader.first(5);
  assert.deepEqual(story(reports), ["A 0/0", "B 5/0", "B D/0", "REST 0/0", "C 4/4"]);
  assert.deepEqual([reports[1][41], reports[2][378], reports[2][151]], ["A", "5", "7"]);
});

test("a drop copy reads every report of its account and trades nothing", async (t) => {
  const venue = await startFixVenue(t);
  const trader = await venue.connect();
  const copy = await venue.connect({ compId: "COPY", targetCompId: "OUTCRY-COPY" });
  const other = await venue.connect({ accountId: 2 });
  other.enter("OTHER", SELL);
  await other.first(1);
  trader.enter("A", BUY);
  trader.send("F", `41=A 11=C 55=ACME 54=1 ${NOW()}`);
  await trader.first(3);
  const reports = await copy.first(3);
  assert.deepEqual(story(reports), ["A 0/0", "A F/2", "A 9/8"]);
  assert.deepEqual(
    reports.map((each) => [each[1], each[49]]),
    Array.from({ length: 3 }, () => ["1", "OUTCRY-COPY"]),
  );
  copy.enter("B", BUY);
  const refused = await copy.until((each) => each[35] === "j");
  assert.deepEqual([refused[372], refused[380]], ["D", "3"]);
});

test("an operator's drop copy reads the reports of all, a viewer's those of one", async (t) => {
  const venue = await startFixVenue(t);
  const place = { targetCompId: "OUTCRY-COPY" };
  const all = await venue.connect({ ...place, accountId: OPERATOR, compId: "ALL" });
  const some = await venue.connect({ ...place, accountId: VIEWER, compId: "SOME" });
  const [one, two] = [await venue.connect(), await venue.connect({ accountId: 2 })];
  one.enter("A", SELL);
  await one.first(1);
  two.enter("B", BUY);
  const reports = await all.first(4);
  assert.deepEqual(
    reports.map((each) => [each[1], each[11], each[150]]),
    [
      ["1", "A", "0"],
      ["2", "B", "0"],
      ["1", "A", "F"],
      ["2", "B", "F"],
    ],
  );
  const seen = await some.first(2);
  assert.deepEqual(
    seen.map((each) => [each[1], each[11]]),
    [
      ["2", "B"],
      ["2", "B"],
    ],
  );
  for (const accountId of [OPERATOR, VIEWER]) {
    const refused = await venue.dial({ accountId });
    refused.logOn();
    await refused.ended;
    assert.match(refused.texts[0], /58=expected Username/);
  }
});

test("a drop copy of all goes on where it was after a restart", async (t) => {
  const venue = await startFixVenue(t);
  const place = { targetCompId: "OUTCRY-COPY", accountId: OPERATOR };
  const copy = await venue.connect(place);
  const [one, two] = [await venue.connect(), await venue.connect({ accountId: 2 })];
  one.enter("A", SELL);
  await copy.first(1);
  await copy.cut();
  two.enter("B", BUY);
  await two.first(2);
  const again = await (await venue.restarted(t)).dial(place);
  again.nextOut = copy.nextOut;
  again.logOn();
  const missed = await again.first(3);
  assert.deepEqual(
    missed.map((each) => [each[1], each[11], each[150], each[34]]),
    [
      ["2", "B", "0", "4"],
      ["1", "A", "F", "5"],
      ["2", "B", "F", "6"],
    ],
  );
});
