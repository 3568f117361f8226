// Guards under random trading: what they refuse, what they cancel, and that a snapshot, a replay
// and a preview know all of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { RecordBuffer } from "../base/record-buffer.ts";
import { writeSetAccount } from "../codec/account-command.ts";
import { COMMAND_BYTES_MAX } from "../codec/command.ts";
import {
  EVENT_AMEND_REJECTED,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_GUARD_TRIPPED,
  EVENT_REJECTED,
} from "../codec/event.ts";
import {
  writeArmDeadMan,
  writeResetProtection,
  writeSessionEnded,
  writeSetDisconnect,
  writeSetKillSwitch,
  writeSetMessageLimits,
  writeSetOwnSwitch,
  writeSetProtection,
} from "../codec/guard-command.ts";
import {
  amendRecord,
  cancelRecord,
  clockRecord,
  newRecord,
  newWithTermsRecord,
  type PlainEvent,
  readEvents,
} from "../codec/record-for-test.ts";
import { ORD_TYPE_STOP } from "../model/ord-type.ts";
import {
  REASON_DEAD_MAN,
  REASON_DISCONNECTED,
  REASON_DUPLICATE_ORDER,
  REASON_ENTRY_DISABLED,
  REASON_KILLED_ACCOUNT,
  REASON_KILLED_FIRM,
  REASON_KILLED_MARKET,
  REASON_KILLED_SESSION,
  REASON_MAKER_PROTECTION,
  REASON_ORDER_TO_TRADE,
  REASON_RATE_LIMIT,
} from "../model/reasons.ts";
import { SIDE_BUY } from "../model/side.ts";
import { previewed, RecordedEngine, TEST_LIMITS, TIME_MICROS_AT_ZERO } from "./engine-for-test.ts";

const SEED = 20_261_127;
const COMMANDS = 4000;
const SNAPSHOT_EVERY = 200;
const ACCOUNTS = 5;
const SESSIONS = 3;
const WINDOW_MICROS = 400;
const GUARD_REASONS = [
  ...[REASON_KILLED_MARKET, REASON_KILLED_FIRM, REASON_KILLED_ACCOUNT, REASON_KILLED_SESSION],
  ...[REASON_DISCONNECTED, REASON_DEAD_MAN, REASON_MAKER_PROTECTION, REASON_ENTRY_DISABLED],
  ...[REASON_RATE_LIMIT, REASON_ORDER_TO_TRADE, REASON_DUPLICATE_ORDER],
];

class GuardedTrading {
  readonly recorded = new RecordedEngine({ ...TEST_LIMITS, closedIdsMax: 200 });
  readonly #random = new Prng(SEED);
  #micros = TIME_MICROS_AT_ZERO;
  #orders = 0;

