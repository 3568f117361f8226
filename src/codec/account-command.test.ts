// docs/protocols/journal.md is the layout of commands and events about accounts and money.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer } from "../base/record-buffer.ts";
import * as account from "./account-command.ts";
import * as accountEvent from "./account-event.ts";
import { COMMAND_BYTES_MAX } from "./command.ts";
import * as event from "./event.ts";
import { constantName, fieldsOf } from "./journal-tables-for-test.ts";

const COMMANDS: readonly (readonly [string, string])[] = [
  ["### 20 Set account (128 bytes)", "SET_ACCOUNT"],
  ["### 21 Deposit (64 bytes)", "DEPOSIT"],
  ["### 22 Withdraw (64 bytes)", "WITHDRAW"],
  ["### 23 Set fees (128 bytes)", "SET_FEES"],
  ["### 24 Bust trade (64 bytes)", "BUST_TRADE"],
  ["### 25 Correct trade (64 bytes)", "CORRECT_TRADE"],
];

/** Bytes where constants of this prefix say that fields begin. */
function offsetsOf(prefix: string, constants: Readonly<Record<string, unknown>>): Set<string> {
  const found = Object.entries(constants).flatMap(([name, value]) => {
    const match = /^(.+)_(WORD|BYTE)$/.exec(name);
    if (match === null || !name.startsWith(`${prefix}_`)) return [];
    return [`${match[1]} ${Number(value) * (match[2] === "WORD" ? 4 : 1)}`];
  });
  return new Set(found);
}

for (const [heading, prefix] of COMMANDS) {
  test(`the fields of ${heading.slice(4)} are where the page says`, () => {
    // Two codes share the word of the account's flags.
    const packed = new Set(["stpMode", "riskMode", "reserved"]);
    const inPage = fieldsOf(heading)
      .filter(({ name }) => !packed.has(name))
      .map(({ name, offset }) => `${prefix}_${constantName(name)} ${offset}`);
    assert.deepEqual(offsetsOf(prefix, account), new Set(inPage));
  });
}

test("the fields of ledger, fee and position events are where the page says", () => {
  const shared = new Set(["reserved", "orderId", "tradeId"]);
  const ledger = fieldsOf("### Ledger and fee (kinds 27 and 28, 128 bytes)");
  const inPage = ledger
    .filter(({ name }) => !shared.has(name))
    .map(({ name, offset }) => `LEDGER_${constantName(name)} ${offset}`);
  assert.deepEqual(offsetsOf("LEDGER", accountEvent), new Set(inPage));
  for (const { name, offset } of ledger) {
    if (name === "orderId") assert.equal(offset, event.EVENT_ORDER_ID_WORD * 4);
    if (name === "tradeId") assert.equal(offset, event.EVENT_TRADE_ID_WORD * 4);
  }
  const position = fieldsOf("### Position (kind 29, 128 bytes)")
    .filter(({ name }) => name !== "reserved")
    .map(({ name, offset }) => `POSITION_${constantName(name)} ${offset}`);
  assert.deepEqual(offsetsOf("POSITION", accountEvent), new Set(position));
});

test("every term of an account has its own bytes", () => {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  account.writeSetAccount(record, 0, 9, {
    accountId: 0xa1a2a3a4,
    tradeGroupId: 0xb1b2b3b4,
    isEnabled: true,
    stpMode: 5,
    riskMode: 2,
    orderQtyLotsMax: 1001,
    notionalMax: 1002,
    positionLotsMax: 1003,
    dayLossMax: 1004,
    creditLimit: 1005,
    openOrdersMax: 1006,
    priceDistanceBasisPoints: 1007,
  });
  const view = new DataView(record.bytes.buffer);
  assert.equal(view.getUint32(32, true), 0xa1a2a3a4);
  assert.equal(view.getUint32(40, true), 0xb1b2b3b4);
  assert.deepEqual([...record.bytes.slice(44, 48)], [1, 5, 2, 0]);
  const longs = [48, 56, 64, 72, 80].map((at) => Number(view.getBigUint64(at, true)));
  assert.deepEqual(longs, [1001, 1002, 1003, 1004, 1005]);
  assert.deepEqual([view.getUint32(88, true), view.getUint32(92, true)], [1006, 1007]);
});
