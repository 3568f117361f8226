// docs/protocols/journal.md is the layout of commands and events about an instrument's trading day.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CALENDAR_REMOVED, DAY_CLOSED, DAY_USUAL } from "../model/calendar.ts";
import { CALL_COLLAR_IS_BASIS_POINTS, CALL_PREVENTS_SELF_TRADES } from "../model/call-terms.ts";
import { blocksOfKind } from "./command.ts";
import * as event from "./event.ts";
import { constantName, fieldsOf } from "./journal-tables-for-test.ts";
import * as command from "./market-command.ts";
import * as marketEvent from "./market-event.ts";
import {
  changeInstrumentRecord,
  setCalendarRecord,
  setCallRecord,
  setDayRecord,
  setPhaseRecord,
} from "./market-record-for-test.ts";

type Constants = Readonly<Record<string, unknown>>;

/** Heading, prefix of its constants, and fields that share a word with the one before them. */
const RECORDS: readonly (readonly [string, string, Constants, readonly string[]])[] = [
  ["### 30 Set phase (64 bytes)", "SET_PHASE", command, ["nextPhase"]],
  ["### 31 Set calendar (64 bytes)", "SET_CALENDAR", command, ["weekdays"]],
  ["### 32 Set day (64 bytes)", "SET_DAY", command, []],
  ["### 33 Set call (64 bytes)", "SET_CALL", command, ["extensionsMax"]],
  ["### 34 Change instrument (64 bytes)", "CHANGE_INSTRUMENT", command, []],
  [
    "### Phase changed (kind 40, 128 bytes)",
    "PHASE_CHANGED",
    marketEvent,
    ["phaseBefore", "nextPhase", "extensions", "reason"],
  ],
  ["### Indicative (kind 41, 128 bytes)", "INDICATIVE", marketEvent, []],
];

function offsetsOf(prefix: string, constants: Constants): Set<string> {
  const found = Object.entries(constants).flatMap(([name, value]) => {
    const match = /^(.+)_WORD$/.exec(name);
    return match === null || !name.startsWith(`${prefix}_`)
      ? []
      : [`${match[1]} ${Number(value) * 4}`];
  });
  return new Set(found);
}

for (const [heading, prefix, constants, packed] of RECORDS) {
  test(`the fields of ${heading.slice(4)} are where the page says`, () => {
    const fields = fieldsOf(heading);
    const inPage = fields
      .filter(({ name }) => name !== "reserved" && !packed.includes(name))
      .map(({ name, offset }) => `${prefix}_${constantName(name)} ${offset}`);
    assert.deepEqual(offsetsOf(prefix, constants), new Set(inPage));
    let offset = 32;
    for (const field of fields) {
      assert.equal(field.offset, offset, `${field.name} begins where the field before it ends`);
      offset += field.bytes;
    }
    const bytes = Number(/(\d+) bytes/.exec(heading)?.[1]);
    assert.equal(offset, bytes, "the fields end with the record");
    const kind = /^### (\d+) /.exec(heading)?.[1];
    if (kind !== undefined) assert.equal(blocksOfKind(Number(kind)) * 64, bytes);
    for (const { name, offset: at } of fields) {
      if (name === "reason") assert.equal(at, event.EVENT_REASON_WORD * 4);
    }
  });
}

test("every field of a phase command has its own bytes", () => {
  const { bytes } = setPhaseRecord({
    instrumentId: 7,
    phase: 3,
    nextPhase: 5,
    endTimeMicros: 1001,
    randomMicros: 1002,
    nextMicros: 1003,
  });
  const view = new DataView(bytes.buffer);
  assert.equal(view.getUint32(24, true), 7);
  assert.deepEqual([...bytes.slice(32, 36)], [3, 5, 0, 0]);
  assert.equal(view.getUint32(36, true), 1002);
  assert.deepEqual(
    [40, 48].map((at) => Number(view.getBigUint64(at, true))),
    [1001, 1003],
  );
});

