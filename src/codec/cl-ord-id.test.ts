import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { CL_ORD_ID_BYTES, decodeClOrdId, encodeClOrdId, hasClOrdId } from "./cl-ord-id.ts";

const AT_BYTES = 8;
const UNTOUCHED = 0xee;

/** The 16 bytes of an id in the middle of a buffer; undefined when the text is refused. */
function encoded(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(32).fill(UNTOUCHED);
  const isWritten = encodeClOrdId(text, bytes, AT_BYTES);
  const id = bytes.subarray(AT_BYTES, AT_BYTES + CL_ORD_ID_BYTES);
  const around = [...bytes.subarray(0, AT_BYTES), ...bytes.subarray(AT_BYTES + CL_ORD_ID_BYTES)];
  assert.ok(
    around.every((byte) => byte === UNTOUCHED),
    "nothing is written around the id",
  );
  if (!isWritten)
    assert.ok(
      id.every((byte) => byte === UNTOUCHED),
      "a refused id writes nothing",
    );
  return isWritten ? id : undefined;
}

const printable = fc.string({
  minLength: 1,
  maxLength: CL_ORD_ID_BYTES,
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
});
/** Any version, the variant of RFC 9562. */
const uuid = fc
  .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map(([bytes]) => uuidText(bytes.with(8, (bytes[8] & 0x3f) | 0x80)));

function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

test("an id of either form comes back as it was", () => {
  fc.assert(
    fc.property(fc.oneof(printable, uuid), (text) => {
      const id = encoded(text);
      assert.ok(id !== undefined);
      assert.equal(decodeClOrdId(id, 0), text);
    }),
    { numRuns: 2000 },
  );
});

test("ids of every length from 1 to 16 come back, 0 and 17 are refused", () => {
  for (let length = 1; length <= CL_ORD_ID_BYTES; length++) {
    const text = "A".repeat(length);
    assert.equal(decodeClOrdId(encoded(text) ?? new Uint8Array(16), 0), text);
  }
  assert.equal(encoded(""), undefined);
  assert.equal(encoded("A".repeat(17)), undefined);
});

test("of all characters the 94 printable ASCII ones make an id", () => {
  for (let code = 0; code <= 0x2ff; code++) {
    const character = String.fromCharCode(code);
    const isPrintable = code > 0x20 && code < 0x7f;
    for (const text of [character, `a${character}z`]) {
      assert.equal(encoded(text) !== undefined, isPrintable, `character ${code}`);
    }
  }
  assert.equal(encoded("a\u{1f600}"), undefined);
});

test("a UUID is read in either case and written in lower case", () => {
  const text = randomUUID();
  assert.deepEqual(encoded(text.toUpperCase()), encoded(text));
  assert.equal(decodeClOrdId(encoded(text.toUpperCase()) ?? new Uint8Array(16), 0), text);
});

test("36 characters that are no UUID of RFC 9562 are refused", () => {
  const sound = "0190163d-8694-739b-aea5-966c26f8ad91";
  assert.ok(encoded(sound) !== undefined);
  for (const unsound of [
    sound.replaceAll("-", "_"),
    sound.replace("aea5", "7ea5"), // Another variant: byte 8 could be a character's.
    sound.replace("aea5", "cea5"),
    sound.replace("0190", "019g"),
    ` ${sound.slice(1)}`,
    "x".repeat(36),
  ]) {
    assert.equal(encoded(unsound), undefined, unsound);
  }
});

test("no 16 bytes are both forms: the two never share a value", () => {
  fc.assert(
    fc.property(printable, uuid, (text, uuidForm) => {
      assert.notDeepEqual(encoded(text), encoded(uuidForm));
    }),
  );
  // The reason, for all of them: byte 8 of a text is below 0x80, of a UUID never.
  fc.assert(
    fc.property(fc.oneof(printable, uuid), (text) => {
      const isUuid = text.length === 36;
      assert.equal((encoded(text)?.[8] ?? 0) >= 0x80, isUuid);
    }),
  );
});

test("whatever 16 bytes a record holds, they read as a text and never fail", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const text = decodeClOrdId(bytes, 0);
      assert.ok(text.length <= 36);
    }),
  );
});

test("all zero is no id, any other word is one", () => {
  const words = new Int32Array(6);
  assert.equal(hasClOrdId(words, 1), false);
  assert.equal(decodeClOrdId(new Uint8Array(16), 0), "");
  for (let i = 0; i < 6; i++) {
    words.fill(0)[i] = -2_147_483_648;
    assert.equal(hasClOrdId(words, 1), i >= 1 && i <= 4, `word ${i}`);
  }
});
