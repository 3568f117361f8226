// OUCH 5.0 over SoupBinTCP against a real exchange: what every request does, and what its client
// hears of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { OuchReport } from "../../client/ouch-report-reader.ts";
import {
  accountQueryRequest,
  cancelRequest,
  massCancelRequest,
  modifyRequest,
  replaceRequest,
} from "../../client/ouch-requests.ts";
import { writeBustTrade } from "../../codec/account-command.ts";
import { writeSetPhase } from "../../codec/market-command.ts";
import { FaultyDisk } from "../../log/faulty-disk-for-test.ts";
import { nodeDisk } from "../../log/node-disk.ts";
import { STP_CANCEL_NEWEST, STP_NONE } from "../../model/order-terms.ts";
import {
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_OPENING_CALL,
  PHASE_VOLATILITY_CALL,
} from "../../model/phase.ts";
import {
  REASON_NO_CALENDAR,
  REASON_OFF_GRID,
  REASON_PRICE_OUT_OF_RANGE,
  REASON_QTY_OUT_OF_RANGE,
  REASON_UNKNOWN_INSTRUMENT,
  REASON_UNKNOWN_ORDER,
  REASON_UNSUPPORTED_ORDER,
} from "../../model/reasons.ts";
import { systemClock } from "../../ops/clock.ts";
import { SOUP_PENDING_MAX, SOUP_SILENT_BEATS_MAX } from "../limits.ts";
import { A_CENT, AT_100, BUY, SELL, startOuchVenue } from "./ouch-for-test.ts";

/** More than the log holds for a disk that does not move (4 MiB of records). */
const ORDERS_BEYOND_THE_LOG = 70_000;
/** More than one read of a socket brings. */
const ORDERS_A_READ_MAX = 2000;

test("an order is accepted as it was entered, behind the session's first event", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1, clOrdId: "MY ORDER 1" });
  const [start, accepted] = await trader.first(2);
  assert.equal(start.type, "S");
  assert.equal(start.eventCode, "S");
  assert.ok(accepted.timestamp > 0 && accepted.timestamp < 86_400e9);
  assert.ok((accepted.orderReferenceNumber ?? 0) > 0);
  const { timestamp, orderReferenceNumber, options, ...fields } = accepted;
  assert.deepEqual([timestamp > 0, orderReferenceNumber, options?.size], [true, 1, 0]);
  assert.deepEqual(fields, {
    type: "A",
    userRefNum: 1,
    side: "B",
    quantity: 10,
    symbol: "ACME",
    price: AT_100,
    timeInForce: "1",
    display: "Y",
    clOrdId: "MY ORDER 1",
  });
});

test("both sides of a trade hear of it, who was there first as having added", async (t) => {
  const venue = await startOuchVenue(t);
  const maker = await venue.connect(1);
  const taker = await venue.connect(2);
  maker.enter({ ...SELL, userRefNum: 1, quantity: 4 });
  await maker.first(2);
  taker.enter({ ...BUY, userRefNum: 7, quantity: 10, price: AT_100 + A_CENT });
  const [, , executed] = await taker.first(3);
  const [, , added] = await maker.first(3);
  assert.deepEqual(
    [executed.type, executed.userRefNum, executed.quantity, executed.price, executed.liquidityFlag],
    ["E", 7, 4, AT_100, "R"],
  );
  assert.deepEqual([added.type, added.liquidityFlag, added.quantity], ["E", "A", 4]);
  assert.equal(added.matchNumber, executed.matchNumber);
});

test("a UserRefNum that was used before changes nothing, whatever it comes with", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  for (const userRefNum of [1, 1, 3, 2, 3, 0, 4]) trader.enter({ ...BUY, userRefNum });
  await trader.until(() => trader.story.endsWith("A4"));
  assert.equal(trader.story, "S A1 A3 A4");
  // The same from another connection of the account.
  const other = await venue.connect();
  other.enter({ ...BUY, userRefNum: 4 });
  other.enter({ ...BUY, userRefNum: 5 });
  await other.first(1);
  assert.equal(other.story, "A5");
});

