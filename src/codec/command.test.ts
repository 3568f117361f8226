import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer } from "../base/record-buffer.ts";
import type { Instrument } from "../model/instrument.ts";
import {
  BLOCK_WORDS,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_CANCEL,
  COMMAND_CREATE_INSTRUMENT,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SESSION_ID_WORD,
  COMMAND_VERSION,
  commandBlocksOf,
  commandKindOf,
  commandVersionOf,
  readCreateInstrument,
  writeCommandHeader,
  writeCreateInstrument,
} from "./command.ts";

const u32 = fc.integer({ min: 0, max: 4_294_967_295 });
const i32 = fc.integer({ min: -2_147_483_648, max: 2_147_483_647 });
const u53 = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const textOf = (characters: string, maxLength: number) =>
  fc.string({ minLength: 1, maxLength, unit: fc.constantFrom(...characters) });

/** Any terms that the record can carry, sound or not. */
const instrument: fc.Arbitrary<Instrument> = fc.record(
  {
    instrumentId: u32,
    symbol: textOf("ABCXYZ019._-", 16),
    currency: textOf("USDX9", 8),
    priceDecimals: fc.integer({ min: 0, max: 255 }),
    tickUnits: u32,
    qtyDecimals: fc.integer({ min: 0, max: 255 }),
    lotUnits: u32,
    priceTicksMin: i32,
    priceTicksMax: i32,
    orderQtyLotsMin: u53,
    orderQtyLotsMax: u53,
  },
  { noNullPrototype: true },
);

test("an instrument comes back from its record as it was", () => {
  const record = RecordBuffer.ofBytes(4 * 64);
  fc.assert(
    fc.property(instrument, u32, fc.constantFrom(0, 64, 128), (terms, sessionId, offsetBytes) => {
      record.bytes.fill(0xaa);
      writeCreateInstrument(record, offsetBytes, sessionId, terms);
      assert.deepEqual(readCreateInstrument(record, offsetBytes), terms);
      const { words } = record;
      const at = offsetBytes / 4;
      assert.equal(commandKindOf(words, at), COMMAND_CREATE_INSTRUMENT);
      assert.equal(words[at + COMMAND_ACCOUNT_ID_WORD], 0, "the operator asks");
      assert.equal(words[at + COMMAND_SESSION_ID_WORD] >>> 0, sessionId);
      const others = [
        ...record.bytes.subarray(0, offsetBytes),
        ...record.bytes.subarray(offsetBytes + 128),
      ];
      assert.ok(
        others.every((byte) => byte === 0xaa),
        "nothing around the record is written",
      );
    }),
  );
});

test("a header says version, kind and length, and the rest of the record is zero", () => {
  const { words } = RecordBuffer.ofBytes(3 * 64);
  words.fill(-1);
  writeCommandHeader(words, BLOCK_WORDS, COMMAND_CANCEL, 4_294_967_295, 7, 9);
  const at = BLOCK_WORDS;
  assert.equal(commandVersionOf(words, at), COMMAND_VERSION);
  assert.equal(commandKindOf(words, at), COMMAND_CANCEL);
  assert.equal(commandBlocksOf(words, at), 1);
  assert.equal(words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0, 4_294_967_295);
  assert.equal(words[at + COMMAND_INSTRUMENT_ID_WORD], 7);
  assert.equal(words[at + COMMAND_SESSION_ID_WORD], 9);
  const rest = words.subarray(at + COMMAND_SESSION_ID_WORD + 1, at + BLOCK_WORDS);
  assert.ok(rest.every((word) => word === 0));
  assert.equal(words[at - 1], -1);
  assert.equal(words[at + BLOCK_WORDS], -1);
});

test("a header of a kind that nobody knows is a bug of the writer", () => {
  const { words } = RecordBuffer.ofBytes(64);
  assert.throws(() => writeCommandHeader(words, 0, 99, 1, 1, 1), /known kind/);
});
