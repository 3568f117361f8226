import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SnapshotReader, SnapshotWriter } from "./snapshot.ts";
import { WideSums } from "./wide-sums.ts";

const amounts = fc.array(fc.maxSafeInteger(), { maxLength: 40 });

test("what is added and taken away again in any order leaves nothing", () => {
  const property = fc.property(amounts, (added) => {
    const sums = new WideSums(1);
    for (const amount of added) sums.add(0, amount);
    for (const amount of added.toSorted((a, b) => a - b)) sums.add(0, -amount);
    assert.ok(sums.isZero(0));
    assert.equal(sums.numberOf(0), 0);
  });
  fc.assert(property);
});

test("a sum far beyond 2^53 is not off by one", () => {
  const sums = new WideSums(2);
  for (let i = 0; i < 1000; i++) sums.add(1, Number.MAX_SAFE_INTEGER);
  for (let i = 0; i < 1000; i++) sums.add(1, -Number.MAX_SAFE_INTEGER + 1);
  assert.equal(sums.numberOf(1), 1000);
  assert.ok(sums.isZero(0), "rows do not touch each other");
});

test("sums of sums, and sums that were stored, are the same", () => {
  const property = fc.property(amounts, amounts, (first, second) => {
    const sums = new WideSums(3);
    for (const amount of first) sums.add(0, amount);
    for (const amount of second) sums.add(1, amount);
    for (const amount of [...first, ...second]) sums.add(2, -amount);
    const snapshot = new SnapshotWriter();
    sums.save(snapshot, 3);
    const restored = new WideSums(3);
    restored.load(new SnapshotReader(snapshot.finish()));
    restored.addRow(2, restored, 0);
    restored.addRow(2, restored, 1);
    assert.ok(restored.isZero(2));
  });
  fc.assert(property);
});
