import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf } from "../codec/journal-tables-for-test.ts";
import { execInstOf, ordTypeOf, packOrderCodes, sideOf, timeInForceOf } from "./order-codes.ts";

test("the four codes lie in commands and events in the order in which they are packed", () => {
  const words = Int32Array.of(packOrderCodes(1, 2, 3, 4));
  assert.deepEqual([...new Uint8Array(words.buffer)], [1, 2, 3, 4]);
  for (const heading of ["### 1 New order (64 bytes)", "### Event (all kinds, 128 bytes)"]) {
    const offsets = ["side", "ordType", "timeInForce", "execInst"].map(
      (name) => fieldsOf(heading).find((field) => field.name === name)?.offset,
    );
    assert.deepEqual(offsets, [60, 61, 62, 63]);
  }
});

test("every code comes back from every byte", () => {
  for (let byte = 0; byte < 256; byte++) {
    const codes = packOrderCodes(byte, 255 - byte, byte, 255 - byte);
    const unpacked = [sideOf(codes), ordTypeOf(codes), timeInForceOf(codes), execInstOf(codes)];
    assert.deepEqual(unpacked, [byte, 255 - byte, byte, 255 - byte]);
  }
});
