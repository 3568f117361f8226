import assert from "node:assert/strict";
import { test } from "node:test";
import { CL_ORD_ID_BYTES, decodeClOrdId, encodeClOrdId } from "./cl-ord-id.ts";
import { writeReleasedId } from "./released-id.ts";

test("a released order is named by its number, and is found by that text", () => {
  for (const [orderId, marks, text] of [
    [7, 1, "#7"],
    [10, 2, "##10"],
    [123_456_789_012_345, 1, "#123456789012345"],
  ] as const) {
    const bytes = new Uint8Array(CL_ORD_ID_BYTES).fill(0xff);
    writeReleasedId(bytes, orderId, marks);
    assert.equal(decodeClOrdId(bytes, 0), text);
    const encoded = new Uint8Array(CL_ORD_ID_BYTES);
    assert.ok(encodeClOrdId(text, encoded, 0));
    assert.deepEqual(bytes, encoded);
  }
});