test("the highest number is nobody's, and who has used up all others hears so", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const highest = 2 ** 32 - 1;
  trader.enter({ ...BUY, userRefNum: highest });
  trader.enter({ ...BUY, userRefNum: 1 });
  trader.enter({ ...BUY, userRefNum: highest - 1 });
  await trader.until(() => trader.story === `S A1 A${highest - 1}`);
  const other = await venue.connect();
  const replace = { origUserRefNum: 1, quantity: 8, price: AT_100 };
  other.client.send(accountQueryRequest());
  for (let times = 0; times < 2; times++) other.enter({ ...BUY, userRefNum: highest });
  other.client.send(replaceRequest({ ...replace, userRefNum: highest }));
  other.client.send(massCancelRequest(highest));
  for (const userRefNum of [0, 2, highest - 1]) other.enter({ ...BUY, userRefNum });
  other.client.send(accountQueryRequest());
  other.client.send(cancelRequest(highest - 1));
  other.client.send(cancelRequest(1));
  await other.until(() => other.story === `C${highest - 1} C1`);
  const told = (each: OuchReport): unknown[] => [each.type, each.userRefNum, each.reason];
  const rejected = ["J", highest, REASON_UNSUPPORTED_ORDER];
  const next = ["Q", highest, undefined];
  assert.deepEqual(trader.answers.map(told), [rejected]);
  assert.deepEqual(other.answers.map(told), [next, ...Array(4).fill(rejected), next]);
});

test("what the exchange does not do is rejected with the reason of every protocol", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const cases = [
    [{ symbol: "NOBODY" }, REASON_UNKNOWN_INSTRUMENT],
    [{ price: AT_100 + 1 }, REASON_OFF_GRID],
    [{ price: 10 ** 14 }, REASON_PRICE_OUT_OF_RANGE],
    [{ price: -(10 ** 14) }, REASON_PRICE_OUT_OF_RANGE],
    [{ price: 100_000_001 }, REASON_OFF_GRID],
    [{ price: 100_000_100 }, REASON_PRICE_OUT_OF_RANGE],
    [{ price: 0, options: { priceType: "P", pegOffset: 1 } }, REASON_OFF_GRID],
    [{ price: 10 ** 14, options: { priceType: "P" } }, REASON_PRICE_OUT_OF_RANGE],
    [{ price: AT_100 + 1, side: "X" }, REASON_UNSUPPORTED_ORDER],
    [{ quantity: 0 }, REASON_QTY_OUT_OF_RANGE],
    [{ quantity: 4_294_967_295 }, REASON_QTY_OUT_OF_RANGE],
    [{ side: "X" }, REASON_UNSUPPORTED_ORDER],
    [{ display: "Q" }, REASON_UNSUPPORTED_ORDER],
    [{ timeInForce: "E" }, REASON_UNSUPPORTED_ORDER],
    [{ crossType: "H" }, REASON_UNSUPPORTED_ORDER],
    [{ timeInForce: "0" }, REASON_NO_CALENDAR],
    [{ clOrdId: "caf\u00e9" }, REASON_UNSUPPORTED_ORDER],
    [{ options: { priceType: "Q" } }, REASON_UNSUPPORTED_ORDER],
  ] as const;
  cases.forEach(([change], index) => {
    trader.enter({ ...BUY, userRefNum: index + 1, ...change });
  });
  const reports = await trader.first(1 + cases.length);
  const found = reports.slice(1).map(({ type, userRefNum, reason }) => [type, userRefNum, reason]);
  assert.deepEqual(
    found,
    cases.map(([, reason], index) => ["J", index + 1, reason]),
  );
});

test("negative prices are legal where the instrument has them", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1, price: -50 * A_CENT });
  const [, accepted] = await trader.first(2);
  assert.deepEqual([accepted.type, accepted.price], ["A", -50 * A_CENT]);
});

test("a market order is one at the highest price; what finds nothing is canceled", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1, price: 0x7fff_ffff, timeInForce: "3" });
  const [, accepted, canceled] = await trader.first(3);
  assert.deepEqual([accepted.price, accepted.timeInForce], [0x7fff_ffff, "3"]);
  assert.deepEqual([canceled.type, canceled.quantity, canceled.reason], ["C", 10, "I"]);
});

test("cancels take an order down to a total, or away, and none twice", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1 });
  trader.client.send(cancelRequest(1, 4));
  trader.client.send(cancelRequest(1, 9)); // More than there is: not an increase.
  trader.client.send(cancelRequest(1));
  trader.client.send(cancelRequest(1));
  trader.client.send(cancelRequest(77));
  const reports = await trader.first(7);
  assert.equal(trader.story, "S A1 C1 I1 C1 I1 I77");
  assert.deepEqual(
    reports.filter(({ type }) => type === "C").map(({ quantity, reason }) => [quantity, reason]),
    [
      [6, "U"],
      [4, "U"],
    ],
  );
});

