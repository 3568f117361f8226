import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createKeyTrees, KEY_MAX, type KeyTrees, PATH_NODES } from "./key-trees.ts";
import { NONE } from "./none.ts";
import { Prng } from "./prng.ts";
import { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

const KEY_MIN = -2_147_483_648;
const NODE_BYTES = 148;

/** The obvious twin of one tree: sorted keys, each with the slot and the leaf it got. */
class SortedKeys {
  readonly keys: number[] = [];
  readonly places = new Map<number, { slot: number; leaf: number }>();

  insert(key: number, slot: number, leaf: number): void {
    this.keys.push(key);
    this.keys.sort((a, b) => a - b);
    this.places.set(key, { slot, leaf });
  }

  remove(key: number): void {
    this.keys.splice(this.keys.indexOf(key), 1);
    this.places.delete(key);
  }

  slotOf(key: number | undefined): number {
    return key === undefined ? NONE : (this.places.get(key)?.slot ?? NONE);
  }

  slotAfter(key: number): number {
    return this.slotOf(this.keys.find((other) => other > key));
  }
}

function savedBytes(trees: KeyTrees): Uint8Array {
  const snapshot = new SnapshotWriter();
  trees.save(snapshot);
  return snapshot.finish();
}

function assertSame(trees: KeyTrees, tree: number, twin: SortedKeys): void {
  assert.equal(trees.first(tree), twin.slotOf(twin.keys[0]));
  assert.equal(trees.firstKey(tree), twin.keys[0] ?? KEY_MAX);
  for (const key of twin.keys) {
    const { slot, leaf } = twin.places.get(key)!;
    assert.equal(trees.find(tree, key), slot);
    assert.equal(trees.next(leaf, key), twin.slotAfter(key));
  }
}

/** A key of a tree of its own whose leaf no other index shares: every path is as long as can be. */
function sparseKey(index: number): number {
  return Math.imul(index, 0x9e37_79b1);
}

const KEY = fc.oneof(
  fc.integer({ min: KEY_MIN, max: KEY_MAX }),
  fc.integer({ min: -40, max: 40 }),
  fc.integer({ min: 1_000_000, max: 1_000_100 }),
  fc.constantFrom(KEY_MIN, KEY_MIN + 1, KEY_MIN + 32, -1, 0, 31, 32, KEY_MAX - 32, KEY_MAX),
);
const STEP = fc.record({
  kind: fc.constantFrom("insert", "insert", "remove", "look", "reload"),
  tree: fc.integer({ min: 0, max: 2 }),
  key: KEY,
  /** Which of the present keys a removal takes. */
  pick: fc.nat(),
});

test("several trees agree with sorted arrays, also when saved and loaded midway", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 120 }), (steps) => {
      let trees = createKeyTrees(3, 1000);
      const twins = [new SortedKeys(), new SortedKeys(), new SortedKeys()];
      for (const [slot, { kind, tree, key, pick }] of steps.entries()) {
        const twin = twins[tree]!;
        if (kind === "insert" && !twin.places.has(key)) {
          twin.insert(key, slot, trees.insert(tree, key, slot));
        } else if (kind === "remove" && twin.keys.length > 0) {
          const present = twin.keys[pick % twin.keys.length]!;
          trees.remove(twin.places.get(present)!.leaf, present);
          twin.remove(present);
        } else if (kind === "reload") {
          const bytes = savedBytes(trees);
          trees = createKeyTrees(3, 1000);
          trees.load(new SnapshotReader(bytes));
        }
        assert.equal(trees.find(tree, key), twin.slotOf(key));
        assert.equal(trees.first(tree), twin.slotOf(twin.keys[0]));
        assert.equal(trees.firstKey(tree), twin.keys[0] ?? KEY_MAX);
      }
      for (const [tree, twin] of twins.entries()) assertSame(trees, tree, twin);
    }),
    { numRuns: 300 },
  );
});

test("emptied leaves are kept up to a bound: prices that come and go take no more memory", () => {
  const trees = createKeyTrees(2, 200_000);
  const emptyBytes = savedBytes(trees).length;
  const cycle = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const key = sparseKey(i);
      trees.remove(trees.insert(i & 1, key, i), key);
    }
    return savedBytes(trees).length;
  };
  const bytes = cycle(0, 10_000);
  assert.ok(bytes - emptyBytes <= 4097 * PATH_NODES * NODE_BYTES, `found ${bytes} bytes`);
  const laterBytes = cycle(10_000, 60_000);
  assert.ok(laterBytes - emptyBytes <= 4097 * PATH_NODES * NODE_BYTES, `found ${laterBytes} bytes`);
});

