import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NONE } from "./none.ts";
import { createPairIndex, type PairIndex } from "./pair-index.ts";
import { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

const numbers = fc.oneof(fc.integer(), fc.integer({ min: 0, max: 40 }));
const pairs = fc.uniqueArray(fc.tuple(numbers, numbers), {
  maxLength: 300,
  selector: String,
});

function filled(wanted: readonly (readonly [number, number])[]): PairIndex {
  const index = createPairIndex(300);
  for (const [first, second] of wanted) {
    assert.equal(index.find(first, second), NONE);
    index.add(first, second);
  }
  return index;
}

test("every pair is found by both its numbers, in the row it got", () => {
  const property = fc.property(pairs, (wanted) => {
    const index = filled(wanted);
    const snapshot = new SnapshotWriter();
    index.save(snapshot);
    const restored = createPairIndex(300);
    restored.load(new SnapshotReader(snapshot.finish()));
    for (const [row, [first, second]] of wanted.entries()) {
      for (const each of [index, restored]) {
        assert.equal(each.find(first, second), row);
        assert.deepEqual([each.firstOf(row), each.secondOf(row)], [first, second]);
      }
    }
  });
  fc.assert(property);
});

test("a full index says so", () => {
  const index = createPairIndex(2);
  index.add(1, 2);
  assert.ok(index.hasRoom(1));
  assert.ok(!index.hasRoom(2));
  index.add(2, 1);
  assert.ok(!index.hasRoom(1));
});