  constructor() {
    this.recorded.list();
    for (let accountId = 1; accountId <= ACCOUNTS; accountId++) {
      this.#say((record) =>
        writeSetAccount(record, 0, 1, {
          accountId,
          firmId: 1 + (accountId % 2),
          tradeGroupId: 0,
          isEnabled: true,
          stpMode: 0,
          riskMode: 0,
          orderQtyLotsMax: 0,
          notionalMax: 0,
          positionLotsMax: 0,
          dayLossMax: 0,
          creditLimit: 0,
          openOrdersMax: 0,
          priceDistanceBasisPoints: 0,
        }),
      );
    }
  }

  /** Due timers first, as the sequencer has it; then something at random. */
  next(): PlainEvent[] {
    const random = this.#random;
    this.#micros += random.nextBelow(20);
    if (this.recorded.engine.nextTimerMicros <= this.#micros) {
      return this.recorded.apply(clockRecord({ accountId: 0 }), this.#micros);
    }
    if (random.nextChance(1, 12)) return this.#guard();
    const asker = { accountId: 1 + random.nextBelow(ACCOUNTS), sessionId: this.#session() };
    const clOrdId = `o${Math.max(0, this.#orders - random.nextBelow(30))}`;
    const priceTicks = 100 + random.nextBetween(-4, 4);
    switch (random.nextBelow(8)) {
      case 0:
        return this.#apply(cancelRecord({ ...asker, clOrdId, instrumentId: 0 }));
      case 1:
        return this.#apply(amendRecord({ ...asker, clOrdId, instrumentId: 0, priceTicks }));
      case 2: {
        const stop = { ...this.#order(), ...asker, ordType: ORD_TYPE_STOP, priceTicks: 0 };
        return this.#apply(newWithTermsRecord({ ...stop, terms: { stopPxTicks: priceTicks } }));
      }
      default:
        return this.#apply(newRecord({ ...this.#order(), ...asker, priceTicks }));
    }
  }

  #guard(): PlainEvent[] {
    const random = this.#random;
    const accountId = 1 + random.nextBelow(ACCOUNTS);
    const asker = { accountId, sessionId: this.#session() };
    switch (random.nextBelow(9)) {
      case 0:
      case 1: {
        const level = 1 + random.nextBelow(4);
        const targetId = level === 1 ? 0 : 1 + random.nextBelow(3);
        const isOn = random.nextChance(1, 3);
        const cancels = random.nextChance(1, 3);
        const killed = { level, targetId, isOn, cancels };
        if (random.nextChance(1, 3)) {
          return this.#say((record) => writeSetOwnSwitch(record, 0, asker, isOn));
        }
        return this.#say((record) => writeSetKillSwitch(record, 0, 1, killed));
      }
      case 2: {
        const [isOn, isOfAccount] = [random.nextChance(2, 3), random.nextChance(1, 4)];
        return this.#say((record) => writeSetDisconnect(record, 0, asker, isOn, isOfAccount));
      }
      case 3:
        return this.#say((record) => writeSessionEnded(record, 0, random.nextBelow(SESSIONS + 1)));
      case 4: {
        const timeoutMicros = random.nextBelow(3) * WINDOW_MICROS;
        return this.#say((record) => writeArmDeadMan(record, 0, asker, timeoutMicros));
      }
      case 5:
        return this.#setLimits(accountId);
      case 6:
      case 7: {
        const sums = { fillsMax: 1 + random.nextBelow(5), lotsMax: 40, valueMax: 3000 };
        const pair = { accountId: 0, instrumentId: 1, windowMicros: WINDOW_MICROS };
        return this.#say((record) => writeSetProtection(record, 0, asker, { ...sums, ...pair }));
      }
      default:
        return this.#say((record) => writeResetProtection(record, 0, asker, 0, 1));
    }
  }

  #setLimits(accountId: number): PlainEvent[] {
    const windowMicros = WINDOW_MICROS * this.#random.nextBelow(3);
    return this.#say((record) =>
      writeSetMessageLimits(record, 0, 1, {
        accountId,
        messagesMax: 8,
        messagesWindowMicros: windowMicros,
        unfilledMax: 4,
        unfilledPerFill: 2,
        unfilledWindowMicros: windowMicros,
        repeatsMax: 1,
        repeatsWindowMicros: windowMicros,
      }),
    );
  }

  #order() {
    const side = 1 + this.#random.nextBelow(2);
    return { clOrdId: `o${++this.#orders}`, side, orderQtyLots: 1 + this.#random.nextBelow(3) };
  }

  #session(): number {
    return 1 + this.#random.nextBelow(SESSIONS);
  }

  #say(write: (record: RecordBuffer) => void): PlainEvent[] {
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    write(record);
    return this.#apply(record);
  }

  #apply(record: RecordBuffer): PlainEvent[] {
    return this.recorded.apply(record, this.#micros);
  }
}

test("every guard steps in, and a snapshot and a replay know all of them", () => {
  const trading = new GuardedTrading();
  const { recorded } = trading;
  const { engine } = recorded;
  const seen = new Set<number>();
  const snapshots: Uint8Array[] = [];
  for (let n = 0; n < COMMANDS; n++) {
    for (const { kind, reason } of trading.next()) {
      if (kind === EVENT_CANCEL_REJECTED) assert.ok(!GUARD_REASONS.includes(reason));
      seen.add(reason);
    }
    if (n % SNAPSHOT_EVERY === 0) snapshots.push(engine.snapshot());
  }
  for (const reason of GUARD_REASONS) assert.ok(seen.has(reason), `expected reason ${reason}`);
  for (const each of [...snapshots.map((bytes) => recorded.restored(bytes)), recorded.replayed()]) {
    assert.equal(each.stateHash(), engine.stateHash());
    assert.equal(each.events.historyHash, engine.events.historyHash);
    assert.equal(each.nextTimerMicros, engine.nextTimerMicros);
  }
});