test("a leaf that filled again is not reclaimed with the emptied ones", () => {
  const trees = createKeyTrees(1, 100_000);
  const kept = trees.insert(0, 77, 1);
  trees.remove(kept, 77);
  trees.insert(0, 77, 2);
  for (let i = 1; i < 9000; i++) {
    const key = sparseKey(i);
    trees.remove(trees.insert(0, key, i), key);
  }
  assert.equal(trees.find(0, 77), 2);
  assert.equal(trees.first(0), 2);
  trees.insert(0, 78, 3);
  assert.equal(trees.next(kept, 77), 3);
});

test("a full pool has as much room again when everything is removed, however often", () => {
  const trees = createKeyTrees(1, 600);
  const random = new Prng(5);
  const fill = () => {
    const leaves: [number, number][] = [];
    while (trees.hasRoom()) {
      const key = random.nextUint32() | 0;
      if (trees.find(0, key) === NONE) leaves.push([trees.insert(0, key, leaves.length), key]);
    }
    return leaves;
  };
  for (let round = 0; round < 50; round++) {
    const leaves = fill();
    assert.ok(leaves.length >= 80, `a round ${round} had room for ${leaves.length} keys`);
    assert.equal(trees.hasRoom(), false);
    for (const [leaf, key] of leaves) trees.remove(leaf, key);
    assert.equal(trees.first(0), NONE);
    assert.equal(trees.hasRoom(), true);
  }
});

test("leaves that were emptied, filled and emptied again give their room back too", () => {
  const trees = createKeyTrees(1, 600);
  const keys = Array.from({ length: 60 }, (_, index) => sparseKey(index));
  const insertAll = () => keys.map((key, slot) => trees.insert(0, key, slot));
  const removeAll = (leaves: number[]) => {
    for (const [index, key] of keys.entries()) trees.remove(leaves[index]!, key);
  };
  removeAll(insertAll());
  const leaves = insertAll();
  let index = 1000;
  for (; trees.hasRoom(); index++) trees.insert(0, sparseKey(index), index);
  removeAll(leaves);
  assert.equal(trees.hasRoom(), true);
  let count = 0;
  for (; trees.hasRoom(); count++) trees.insert(0, sparseKey(5000 + count), count);
  assert.ok(count > 40, `found room for ${count} keys where 60 had been`);
});

test("a leaf that was reclaimed is not found again through the cache", () => {
  const trees = createKeyTrees(1, 60_000);
  // The low 12 bits of a leaf's key choose its cache entry: no other leaf takes the first one's.
  const keyOfLeaf = (leafKey: number) => (leafKey << 5) ^ KEY_MIN;
  const first = keyOfLeaf(4096);
  const leaf = trees.insert(0, first, 1);
  assert.equal(trees.find(0, first), 1); // Now it is in the cache.
  trees.remove(leaf, first);
  for (let i = 0; i < 4096; i++) {
    const key = keyOfLeaf((i << 12) | 1);
    trees.remove(trees.insert(0, key, i), key);
  }
  trees.insert(0, first, 2);
  trees.insert(0, keyOfLeaf(2), 3);
  assert.equal(trees.find(0, first), 2);
  assert.equal(trees.find(0, keyOfLeaf(2)), 3);
  assert.equal(trees.first(0), 3);
});

test("trees that share cache entries do not share keys", () => {
  const trees = createKeyTrees(4097, 100);
  trees.insert(0, 5, 1);
  assert.equal(trees.find(4096, 5), NONE);
  trees.insert(4096, 5, 2);
  assert.deepEqual([trees.find(0, 5), trees.find(4096, 5)], [1, 2]);
});

test("trees loaded over others forget those", () => {
  const trees = createKeyTrees(1, 1000);
  const empty = savedBytes(trees);
  for (let key = 0; key < 3200; key += 32) {
    trees.insert(0, key, key);
    assert.equal(trees.find(0, key), key); // Now it is in the cache.
  }
  trees.load(new SnapshotReader(empty));
  assert.equal(trees.first(0), NONE);
  for (let key = 3168; key >= 0; key -= 32) {
    assert.equal(trees.find(0, key), NONE);
    trees.insert(0, key, key + 1);
  }
  for (let key = 0; key < 3200; key += 32) assert.equal(trees.find(0, key), key + 1);
  assert.equal(trees.first(0), 1);
});

test("random traffic over more than 4096 emptied leaves agrees with a sorted array", () => {
  const trees = createKeyTrees(1, 60_000);
  const twin = new SortedKeys();
  const random = new Prng(11);
  for (let i = 0; i < 30_000; i++) {
    const key = sparseKey(random.nextBelow(12_000));
    const place = twin.places.get(key);
    if (place === undefined && twin.keys.length < 200) {
      twin.insert(key, i, trees.insert(0, key, i));
    } else {
      const present = place === undefined ? twin.keys[random.nextBelow(200)]! : key;
      trees.remove(twin.places.get(present)!.leaf, present);
      twin.remove(present);
    }
    assert.equal(trees.first(0), twin.slotOf(twin.keys[0]));
  }
  assertSame(trees, 0, twin);
});
