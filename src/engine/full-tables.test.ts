// What happens when a table of the engine is full: the next one is refused with a reason, nothing
// else changes, and what was there goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer } from "../base/record-buffer.ts";
import { writeDeposit, writeSetAccount } from "../codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import { reasonOf } from "../codec/event.ts";
import { writeSetDisconnect } from "../codec/guard-command.ts";
import { setDayRecord } from "../codec/market-record-for-test.ts";
import {
  cancelRecord,
  createInstrumentRecord,
  newRecord,
  newWithTermsRecord,
} from "../codec/record-for-test.ts";
import { DAYS_MAX } from "../model/calendar.ts";
import { EXEC_INST_ALL_OR_NONE } from "../model/exec-inst.ts";
import { ORD_TYPE_PEGGED, ORD_TYPE_STOP } from "../model/ord-type.ts";
import { PEG_PRIMARY } from "../model/order-terms.ts";
import {
  REASON_BALANCES_FULL,
  REASON_CALENDAR_FULL,
  REASON_GUARDS_FULL,
  REASON_NONE,
  REASON_SPECIALS_FULL,
} from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { Engine } from "./engine.ts";
import { stamp, TEST_INSTRUMENT, TEST_LIMITS } from "./engine-for-test.ts";
import type { EngineLimits } from "./engine-limits.ts";
import { CHAIN_ORDERS_MAX } from "./order-chains.ts";
import { PLAIN_TERMS } from "./risk-for-test.ts";
import { verify } from "./verify.ts";

const SESSIONS_MAX = 65_536;
const ORDER = { orderQtyLots: 1, side: SIDE_BUY, priceTicks: 90 };

/** An engine with one instrument; verified at the end of a test and not after each command. */
class Full {
  readonly engine: Engine;

  constructor(limits: EngineLimits = TEST_LIMITS) {
    this.engine = new Engine(limits);
    this.reason(createInstrumentRecord(TEST_INSTRUMENT));
  }

  /** Why the command, or its order, was refused. */
  reason(record: RecordBuffer): number {
    stamp(record, this.engine.sequence + 1);
    this.engine.apply(record, 0);
    return reasonOf(this.engine.events.words, 0);
  }
}

function operator(write: (record: RecordBuffer) => void): RecordBuffer {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  write(record);
  return record;
}

const SPECIALS = new Map<string, (clOrdId: string) => RecordBuffer>([
  [
    "pegged",
    (clOrdId) => {
      const terms = { pegPriceType: PEG_PRIMARY };
      return newWithTermsRecord({ ...ORDER, clOrdId, ordType: ORD_TYPE_PEGGED, terms });
    },
  ],
  [
    "trailing",
    (clOrdId) => {
      const terms = { trailing: true, offsetTicks: 5 };
      return newWithTermsRecord({ ...ORDER, clOrdId, ordType: ORD_TYPE_STOP, terms });
    },
  ],
  ["all-or-none", (clOrdId) => newRecord({ ...ORDER, clOrdId, execInst: EXEC_INST_ALL_OR_NONE })],
]);

for (const [name, record] of SPECIALS) {
  test(`one more ${name} order than an instrument holds is refused until one ends`, () => {
    const full = new Full();
    full.reason(newRecord({ ...ORDER, clOrdId: "s", side: SIDE_SELL, priceTicks: 100 }));
    full.reason(newRecord({ ...ORDER, clOrdId: "b", priceTicks: 100, accountId: 2 }));
    for (let n = 0; n < CHAIN_ORDERS_MAX; n++) {
      assert.equal(full.reason(record(`o${n}`)), REASON_NONE, String(n));
    }
    assert.equal(full.reason(record("more")), REASON_SPECIALS_FULL);
    full.reason(cancelRecord({ clOrdId: "o7" }));
    assert.equal(full.reason(record("more")), REASON_NONE);
    verify(full.engine.tables);
  });
}

test("one more day that is otherwise than the exchange keeps is refused, not a known one", () => {
  const full = new Full();
  const day = (n: number) => setDayRecord({ instrumentId: 1, day: 20_000 + n }, "closed");
  for (let n = 0; n < DAYS_MAX; n++) assert.equal(full.reason(day(n)), REASON_NONE);
  assert.equal(full.reason(day(DAYS_MAX)), REASON_CALENDAR_FULL);
  assert.equal(full.reason(day(7)), REASON_NONE);
  full.reason(setDayRecord({ instrumentId: 1, day: 20_007 }, "usual"));
  assert.equal(full.reason(day(DAYS_MAX)), REASON_NONE);
});

test("one more session that asks for something than the exchange keeps is refused", () => {
  const full = new Full();
  const ask = (sessionId: number) =>
    operator((record) => writeSetDisconnect(record, 0, { accountId: 1, sessionId }, true, false));
  for (let n = 1; n <= SESSIONS_MAX; n++) full.reason(ask(n));
  assert.equal(full.reason(ask(SESSIONS_MAX + 1)), REASON_GUARDS_FULL);
  assert.equal(full.reason(ask(7)), REASON_NONE);
});

test("one more balance than the exchange keeps is refused", () => {
  const full = new Full({ ...TEST_LIMITS, balancesMax: 3 });
  const move = (accountId: number) => {
    full.reason(operator((record) => writeSetAccount(record, 0, 1, { ...PLAIN_TERMS, accountId })));
    const amount = { accountId, asset: "USD", amount: 5 };
    return full.reason(operator((record) => writeDeposit(record, 0, 1, amount)));
  };
  const reasons = [1, 2, 3, 4, 1].map(move);
  const full4 = [REASON_NONE, REASON_NONE, REASON_NONE, REASON_BALANCES_FULL, REASON_NONE];
  assert.deepEqual(reasons, full4);
});
