import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer, readI64, writeI64 } from "./record-buffer.ts";

test("a signed number is in its record what every other reader finds there", () => {
  const property = fc.property(fc.maxSafeInteger(), (value) => {
    const record = RecordBuffer.ofBytes(64);
    writeI64(record.words, 3, value);
    assert.equal(readI64(record.words, 3), value);
    assert.equal(new DataView(record.bytes.buffer).getBigInt64(12, true), BigInt(value));
  });
  fc.assert(property);
});
