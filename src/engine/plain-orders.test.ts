// The short way of the orders of every day does what the long one does: the same commands, once in
// a market where nobody waits, and once where an order waits for a price that never comes, so that
// every command goes the long way. Which way a command goes is what the room of the short one says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { RecordBuffer } from "../base/record-buffer.ts";
import { writeDeposit, writeSetAccount, writeSetFees } from "../codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import {
  amendRecord,
  cancelRecord,
  type NewOrder,
  newRecord,
  newWithTermsRecord,
  type OrderName,
} from "../codec/record-for-test.ts";
import { RISK_CREDIT, RISK_NONE, RISK_RESERVATION } from "../model/account.ts";
import { EXEC_INST_HIDDEN, EXEC_INST_REDUCE_ONLY } from "../model/exec-inst.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET, ORD_TYPE_STOP } from "../model/ord-type.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_FOK, TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import { RecordedEngine, TEST_INSTRUMENT } from "./engine-for-test.ts";
import { createOrderHandling } from "./order-handling.ts";
import type { PlainOrders } from "./plain-orders.ts";
import { NO_FEES, PLAIN_TERMS } from "./risk-for-test.ts";

const COMMANDS = 4000;
const MIDDLE_TICKS = 1000;
/** 1 reserves, 2 and 3 have credit, 4 has limits only, 5 and 6 are nobody's. */
const ACCOUNTS = 6;
const WAITER = { accountId: 7, clOrdId: "waiter" };
const NEVER_TICKS = TEST_INSTRUMENT.priceTicksMax;
/** Now and then one is reached. */
const LIMITS = {
  ...PLAIN_TERMS,
  orderQtyLotsMax: 18,
  openOrdersMax: 25,
  positionLotsMax: 200,
  priceDistanceBasisPoints: 60,
};
const FEES = { ...NO_FEES, makerBuyRate: -100, takerBuyRate: 2500, takerSellPerLot: 3 };
const MONEY = 5_000_000;

/** What the operator says of the accounts. */
function accountRecords(): RecordBuffer[] {
  const records = [
    { ...PLAIN_TERMS, accountId: 1, riskMode: RISK_RESERVATION },
    { ...LIMITS, accountId: 2, riskMode: RISK_CREDIT, creditLimit: MONEY },
    { ...PLAIN_TERMS, accountId: 3, riskMode: RISK_CREDIT, creditLimit: 400_000 },
    { ...LIMITS, accountId: 4, riskMode: RISK_NONE },
  ].map((terms) => written((record) => writeSetAccount(record, 0, 1, terms)));
  const deposit = { accountId: 1, asset: "USD", amount: MONEY };
  records.push(written((record) => writeDeposit(record, 0, 1, deposit)));
  const scope = { accountId: 0, instrumentId: 1 };
  records.push(written((record) => writeSetFees(record, 0, 1, scope, FEES)));
  return records;
}

/** Mostly orders of every day and their cancels, and some of what is nearly one. */
function randomRecord(random: Prng, names: string[]): RecordBuffer {
  const accountId = 1 + random.nextBelow(ACCOUNTS);
  const name = nameOf(random, names);
  if (random.nextChance(2, 5)) {
    const part = random.nextChance(1, 9) ? { reduceByLots: random.nextBelow(12) } : {};
    return cancelRecord({ ...name, ...part });
  }
  if (random.nextChance(1, 6)) {
    const lots = random.nextChance(1, 2) ? { orderQtyLots: 1 + random.nextBelow(20) } : {};
    const newId = random.nextChance(1, 3) ? { newClOrdId: newName(random, names, name) } : {};
    const joinsTail = random.nextChance(1, 2);
    return amendRecord({ ...name, ...lots, ...newId, joinsTail, priceTicks: priceOf(random) });
  }
  const clOrdId = newName(random, names, { accountId });
  return newRecord({ ...randomOrder(random), accountId, clOrdId });
}

function randomOrder(random: Prng): Omit<NewOrder, "clOrdId"> {
  const isOdd = random.nextChance(1, 8);
  const execInst = [0, 0, EXEC_INST_REDUCE_ONLY, EXEC_INST_HIDDEN][random.nextBelow(4)];
  const lifetimes = isOdd ? [TIF_FOK, TIF_IOC, TIF_GTC] : [TIF_GTC, TIF_GTC, TIF_IOC];
  return {
    side: random.nextChance(1, 2) ? SIDE_BUY : SIDE_SELL,
    orderQtyLots: isOdd ? random.nextBelow(30) : 1 + random.nextBelow(15),
    priceTicks: priceOf(random),
    timeInForce: lifetimes[random.nextBelow(lifetimes.length)] ?? TIF_GTC,
    ordType: isOdd && random.nextChance(1, 4) ? ORD_TYPE_MARKET : ORD_TYPE_LIMIT,
    ...(isOdd ? { execInst, postOnly: random.nextChance(1, 4) } : {}),
  };
}

function priceOf(random: Prng): number {
  return MIDDLE_TICKS - 10 + random.nextBelow(21);
}

