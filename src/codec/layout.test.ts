// docs/protocols/journal.md is the layout: its tables and the codec's constants say the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as command from "./command.ts";
import * as event from "./event.ts";
import {
  constantName,
  type Field,
  fieldsOf,
  headingsOf,
  rowsOf,
} from "./journal-tables-for-test.ts";

type Constants = Readonly<Record<string, unknown>>;

const COMMAND_HEADER = "### Command header (all kinds)";
const COMMAND_HEADER_BYTES = 32;
const EVENT_HEADING = `### Event (all kinds, ${event.EVENT_BYTES} bytes)`;

/** Prefix of a kind's constants by the name in its heading. */
const PREFIXES = new Map([
  ["New order", "NEW"],
  ["Cancel", "CANCEL"],
  ["Amend", "AMEND"],
  ["Cancel all", "CANCEL_ALL"],
  ["Create instrument", "CREATE"],
  ["New order with terms", "TERMS"],
  ["New order list", "LIST"],
  ["Clock", "CLOCK"],
  ["Reduce to", "REDUCE_TO"],
]);

/**
 * Fields that share a word with another one and are read by a function; the tests below show each.
 * The first word: ...KindOf and its like. Codes: model/order-codes.ts. Reason: ...FlagsOf and its
 * like.
 */
const PACKED = new Set([
  ...["COMMAND_VERSION", "COMMAND_KIND", "COMMAND_BLOCKS"],
  ...["EVENT_VERSION", "EVENT_KIND", "EVENT_INDEX"],
  ...["NEW_ORD_TYPE", "NEW_TIME_IN_FORCE", "NEW_EXEC_INST"],
  ...["EVENT_ORD_TYPE", "EVENT_TIME_IN_FORCE", "EVENT_EXEC_INST"],
  ...["EVENT_EVENT_FLAGS", "EVENT_COMMAND_KIND"],
  ...["AMEND_ORD_TYPE", "AMEND_TRIGGER_SOURCE"],
  ...["CANCEL_ALL_CANCEL_FLAGS", "LIST_LEGS_COUNT", "LIST_LIST_FLAGS", "LIST_LEG2", "LIST_LEG3"],
  ...["TERMS_NEW_ORDER", "TERMS_PEG_PRICE_TYPE", "TERMS_STP_MODE", "TERMS_TERM_FLAGS"],
]);

function assertSameFields(prefix: string, fields: readonly Field[], constants: Constants): void {
  const inPage = new Map(
    fields
      .filter(({ name }) => name !== "reserved")
      .map(({ name, offset }) => [`${prefix}_${constantName(name)}`, offset]),
  );
  for (const name of PACKED) if (name.startsWith(`${prefix}_`)) inPage.delete(name);
  assert.deepEqual(offsetsOf(prefix, constants), Object.fromEntries(inPage));
}

/** Every field's constant under this prefix and no longer one: byte offset by name. */
function offsetsOf(prefix: string, constants: Constants): Record<string, number> {
  const longer = [...PREFIXES.values()].filter((other) => other.startsWith(`${prefix}_`));
  const found: Record<string, number> = {};
  for (const [name, value] of Object.entries(constants)) {
    const match = /^(.+)_(WORD|BYTE)$/.exec(name);
    if (match === null || !name.startsWith(`${prefix}_`)) continue;
    if (longer.some((other) => name.startsWith(`${other}_`))) continue;
    found[match[1]] = Number(value) * (match[2] === "WORD" ? 4 : 1);
  }
  return found;
}

/** A record's fields follow each other without a gap, each on a boundary of its own size. */
function assertCovers(fields: readonly Field[], startBytes: number, endBytes: number): void {
  let offset = startBytes;
  for (const field of fields) {
    assert.equal(field.offset, offset, `${field.name} begins where the field before it ends`);
    const align = Math.min(field.bytes, 8);
    if (field.name !== "reserved") assert.equal(offset % align, 0, `${field.name} is aligned`);
    offset += field.bytes;
  }
  assert.equal(offset, endBytes, "the fields end with the record");
}

test("the command header has its fields where the page says", () => {
  const fields = fieldsOf(COMMAND_HEADER);
  assertCovers(fields, 0, COMMAND_HEADER_BYTES);
  assertSameFields("COMMAND", fields, command);
});