test("every field of a calendar, and of a day, has its own bytes", () => {
  const session = {
    preOpenSeconds: 1001,
    openingCallSeconds: 1002,
    openSeconds: 1003,
    closingCallSeconds: 1004,
    closeSeconds: 1005,
    randomMicros: 1006,
  };
  const calendar = { ...session, weekdays: 0b0101_0101, utcOffsetSeconds: -3600 };
  const { bytes } = setCalendarRecord({ instrumentId: 7 }, calendar);
  const view = new DataView(bytes.buffer);
  assert.deepEqual([...bytes.slice(32, 36)], [0, 0b0101_0101, 0, 0]);
  assert.equal(view.getInt32(36, true), -3600);
  const times = [40, 44, 48, 52, 56, 60];
  assert.deepEqual(
    times.map((at) => view.getUint32(at, true)),
    [1001, 1002, 1003, 1004, 1005, 1006],
  );
  assert.equal(setCalendarRecord({ instrumentId: 7 }, undefined).bytes[32], CALENDAR_REMOVED);
  const day = setDayRecord({ instrumentId: 7, day: 20_000 }, session);
  const dayView = new DataView(day.bytes.buffer);
  assert.deepEqual(
    [36, ...times].map((at) => dayView.getUint32(at, true)),
    [20_000, 1001, 1002, 1003, 1004, 1005, 1006],
  );
  assert.equal(setDayRecord({ instrumentId: 7, day: 1 }, "closed").bytes[32], DAY_CLOSED);
  assert.equal(setDayRecord({ instrumentId: 7, day: 1 }, "usual").bytes[32], DAY_USUAL);
});

test("every field of what holds for calls has its own bytes", () => {
  const { bytes } = setCallRecord(
    { instrumentId: 7 },
    {
      extensionsMax: 2,
      extensionMicros: 1001,
      randomMicros: 1002,
      collarWidth: 1003,
      surplusLotsMax: 1004,
      isBasisPoints: true,
      preventsSelfTrades: true,
    },
  );
  const view = new DataView(bytes.buffer);
  const flags = CALL_COLLAR_IS_BASIS_POINTS | CALL_PREVENTS_SELF_TRADES;
  assert.deepEqual([...bytes.slice(32, 36)], [flags, 2, 0, 0]);
  assert.equal(view.getUint32(36, true), 1003);
  assert.deepEqual(
    [40, 48].map((at) => Number(view.getBigUint64(at, true))),
    [1001, 1004],
  );
  assert.equal(view.getUint32(56, true), 1002);
});

test("every range of a changed instrument has its own bytes, and is read from them", () => {
  const change = {
    orderQtyLotsMin: 1001,
    orderQtyLotsMax: 1002,
    notionalMin: 1003,
    notionalMax: 1004,
  };
  const { bytes, words } = changeInstrumentRecord({ instrumentId: 7 }, change);
  const view = new DataView(bytes.buffer);
  assert.deepEqual(
    [32, 40, 48, 56].map((at) => Number(view.getBigUint64(at, true))),
    [1001, 1002, 1003, 1004],
  );
  assert.deepEqual(command.readChangeInstrument(words, 0), change);
});

test("phase, the one before and the next are read from the bytes that the page says", () => {
  const bytes = new Uint8Array(event.EVENT_BYTES).map((_, i) => i + 1);
  const words = new Int32Array(bytes.buffer);
  const fields = fieldsOf("### Phase changed (kind 40, 128 bytes)");
  const byteOf = (name: string) => bytes[fields.find((field) => field.name === name)?.offset ?? -1];
  assert.equal(marketEvent.phaseOf(words, 0), byteOf("phase"));
  assert.equal(marketEvent.phaseBeforeOf(words, 0), byteOf("phaseBefore"));
  assert.equal(marketEvent.nextPhaseOf(words, 0), byteOf("nextPhase"));
  assert.equal(marketEvent.extensionsOf(words, 0), byteOf("extensions"));
});