test("a replace gives an order a new number, price and total, or leaves it", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect(2);
  trader.enter({ ...BUY, userRefNum: 1 });
  const replace = { origUserRefNum: 1, userRefNum: 2, quantity: 8, price: AT_100 - A_CENT };
  trader.client.send(replaceRequest({ ...replace, clOrdId: "SECOND" }));
  const [, , replaced] = await trader.first(3);
  assert.deepEqual(
    [replaced.type, replaced.origUserRefNum, replaced.userRefNum, replaced.quantity],
    ["U", 1, 2, 8],
  );
  assert.deepEqual([replaced.price, replaced.clOrdId], [AT_100 - A_CENT, "SECOND"]);

  trader.client.send(replaceRequest({ ...replace, userRefNum: 3 })); // 1 is no order any more.
  trader.client.send(replaceRequest({ ...replace, origUserRefNum: 2, userRefNum: 4, price: 1 }));
  trader.client.send(replaceRequest({ ...replace, origUserRefNum: 2, userRefNum: 4 })); // Used.
  const reports = await trader.first(5);
  assert.deepEqual(
    reports.slice(3).map(({ type, userRefNum, reason }) => [type, userRefNum, reason]),
    [
      ["J", 3, REASON_UNKNOWN_ORDER],
      ["J", 4, REASON_OFF_GRID],
    ],
  );
  other.enter({ ...SELL, userRefNum: 1, price: AT_100 - A_CENT });
  const [, , , , , executed] = await trader.first(6);
  assert.deepEqual([executed.type, executed.userRefNum, executed.quantity], ["E", 2, 8]);
});

test("what a replace's options ask for is done, or the replace is rejected", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1, timeInForce: "6", options: { expireTime: 3600 } });
  const refused = [
    ...[{ postOnly: true }, { postOnly: false }, { minQty: 2 }, { randomReserves: 2 }],
    ...[{ pegOffset: 0 }, { priceType: "R" }, { priceType: "Q" }, { maxFloor: 2 }],
  ];
  const replace = { origUserRefNum: 1, quantity: 10, price: AT_100 };
  refused.forEach((options, index) => {
    trader.client.send(replaceRequest({ ...replace, userRefNum: 2 + index, options }));
  });
  trader.client.send(replaceRequest({ ...replace, userRefNum: 21, options: { priceType: "L" } }));
  const fromMicros = systemClock.nowMicros();
  const later = { ...replace, origUserRefNum: 21, options: { expireTime: 7200 } };
  trader.client.send(replaceRequest({ ...later, userRefNum: 22 }));
  const reports = await trader.first(2 + refused.length + 2);
  assert.deepEqual(
    reports.slice(2).map(({ type, userRefNum, reason }) => [type, userRefNum, reason ?? 0]),
    [
      ...refused.map((_options, index) => ["J", 2 + index, REASON_UNSUPPORTED_ORDER]),
      ["U", 21, 0],
      ["U", 22, 0],
    ],
  );
  const { json } = await venue.ask("GET", "/orders/by-cl-ord-id/ouch:22");
  const seconds = (json["expireTime"] - fromMicros) / 1_000_000;
  assert.ok(seconds >= 7200 && seconds < 7300, `it lasts for ${seconds} s`);
});

test("a replace makes a limit order of a pegged one where it says so", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect(2);
  other.enter({ ...BUY, userRefNum: 1, price: AT_100 - A_CENT });
  await other.first(2);
  trader.enter({ ...BUY, userRefNum: 1, options: { priceType: "R" } });
  const replace = { origUserRefNum: 1, userRefNum: 2, quantity: 10, price: AT_100 };
  trader.client.send(replaceRequest({ ...replace, options: { priceType: "L" } }));
  await trader.until(() => trader.story.includes("U2"));
  const { json } = await venue.ask("GET", "/orders/by-cl-ord-id/ouch:2");
  assert.deepEqual([json["ordType"], json["price"]], ["limit", "100.00"]);
});

test("a modify changes the total under the same number", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...SELL, userRefNum: 1 });
  trader.client.send(modifyRequest(1, "T", 3));
  trader.client.send(modifyRequest(9, "S", 3));
  const [, , modified, rejected] = await trader.first(4);
  assert.deepEqual([modified.type, modified.side, modified.quantity], ["M", "S", 3]);
  assert.deepEqual([rejected.type, rejected.userRefNum], ["I", 9]);
});

