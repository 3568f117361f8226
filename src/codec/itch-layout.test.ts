// docs/protocols/itch.md is the layout: its tables and the codec's constants say the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as itch from "./itch.ts";
import { constantName, fieldsOf, headingsOf } from "./journal-tables-for-test.ts";
import * as mold from "./mold-udp64.ts";

type Constants = Readonly<Record<string, unknown>>;

const PAGE = "itch.md";
const SHARED = ["type", "locate", "trackingNumber", "timestamp"];
/** Kinds with fields of another kind, whose constants they use. */
const LIKE: ReadonlyMap<string, string> = new Map([
  ["EXECUTED_WITH_PRICE", "ORDER_EXECUTED"],
  ["TRADE", "ADD_ORDER"],
]);

test("every message has its letter, length and fields as the page says", () => {
  const constants: Constants = itch;
  for (const line of headingsOf("###", "## Messages", PAGE)) {
    const match = /^### (\w) (.+) \((\d+) bytes\)$/.exec(line);
    assert.ok(match !== null, `expected "### LETTER NAME (LENGTH bytes)", found "${line}"`);
    const name = constantName(match[2]);
    const code = match[1].charCodeAt(0);
    assert.equal(constants[`ITCH_${name}`], code);
    assert.equal(itch.itchBytes(code), Number(match[3]));
    assert.equal(constants[`${name}_BYTES`], Number(match[3]));
    let offset = 0;
    for (const field of fieldsOf(line, PAGE)) {
      assert.equal(field.offset, offset, `${line}: ${field.name}`);
      offset += field.bytes;
      if (field.name === "type") continue;
      const own = constants[`${name}_${constantName(field.name)}_BYTE`];
      const like = constants[`${LIKE.get(name)}_${constantName(field.name)}_BYTE`];
      const shared = constants[`ITCH_${constantName(field.name)}_BYTE`];
      const isShared = SHARED.includes(field.name);
      assert.equal(isShared ? shared : (own ?? like), field.offset, `${line}: ${field.name}`);
    }
    assert.equal(offset, Number(match[3]), line);
  }
});

test("MoldUDP64's header has its fields as the page says", () => {
  const constants: Constants = mold;
  let offset = 0;
  for (const field of fieldsOf("### Header (20 bytes)", PAGE)) {
    assert.equal(field.offset, offset);
    assert.equal(constants[`MOLD_${constantName(field.name)}_BYTE`], offset, field.name);
    offset += field.bytes;
  }
  assert.equal(offset, mold.MOLD_HEADER_BYTES);
});

test("a packet is read at its whole length only", () => {
  const packet = new Uint8Array(mold.MOLD_HEADER_BYTES + 2 + 5 + 2);
  mold.putMoldHeader(packet, "SESSION", 7, 2);
  packet[21] = 5;
  const lengths: number[] = [];
  const read = (bytes: Uint8Array): boolean => {
    lengths.length = 0;
    const header = mold.readMoldHeader(bytes);
    if (header === undefined) return false;
    return mold.readMoldMessages(bytes, header.count, (_, __, length) => lengths.push(length));
  };
  assert.equal(read(packet), true);
  assert.deepEqual(lengths, [5, 0]);
  assert.deepEqual(mold.readMoldHeader(packet), { session: "SESSION", sequence: 7, count: 2 });
  for (let length = 0; length < packet.length; length++) {
    assert.equal(read(packet.subarray(0, length)), false, String(length));
  }
  assert.equal(read(Uint8Array.of(...packet, 0)), false);
});