/** "account:client order id" of any order so far, or of none. */
function nameOf(random: Prng, names: string[]): OrderName & { accountId: number } {
  const last = ["1:none", ...names.slice(-60)];
  const [account = "", clOrdId = ""] = (last[random.nextBelow(last.length)] ?? "").split(":");
  return { accountId: Number(account), clOrdId };
}

/** Nearly always one that never was. */
function newName(random: Prng, names: string[], { accountId }: { accountId: number }): string {
  const clOrdId = random.nextChance(1, 40) ? "again" : `o${names.length}`;
  names.push(`${accountId}:${clOrdId}`);
  return clOrdId;
}

function written(write: (record: RecordBuffer) => void): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  write(record);
  return record;
}

/** One where nobody waits, and one where somebody does. */
function twoMarkets(): [RecordedEngine, RecordedEngine] {
  const [short, long] = [new RecordedEngine(), new RecordedEngine()];
  const stop = { side: SIDE_BUY, orderQtyLots: 1, ordType: ORD_TYPE_STOP };
  const waiter = { ...WAITER, ...stop, terms: { stopPxTicks: NEVER_TICKS } };
  for (const market of [short, long]) {
    market.list();
    market.apply(newWithTermsRecord(waiter));
  }
  short.apply(cancelRecord(WAITER));
  long.apply(cancelRecord({ ...WAITER, clOrdId: "nobody" }));
  return [short, long];
}

/** Whether the room of the short way, alone over the market's tables, takes the command. */
function isTaken({ engine }: RecordedEngine, kind: keyof PlainOrders, record: RecordBuffer) {
  const { plain } = createOrderHandling(engine.tables, engine.events);
  const { frame } = engine.tables;
  frame.take(record, 0);
  frame.takeSecond(record, 0);
  engine.events.begin(frame.words, 0);
  return plain[kind]();
}

const RESTING = {
  clOrdId: "resting",
  side: SIDE_BUY,
  orderQtyLots: 5,
  priceTicks: MIDDLE_TICKS,
};
const NEXT = { ...RESTING, clOrdId: "next" };
const NAMED = { clOrdId: RESTING.clOrdId };

const OF_EVERY_DAY: readonly (readonly [string, keyof PlainOrders, RecordBuffer])[] = [
  ["an order that rests", "enter", newRecord(NEXT)],
  ["an order that finds nobody", "enter", newRecord({ ...NEXT, timeInForce: TIF_IOC })],
  ["another price", "amend", amendRecord({ ...NAMED, priceTicks: MIDDLE_TICKS + 1 })],
  ["another quantity", "amend", amendRecord({ ...NAMED, orderQtyLots: 3 })],
  ["a cancel", "cancel", cancelRecord(NAMED)],
];

for (const [what, kind, record] of OF_EVERY_DAY) {
  test(`${what} goes the short way where nobody waits, and only there`, () => {
    const [short, long] = twoMarkets();
    for (const market of [short, long]) market.apply(newRecord(RESTING));
    const before = long.engine.stateHash();
    assert.equal(isTaken(long, kind, record), false);
    assert.equal(long.engine.stateHash(), before, "it is left as it is");
    assert.equal(isTaken(short, kind, record), true);
  });
}

const OF_OTHER_DAYS: typeof OF_EVERY_DAY = [
  ["an order that trades", "enter", newRecord({ ...NEXT, side: SIDE_SELL })],
  ["an order under a used name", "enter", newRecord(RESTING)],
  ["an account's first order", "enter", newRecord({ ...NEXT, accountId: 2 })],
  ["fill-or-kill", "enter", newRecord({ ...NEXT, timeInForce: TIF_FOK })],
  ["a new name", "amend", amendRecord({ ...NAMED, newClOrdId: "new", orderQtyLots: 3 })],
  ["an amend of nobody's order", "amend", amendRecord({ clOrdId: "none", orderQtyLots: 3 })],
  ["a cancel of a part", "cancel", cancelRecord({ ...NAMED, reduceByLots: 1 })],
  ["a cancel of nobody's order", "cancel", cancelRecord({ clOrdId: "none" })],
];

for (const [what, kind, record] of OF_OTHER_DAYS) {
  test(`${what} goes the long way, and is left as it is until then`, () => {
    const [short] = twoMarkets();
    short.apply(newRecord(RESTING));
    const before = short.engine.stateHash();
    assert.equal(isTaken(short, kind, record), false);
    assert.equal(short.engine.stateHash(), before);
  });
}

for (const seed of [1, 2, 3]) {
  test(`orders of every day do the same on the short way and on the long one, flow ${seed}`, () => {
    const [short, long] = twoMarkets();
    const random = new Prng(seed);
    const names: string[] = [];
    const records = accountRecords();
    for (let i = 0; i < COMMANDS; i++) records.push(randomRecord(random, names));
    for (const record of records) assert.deepEqual(short.apply(record), long.apply(record));

    short.apply(cancelRecord(WAITER));
    long.apply(cancelRecord(WAITER));
    assert.equal(short.engine.stateHash(), long.engine.stateHash());
    const { clOrdIds } = short.engine.tables;
    assert.equal(clOrdIds.count(), long.engine.tables.clOrdIds.count());
  });
}