test("a mass cancel ends what it names and is answered behind the cancels", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1 });
  trader.enter({ ...SELL, userRefNum: 2, price: AT_100 + A_CENT });
  trader.enter({ ...BUY, userRefNum: 3 });
  trader.client.send(massCancelRequest(5, "ACME", "B"));
  trader.client.send(massCancelRequest(5)); // Used.
  await trader.until(() => trader.answers.length === 1);
  assert.equal(trader.story, "S A1 A2 A3 C3 C1");
  assert.deepEqual(
    trader.answers.map(({ type, userRefNum, symbol }) => [type, userRefNum, symbol]),
    [["X", 5, "ACME"]],
  );
  trader.client.send(massCancelRequest(6));
  await trader.until(() => trader.answers.length === 2);
  assert.equal(trader.story, "S A1 A2 A3 C3 C1 C2");
});

test("a mass cancel that names no orders is rejected with its reason", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.enter({ ...BUY, userRefNum: 1 });
  trader.client.send(massCancelRequest(2, "NOBODY"));
  trader.client.send(massCancelRequest(3, "ACME", "?" as "B"));
  // Of a group, which no order keeps: all would be more than what was asked for.
  const ofGroup = massCancelRequest(4, "ACME");
  ofGroup[18] = 4;
  trader.client.send(Buffer.concat([ofGroup, Buffer.from([3, 24, 0, 7])]));
  trader.client.send(accountQueryRequest());
  await trader.until(() => trader.answers.length === 4);
  assert.deepEqual(
    trader.answers.map(({ type, userRefNum, reason }) => [type, userRefNum, reason]),
    [
      ["J", 2, 1],
      ["J", 3, 11],
      ["J", 4, 11],
      ["Q", 5, undefined],
    ],
  );
  trader.client.send(cancelRequest(1));
  await trader.first(3);
  assert.equal(trader.story, "S A1 C1");
});

test("an account query is answered with the next UserRefNum", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  trader.client.send(accountQueryRequest());
  trader.enter({ ...BUY, userRefNum: 41 });
  trader.client.send(accountQueryRequest());
  await trader.until(() => trader.answers.length === 2);
  assert.deepEqual(
    trader.answers.map(({ type, userRefNum }) => [type, userRefNum]),
    [
      ["Q", 1],
      ["Q", 42],
    ],
  );
});

test("icebergs, minimums, post-only, pegs and lifetimes come with the appendage", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect(2);
  trader.enter({ ...BUY, userRefNum: 1, quantity: 30, options: { maxFloor: 10 } });
  trader.enter({ ...BUY, userRefNum: 2, options: { postOnly: true }, price: AT_100 - A_CENT });
  trader.enter({
    ...BUY,
    userRefNum: 3,
    options: { priceType: "R", pegOffset: -5 * A_CENT },
    price: 0,
  });
  trader.enter({ ...BUY, userRefNum: 4, timeInForce: "6", options: { expireTime: 3600 } });
  trader.enter({ ...BUY, userRefNum: 5, timeInForce: "3", options: { minQty: 5 } });
  trader.enter({ ...BUY, userRefNum: 6, display: "N" });
  await trader.until(() => trader.story.includes("A6"));
  const accepted = trader.reports.filter(({ type }) => type === "A");
  assert.deepEqual(
    accepted.map(({ userRefNum, options }) => [userRefNum, [...(options ?? [])]]),
    [
      [1, [[5, 10]]],
      [2, [[12, 80]]],
      [
        3,
        [
          [6, 82],
          [7, 2 ** 32 - 5 * A_CENT],
        ],
      ],
      [4, [[15, 3600]]],
      [5, [[3, 5]]],
      [6, []],
    ],
  );
  assert.equal(accepted[5].display, "N");
  other.enter({ ...SELL, userRefNum: 1, quantity: 12, timeInForce: "3" });
  await trader.until(() => trader.reports.some(({ type }) => type === "R"));
  const restated = trader.reports.find(({ type }) => type === "R");
  assert.equal(restated?.userRefNum, 1);
  assert.equal(restated?.options?.get(22), 10, "a fresh slice is shown");
});

test("an iceberg that ends is told of as any other, and shows nothing afterwards", async (t) => {
  const venue = await startOuchVenue(t);
  const trader = await venue.connect();
  const other = await venue.connect(2);
  trader.enter({ ...SELL, userRefNum: 1, options: { maxFloor: 4 } });
  trader.client.send(cancelRequest(1));
  trader.enter({ ...SELL, userRefNum: 2, options: { maxFloor: 4 } });
  await trader.until(() => trader.story.endsWith("A2 R2"));
  other.enter({ ...BUY, userRefNum: 1 });
  trader.enter({ ...BUY, userRefNum: 3, price: A_CENT });
  await trader.until(() => trader.story.endsWith("A3"));
  assert.equal(trader.story, "S A1 R1 C1 A2 R2 E2 R2 E2 R2 E2 A3");
  const shown = trader.reports.filter(({ type }) => type === "R");
  assert.deepEqual(
    shown.map(({ options }) => options?.get(22)),
    [4, 4, 4, 2],
  );
});

