import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AssertionError } from "./assert.ts";
import { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

test("numbers and arrays come back as they were written, wherever the bytes stand", () => {
  fc.assert(
    fc.property(
      fc.array(fc.maxSafeInteger()),
      fc.uint8Array(),
      fc.int32Array(),
      fc.nat({ max: 17 }),
      (numbers, bytes, words, shift) => {
        const writer = new SnapshotWriter();
        for (const number of numbers) writer.number(number);
        writer.array(bytes);
        writer.array(words);
        const whole = writer.finish();

        const shifted = new Uint8Array(whole.length + shift).subarray(shift);
        shifted.set(whole);
        const reader = new SnapshotReader(shifted);
        for (const number of numbers) assert.equal(reader.number(), number);
        const bytesBack = new Uint8Array(bytes.length);
        reader.into(bytesBack);
        assert.deepEqual(bytesBack, bytes);
        assert.deepEqual(reader.int32s(), words);
        reader.finish();
      },
    ),
  );
});

test("a part of a table is written, and read into a larger table whose rest stays", () => {
  const writer = new SnapshotWriter();
  writer.array(Int32Array.of(1, 2, 3, 4), 2);
  const table = Int32Array.of(9, 9, 9, 9, 9);
  new SnapshotReader(writer.finish()).into(table);
  assert.deepEqual([...table], [1, 2, 9, 9, 9]);

  const longer = new SnapshotReader(writer.finish()).int32s(4);
  assert.deepEqual([...longer], [1, 2, 0, 0]);
});

test("the parts are the tables' own memory, and a copy keeps what they were", () => {
  const writer = new SnapshotWriter();
  const table = Int32Array.of(5);
  writer.array(table);
  const copy = writer.finish();
  table[0] = 6;
  assert.deepEqual([...new SnapshotReader(copy).int32s()], [5]);
  assert.deepEqual([...new SnapshotReader(Buffer.concat(writer.parts())).int32s()], [6]);
});

test("a reader takes what it needs from its source, piece by piece", () => {
  const writer = new SnapshotWriter();
  writer.number(7);
  writer.array(Float64Array.of(1.5, 2.5));
  writer.array(Uint8Array.of(1, 2, 3));
  const bytes = writer.finish();
  let at = 0;
  const reader = new SnapshotReader({
    byteLength: writer.byteLength,
    read(target) {
      target.set(bytes.subarray(at, at + target.length));
      at += target.length;
    },
  });
  assert.equal(reader.number(), 7);
  assert.deepEqual([...reader.float64s()], [1.5, 2.5]);
  const table = new Uint8Array(4);
  reader.into(table);
  reader.finish();
  assert.deepEqual([...table], [1, 2, 3, 0]);
  assert.equal(at, bytes.length);
});

test("sections that are missing, left over, cut short or too long are bugs", () => {
  const writer = new SnapshotWriter();
  writer.number(1);
  writer.array(new Uint8Array(9));
  const whole = writer.finish();

  const short = new SnapshotReader(whole);
  short.number();
  assert.throws(() => short.finish(), AssertionError);
  assert.throws(() => short.into(new Uint8Array(8)), AssertionError);
  short.into(new Uint8Array(9));
  short.finish();
  assert.throws(() => short.number(), AssertionError);

  const cut = new SnapshotReader(whole.subarray(0, whole.length - 8));
  cut.number();
  assert.throws(() => cut.into(new Uint8Array(9)), AssertionError);
});
