// docs/protocols/journal.md is the layout of commands of market integrity.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer } from "../base/record-buffer.ts";
import { KILL_SESSION } from "../model/guard.ts";
import { BLOCK_BYTES, blocksOfKind, COMMAND_BYTES_MAX } from "./command.ts";
import * as guard from "./guard-command.ts";
import { constantName, fieldsOf } from "./journal-tables-for-test.ts";

const COMMANDS: readonly (readonly [number, string, number])[] = [
  [40, "Set kill switch", 64],
  [41, "Set disconnect", 64],
  [42, "Session ended", 64],
  [43, "Arm dead man", 64],
  [44, "Set message limits", 128],
  [45, "Set protection", 64],
  [46, "Reset protection", 64],
  [47, "Set bands", 64],
  [48, "Set cascade limit", 64],
  [49, "Set ended ids", 64],
];
const ASKER = { accountId: 7, sessionId: 9 };

/** Bytes where constants of this prefix say that fields begin. */
function offsetsOf(prefix: string): Set<string> {
  const found = Object.entries(guard).flatMap(([name, value]) => {
    const match = /^(.+)_WORD$/.exec(name);
    return match === null || !name.startsWith(`${prefix}_`) ? [] : [`${match[1]} ${+value * 4}`];
  });
  return new Set(found);
}

for (const [kind, name, bytes] of COMMANDS) {
  test(`the fields of ${kind} ${name} are where the page says, and fill the record`, () => {
    const fields = fieldsOf(`### ${kind} ${name} (${bytes} bytes)`);
    const prefix = constantName(name);
    const inPage = fields
      .filter((field) => field.name !== "reserved" && field.name !== "switchFlags")
      .map((field) => `${prefix}_${constantName(field.name)} ${field.offset}`);
    assert.deepEqual(offsetsOf(prefix), new Set(inPage));
    let offset = 32;
    for (const field of fields) {
      assert.equal(field.offset, offset, `${field.name} begins where the field before it ends`);
      offset += field.bytes;
    }
    assert.equal(offset, bytes);
    assert.equal(blocksOfKind(kind) * BLOCK_BYTES, bytes);
  });
}

/** The record of a writer, from byte 32 on, and a view to read it. */
function written(write: (record: RecordBuffer) => void) {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  write(record);
  const view = new DataView(record.bytes.buffer);
  const u32 = (at: number) => view.getUint32(at, true);
  const u64 = (at: number) => Number(view.getBigUint64(at, true));
  return { bytes: record.bytes, u32, u64 };
}

test("a kill switch has its level, flags and target in bytes of their own", () => {
  const { bytes, u32 } = written((record) => {
    const killed = { level: KILL_SESSION, targetId: 0xa1a2a3a4, isOn: true, cancels: true };
    guard.writeSetKillSwitch(record, 0, 9, killed);
  });
  assert.deepEqual([...bytes.slice(32, 36)], [4, 3, 0, 0]);
  assert.deepEqual([u32(4), u32(28), u32(36)], [0, 9, 0xa1a2a3a4]);
});

test("sessions and their ends have their own bytes", () => {
  const asked = written((record) => guard.writeSetDisconnect(record, 0, ASKER, true, true));
  assert.deepEqual([asked.u32(4), asked.u32(28), asked.u32(32)], [7, 9, 3]);
  const ended = written((record) => guard.writeSessionEnded(record, 0, 0xa1a2a3a4));
  assert.deepEqual([ended.u32(4), ended.u32(28), ended.u32(32)], [0, 0, 0xa1a2a3a4]);
  const armed = written((record) => guard.writeArmDeadMan(record, 0, ASKER, 2 ** 33 + 5));
  assert.deepEqual([armed.u32(4), armed.u64(32)], [7, 2 ** 33 + 5]);
});

test("every limit of messages and of protection has its own bytes", () => {
  const limits = written((record) =>
    guard.writeSetMessageLimits(record, 0, 9, {
      accountId: 0xa1a2a3a4,
      messagesMax: 11,
      messagesWindowMicros: 12,
      unfilledMax: 13,
      unfilledPerFill: 14,
      unfilledWindowMicros: 15,
      repeatsMax: 16,
      repeatsWindowMicros: 17,
    }),
  );
  assert.deepEqual(
    [32, 36, 48, 52, 64].map((at) => limits.u32(at)),
    [0xa1a2a3a4, 11, 13, 14, 16],
  );
  assert.deepEqual(
    [40, 56, 72].map((at) => limits.u64(at)),
    [12, 15, 17],
  );
  const protection = written((record) =>
    guard.writeSetProtection(record, 0, ASKER, {
      accountId: 5,
      instrumentId: 6,
      fillsMax: 21,
      lotsMax: 22,
      valueMax: 23,
      windowMicros: 24,
    }),
  );
  assert.deepEqual(
    [4, 24, 32, 36].map((at) => protection.u32(at)),
    [7, 6, 5, 21],
  );
  assert.deepEqual(
    [40, 48, 56].map((at) => protection.u64(at)),
    [22, 23, 24],
  );
  const reset = written((record) => guard.writeResetProtection(record, 0, ASKER, 5, 6));
  assert.deepEqual([reset.u32(24), reset.u32(32)], [6, 5]);
});

test("every term of bands and cascades has its own bytes", () => {
  const bands = written((record) =>
    guard.writeSetBands(record, 0, 9, {
      instrumentId: 6,
      isBasisPoints: true,
      staticReferenceTicks: -5,
      staticWidth: 21,
      dynamicWidth: 22,
      callMicros: 2 ** 33 + 1,
      callRandomMicros: 23,
    }),
  );
  assert.deepEqual([...bands.bytes.slice(32, 36)], [3, 0, 0, 0]);
  assert.deepEqual(
    [24, 36, 40, 44, 56].map((at) => bands.u32(at)),
    [6, 2 ** 32 - 5, 21, 22, 23],
  );
  assert.equal(bands.u64(48), 2 ** 33 + 1);
  const cascade = written((record) => {
    const limit = { instrumentId: 6, ordersMax: 5, haltMicros: 31, callMicros: 32 };
    guard.writeSetCascadeLimit(record, 0, 9, limit);
  });
  assert.deepEqual([cascade.u32(24), cascade.u32(32)], [6, 5]);
  assert.deepEqual([cascade.u64(40), cascade.u64(48)], [31, 32]);
  const ids = written((record) => guard.writeSetEndedIds(record, 0, 9, 1000));
  assert.equal(ids.u32(32), 1000);
});
