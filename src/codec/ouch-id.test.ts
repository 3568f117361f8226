import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeClOrdId, encodeClOrdId } from "./cl-ord-id.ts";
import {
  isOuchId,
  OUCH_CL_ORD_ID_BYTES,
  packOuchClOrdId,
  unpackOuchClOrdId,
  writeOuchId,
} from "./ouch-id.ts";

const userRefNum = fc.integer({ min: 0, max: 4_294_967_295 });
const fourteen = fc.uint8Array({
  min: 0x20,
  max: 0x7e,
  minLength: OUCH_CL_ORD_ID_BYTES,
  maxLength: OUCH_CL_ORD_ID_BYTES,
});

test("a UserRefNum and any 14 printable characters come back as they were", () => {
  const edges = [0x20, 0x7e].map((byte) => new Uint8Array(OUCH_CL_ORD_ID_BYTES).fill(byte));
  fc.assert(
    fc.property(userRefNum, fourteen, (number, text) => {
      const words = Int32Array.of(7, 7, 7, 7, 7, 7);
      writeOuchId(words, 1, number);
      assert.ok(packOuchClOrdId(text, 0, words, 1));
      assert.ok(isOuchId(words, 1));
      assert.equal(words[1] >>> 0, number);
      const bytes = new Uint8Array(OUCH_CL_ORD_ID_BYTES);
      unpackOuchClOrdId(words, 1, bytes, 0);
      assert.deepEqual(bytes, text);
      assert.deepEqual([words[0], words[5]], [7, 7], "nothing is written around the id");
    }),
    {
      numRuns: 5000,
      examples: edges.map((text) => [4_294_967_295, text] as [number, Uint8Array<ArrayBuffer>]),
    },
  );
});

test("a character that is not printable is refused, at every place, and nothing is written", () => {
  for (let place = 0; place < OUCH_CL_ORD_ID_BYTES; place++) {
    for (const byte of [0, 0x1f, 0x7f, 0x80, 0xff]) {
      const text = new Uint8Array(OUCH_CL_ORD_ID_BYTES).fill(0x41);
      text[place] = byte;
      const words = new Int32Array(4);
      writeOuchId(words, 0, 5);
      const before = words.slice();
      assert.equal(packOuchClOrdId(text, 0, words, 0), false);
      assert.deepEqual(words, before);
    }
  }
});

test("its text is ouch:USERREFNUM:CLORDID, and the number alone names it too", () => {
  const bytes = new Uint8Array(16);
  const texts = [
    "ouch:1",
    "ouch:4294967295",
    "ouch:12:A",
    "ouch:12:  B C:D",
    "ouch:9:ABCDEFGHIJKLMN",
  ];
  for (const text of texts) {
    assert.ok(encodeClOrdId(text, bytes, 0), text);
    assert.ok(isOuchId(new Int32Array(bytes.buffer), 0), text);
    assert.equal(decodeClOrdId(bytes, 0), text);
  }
  const refused = [
    "ouch:",
    "ouch:0",
    "ouch:01",
    "ouch:4294967296",
    "ouch:1:",
    "ouch:1:A ",
    "ouch:1:ABCDEFGHIJKLMNO",
    "ouch:x",
    "ouch:1:\u00e9",
  ];
  for (const text of refused) assert.equal(encodeClOrdId(text, bytes, 0), false, text);
  assert.ok(encodeClOrdId("ouch", bytes, 0), "without the colon it is a plain id");
  assert.equal(isOuchId(new Int32Array(bytes.buffer), 0), false);
});

test("no plain id and no UUID looks like an OUCH id", () => {
  const plain = fc.string({ minLength: 1, maxLength: 16, unit: "grapheme-ascii" });
  fc.assert(
    fc.property(fc.oneof(plain, fc.uuid()), (text) => {
      const words = new Int32Array(4);
      if (!encodeClOrdId(text, new Uint8Array(words.buffer), 0)) return;
      assert.equal(isOuchId(words, 0), text.startsWith("ouch:"));
    }),
  );
});