test("each guard is part of the state hash", () => {
  const asker = { accountId: 2, sessionId: 3 };
  const killed = { level: 1, targetId: 0, isOn: true, cancels: false };
  const limits = { accountId: 2, messagesMax: 8, messagesWindowMicros: 5 };
  const unfilled = { unfilledMax: 4, unfilledPerFill: 2, unfilledWindowMicros: 5 };
  const repeats = { repeatsMax: 1, repeatsWindowMicros: 5 };
  const pair = { accountId: 0, instrumentId: 1 };
  const sums = { fillsMax: 1, lotsMax: 2, valueMax: 3, windowMicros: 4 };
  const guards: ((record: RecordBuffer) => void)[] = [
    (record) => writeSetKillSwitch(record, 0, 1, killed),
    (record) => writeSetKillSwitch(record, 0, 1, { ...killed, level: 2, targetId: 7 }),
    (record) => writeSetKillSwitch(record, 0, 1, { ...killed, level: 3, targetId: 2 }),
    (record) => writeSetKillSwitch(record, 0, 1, { ...killed, level: 4, targetId: 3 }),
    (record) => writeSetOwnSwitch(record, 0, asker, true),
    (record) => writeSetDisconnect(record, 0, asker, true, false),
    (record) => writeSetDisconnect(record, 0, asker, true, true),
    (record) => writeArmDeadMan(record, 0, asker, 5),
    (record) => writeSetMessageLimits(record, 0, 1, { ...limits, ...unfilled, ...repeats }),
    (record) => writeSetProtection(record, 0, asker, { ...pair, ...sums }),
  ];
  const hashes = guards.map((write) => {
    const recorded = new RecordedEngine();
    recorded.list();
    const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
    write(record);
    recorded.apply(record);
    return recorded.engine.stateHash();
  });
  assert.equal(new Set(hashes).size, guards.length);
});

test("a preview says what a guard would do, and counts nothing", () => {
  const recorded = new RecordedEngine();
  recorded.list();
  const limits = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  writeSetMessageLimits(limits, 0, 1, {
    accountId: 1,
    messagesMax: 1,
    messagesWindowMicros: 1000,
    unfilledMax: 0,
    unfilledPerFill: 0,
    unfilledWindowMicros: 0,
    repeatsMax: 0,
    repeatsWindowMicros: 0,
  });
  recorded.apply(limits);
  const { engine } = recorded;
  const order = newRecord({ clOrdId: "b1", side: SIDE_BUY, priceTicks: 99, orderQtyLots: 1 });
  const kindsOf = () => {
    const { events } = previewed(engine, order, engine.timeMicros);
    return readEvents(events.words, 0, events.endWord).map(({ kind, reason }) => [kind, reason]);
  };
  const before = engine.stateHash();
  assert.deepEqual(kindsOf()[0]?.[1], 0);
  assert.deepEqual(kindsOf()[0]?.[1], 0);
  assert.equal(engine.stateHash(), before);
  recorded.apply(newRecord({ clOrdId: "b0", side: SIDE_BUY, priceTicks: 98, orderQtyLots: 1 }));
  assert.deepEqual(kindsOf()[0], [EVENT_REJECTED, REASON_RATE_LIMIT]);
});

test("what a guard ends is ended for its reason, and told before", () => {
  const trading = new GuardedTrading();
  for (let n = 0; n < 1500; n++) {
    const events = trading.next();
    const trips = events.filter(({ kind }) => kind === EVENT_GUARD_TRIPPED);
    for (const { kind, reason, accountId } of events) {
      if (kind !== EVENT_CANCELED) continue;
      if (reason !== REASON_DEAD_MAN && reason !== REASON_MAKER_PROTECTION) continue;
      const isTold = trips.some((trip) => trip.reason === reason && trip.accountId === accountId);
      assert.ok(isTold, "a trip is told with what it ends");
    }
    for (const event of events) {
      if (event.kind === EVENT_AMEND_REJECTED) assert.notEqual(event.reason, REASON_DISCONNECTED);
    }
  }
});