test("a call's trades say which call it was", async (t) => {
  const venue = await startOuchVenue(t);
  const [trader, other] = [await venue.connect(), await venue.connect(2)];
  const untilTold = { endTimeMicros: 0, randomMicros: 0, nextMicros: 0 };
  const setPhase = (phase: number, nextPhase: number): Promise<void> =>
    venue.enterAsOperator((record, sessionId) =>
      writeSetPhase(record, 0, sessionId, { instrumentId: 1, phase, nextPhase, ...untilTold }),
    );
  const calls = [PHASE_OPENING_CALL, PHASE_VOLATILITY_CALL, PHASE_CLOSING_CALL];
  for (const [index, phase] of calls.entries()) {
    await setPhase(phase, PHASE_CONTINUOUS);
    trader.enter({ ...BUY, userRefNum: 1 + index });
    other.enter({ ...SELL, userRefNum: 1 + index });
    await trader.until(() => trader.story.endsWith(`A${1 + index}`));
    await other.until(() => other.story.endsWith(`A${1 + index}`));
    await setPhase(phase === PHASE_CLOSING_CALL ? PHASE_CLOSED : PHASE_CONTINUOUS, 0);
    await trader.until(() => trader.story.endsWith(`E${1 + index}`));
    await other.until(() => other.story.endsWith(`E${1 + index}`));
  }
  for (const { reports } of [trader, other]) {
    const executed = reports.filter(({ type }) => type === "E");
    assert.equal(executed.map(({ liquidityFlag }) => liquidityFlag).join(""), "OHC");
  }
});

test("self-trade prevention is told as OUCH tells it", async (t) => {
  const venue = await startOuchVenue(t);
  await venue.preventSelfTrades(1, STP_CANCEL_NEWEST);
  const trader = await venue.connect();
  trader.enter({ ...SELL, userRefNum: 1, quantity: 3 });
  trader.enter({ ...BUY, userRefNum: 2, quantity: 5 });
  const [, , , prevented] = await trader.first(4);
  assert.equal(trader.story, "S A1 A2 D2");
  const { decrementShares, quantityPrevented, price, liquidityFlag, reason } = prevented;
  assert.deepEqual(
    [decrementShares, quantityPrevented, price, liquidityFlag, reason],
    [5, 3, AT_100, "R", "Q"],
  );
});

test("a trade that the operator takes back is broken for both", async (t) => {
  const venue = await startOuchVenue(t);
  await venue.preventSelfTrades(1, STP_NONE);
  await venue.preventSelfTrades(2, STP_NONE);
  const maker = await venue.connect(1);
  const taker = await venue.connect(2);
  maker.enter({ ...SELL, userRefNum: 1 });
  await maker.first(2);
  taker.enter({ ...BUY, userRefNum: 1 });
  const [, , { matchNumber = 0 }] = await taker.first(3);
  await venue.enterAsOperator((record, sessionId) =>
    writeBustTrade(record, 0, sessionId, matchNumber),
  );
  for (const trader of [maker, taker]) {
    const [, , , broken] = await trader.first(4);
    assert.deepEqual([broken.type, broken.matchNumber, broken.reason], ["B", matchNumber, "S"]);
  }
});

test("who sends more than the disk takes is read later, neither refused nor ended", async (t) => {
  const disk = new FaultyDisk(nodeDisk);
  const venue = await startOuchVenue(t, { disk });
  const trader = await venue.connect();
  disk.hold();
  for (let n = 1; n <= ORDERS_BEYOND_THE_LOG; n++) trader.enter({ ...BUY, userRefNum: n });
  while (venue.exchange.health().sequence < SOUP_PENDING_MAX) await venue.ask("GET", "/health");
  await venue.ask("GET", "/health"); // Another turn of its loop.
  const { sequence } = venue.exchange.health();
  for (let second = 0; second <= SOUP_SILENT_BEATS_MAX; second++) venue.gateway.beat();
  disk.letGo();
  assert.ok(sequence < SOUP_PENDING_MAX + ORDERS_A_READ_MAX, `${sequence} are entered`);
  const reports = await trader.first(1 + ORDERS_BEYOND_THE_LOG);
  assert.ok(reports.slice(1).every(({ type }) => type === "A"));
  assert.equal(trader.answers.length, 0, "nobody is told BUSY");
});