test("every kind of command has its number, length and fields as the page says", () => {
  const kinds = headingsOf("###", "## Commands").filter(
    // Accounts, the trading day and guards have files of constants and tests of their own.
    (line) => line !== COMMAND_HEADER && !/^### [234]\d /.test(line),
  );
  const constants: Constants = command;
  for (const heading of kinds) {
    const match = /^### (\d+) (.+) \((\d+) bytes\)$/.exec(heading);
    assert.ok(match !== null, `expected "### NUMBER NAME (LENGTH bytes)", found "${heading}"`);
    const [, kind, name, bytes] = match;
    assert.equal(constants[`COMMAND_${constantName(name.replace(" order", ""))}`], Number(kind));
    assert.equal(command.blocksOfKind(Number(kind)) * command.BLOCK_BYTES, Number(bytes));
    assert.ok(Number(bytes) <= command.COMMAND_BYTES_MAX);
    const fields = fieldsOf(heading);
    assertCovers(fields, COMMAND_HEADER_BYTES, Number(bytes));
    assertSameFields(PREFIXES.get(name) ?? "", fields, command);
  }
  assert.equal(kinds.length, PREFIXES.size);
  assert.equal(command.blocksOfKind(0), 0);
  assert.equal(command.blocksOfKind(kinds.length + 1), 0);
});

test("every kind of event has its fields as the page says", () => {
  const fields = fieldsOf(EVENT_HEADING);
  assertCovers(fields, 0, event.EVENT_BYTES);
  assertSameFields("EVENT", fields, event);
});

test("the kinds of events have the numbers that the page says", () => {
  const inPage = rowsOf("### Event kinds").map(([kind, name]) => {
    return [`EVENT_${constantName(name)}`, Number(kind)];
  });
  const inCodec = Object.entries(event).filter(
    ([name]) => name.startsWith("EVENT_") && !/_(WORD|WORDS|BYTES|VERSION)$/.test(name),
  );
  assert.deepEqual(Object.fromEntries(inCodec), Object.fromEntries(inPage));
});

test("bits have the places that the page says", () => {
  const bitsOf = (heading: string, field: string) =>
    [...meaningOf(heading, field).matchAll(/bit (\d)/g)].map((match) => 1 << Number(match[1]));
  const { AMEND_HAS_PRICE, AMEND_HAS_QTY, AMEND_QTY_IS_LEAVES, AMEND_JOINS_TAIL } = command;
  const { AMEND_HAS_STOP_PX, AMEND_HAS_DISPLAY_QTY, AMEND_HAS_EXPIRE_TIME } = command;
  const { AMEND_HAS_TYPE } = command;
  assert.deepEqual(bitsOf("### 3 Amend (128 bytes)", "amendFlags"), [
    AMEND_HAS_PRICE,
    AMEND_HAS_QTY,
    AMEND_QTY_IS_LEAVES,
    AMEND_JOINS_TAIL,
    AMEND_HAS_STOP_PX,
    AMEND_HAS_DISPLAY_QTY,
    AMEND_HAS_EXPIRE_TIME,
    AMEND_HAS_TYPE,
  ]);
  const { FLAG_ON_BOOK, FLAG_AGGRESSOR, FLAG_KEPT_PLACE, FLAG_TRANSFER, FLAG_AUCTION } = event;
  const flags = [FLAG_ON_BOOK, FLAG_AGGRESSOR, FLAG_KEPT_PLACE, FLAG_TRANSFER, FLAG_AUCTION];
  assert.deepEqual(bitsOf(EVENT_HEADING, "eventFlags"), flags);
});

test("packed fields are read from the bytes that the page says", () => {
  const bytes = new Uint8Array(event.EVENT_BYTES).map((_, i) => i + 1);
  const words = new Int32Array(bytes.buffer);
  const byteAt = (heading: string, name: string) => bytes[offsetOf(heading, name)];
  assert.equal(command.commandVersionOf(words, 0), byteAt(COMMAND_HEADER, "version"));
  assert.equal(command.commandKindOf(words, 0), byteAt(COMMAND_HEADER, "kind"));
  assert.equal(command.commandBlocksOf(words, 0), byteAt(COMMAND_HEADER, "blocks"));
  assert.equal(event.eventKindOf(words, 0), byteAt(EVENT_HEADING, "kind"));
  const u16At = (name: string) => {
    const offset = offsetOf(EVENT_HEADING, name);
    return bytes[offset] | (bytes[offset + 1] << 8);
  };
  assert.equal(event.eventIndexOf(words, 0), u16At("index"));
  assert.equal(event.reasonOf(words, 0), u16At("reason"));
  assert.equal(event.eventFlagsOf(words, 0), byteAt(EVENT_HEADING, "eventFlags"));
  assert.equal(event.commandKindOfEvent(words, 0), byteAt(EVENT_HEADING, "commandKind"));
});

function offsetOf(heading: string, name: string): number {
  return fieldsOf(heading).find((field) => field.name === name)?.offset ?? Number.NaN;
}

function meaningOf(heading: string, name: string): string {
  return fieldsOf(heading).find((field) => field.name === name)?.meaning ?? "";
}
