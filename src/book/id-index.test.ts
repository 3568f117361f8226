import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NONE } from "../base/none.ts";
import { Prng } from "../base/prng.ts";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { createIdIndex, type IdIndex } from "./id-index.ts";
import { createOrderPool, ORDER_REALS, ORDER_WORDS } from "./order-pool.ts";

const TWO_POW_32 = 4_294_967_296;

/** An index with its pool, and the obvious twin: a Map. */
function indexedPool(ordersMax: number, salt = 0) {
  const orders = createOrderPool(ordersMax);
  const index = createIdIndex(orders, salt);
  const twin = new Map<number, number>();

  function insert(orderId: number): void {
    const slot = orders.acquire();
    orders.orderLevels[slot * ORDER_WORDS] = 0; // Live, on some level.
    orders.orderIds[slot * ORDER_REALS] = orderId;
    index.insert(orderId, slot);
    twin.set(orderId, slot);
  }

  function remove(orderId: number): void {
    const slot = twin.get(orderId)!;
    index.remove(orderId, slot);
    orders.release(slot);
    twin.delete(orderId);
  }

  function assertSame(): void {
    for (const [orderId, slot] of twin) assert.equal(index.find(orderId), slot, `id ${orderId}`);
  }

  return { index, orders, twin, insert, remove, assertSame };
}

function savedIndex(index: IdIndex): Uint8Array {
  const snapshot = new SnapshotWriter();
  index.save(snapshot);
  return snapshot.finish();
}

/** The table's used places, from a snapshot. */
function placesOf(index: IdIndex): Int32Array {
  const snapshot = new SnapshotReader(savedIndex(index));
  snapshot.int32s();
  return snapshot.int32s();
}

/** Ids that stand in the last of the first 1024 places when they are alone. */
function idsOfLastPlace(count: number): number[] {
  const { index, insert, remove } = indexedPool(4);
  const ids: number[] = [];
  for (let orderId = 1; ids.length < count; orderId++) {
    insert(orderId);
    if (placesOf(index)[1023] !== NONE) ids.push(orderId);
    remove(orderId);
  }
  return ids;
}

const ORDER_ID_ARBITRARY = fc.oneof(
  fc.integer({ min: 1, max: 60 }),
  // Equal in their low 32 bits.
  fc.integer({ min: 0, max: 2_000_000 }).map((high) => high * TWO_POW_32 + 7),
  fc.integer({ min: 1, max: 50 }).map((low) => TWO_POW_32 + low),
  fc.maxSafeInteger().map((orderId) => Math.abs(orderId) + 1),
  fc.constantFrom(2 ** 31, 2 ** 31 - 1, TWO_POW_32, Number.MAX_SAFE_INTEGER),
);

test("the index agrees with a Map, ids above 2^32 and colliding ones included", () => {
  const step = fc.record({ orderId: ORDER_ID_ARBITRARY, removes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer(), (steps, salt) => {
      const { index, twin, insert, remove, assertSame } = indexedPool(300, salt);
      for (const { orderId, removes } of steps) {
        const isKnown = twin.has(orderId);
        assert.equal(index.find(orderId), twin.get(orderId) ?? NONE);
        if (isKnown && removes) remove(orderId);
        else if (!isKnown) insert(orderId);
        assert.equal(index.find(orderId), twin.get(orderId) ?? NONE);
      }
      assertSame();
    }),
    { numRuns: 200 },
  );
});

test("a cluster around the table's end stays whole whichever of its orders goes", () => {
  const ids = idsOfLastPlace(20);
  const { index, insert, remove, assertSame, twin } = indexedPool(100);
  const random = new Prng(3);
  for (let round = 0; round < 200; round++) {
    for (const orderId of ids) if (!twin.has(orderId)) insert(orderId);
    assert.notEqual(placesOf(index)[0], NONE, "the cluster goes on at the table's start");
    for (let i = 0; i < 15; i++) {
      const present = [...twin.keys()];
      const gone = present[random.nextBelow(present.length)]!;
      remove(gone);
      assert.equal(index.find(gone), NONE);
      assertSame();
    }
  }
});

test("a cluster around the table's end is whole in the table twice as large", () => {
  const ids = idsOfLastPlace(20);
  const { index, insert, assertSame } = indexedPool(2000);
  for (const orderId of ids) insert(orderId);
  assert.notEqual(placesOf(index)[0], NONE, "the cluster goes on at the table's start");
  const last = ids.at(-1)!;
  for (let orderId = last + 1; placesOf(index).length === 1024; orderId++) {
    insert(orderId);
    assertSame();
  }
});

test("ids that are equal in their low 32 bits lie apart", () => {
  const { index, insert } = indexedPool(512);
  for (let high = 0; high < 500; high++) insert(high * TWO_POW_32 + 7);
  const places = placesOf(index);
  let runLength = 0;
  let longest = 0;
  for (const slot of places) {
    runLength = slot === NONE ? 0 : runLength + 1;
    longest = Math.max(longest, runLength);
  }
  assert.ok(longest < 50, `expected runs below 50 places, found ${longest}`);
});

test("the table doubles with the live orders, not with all ids ever seen", () => {
  const { index, insert, remove, assertSame } = indexedPool(50_000);
  for (let orderId = 1; orderId <= 100_000; orderId++) {
    insert(orderId);
    if (orderId > 400) remove(orderId - 400);
  }
  assert.equal(placesOf(index).length, 1024);
  assertSame();

  for (let orderId = 200_000; orderId < 249_600; orderId++) insert(orderId);
  assert.equal(placesOf(index).length, 131_072);
  assertSame();
});

test("an index holds as many orders as its pool, and works when all of them rest", () => {
  for (const ordersMax of [1, 511, 512, 513, 1024]) {
    const { index, insert, remove, assertSame } = indexedPool(ordersMax);
    for (let orderId = 1; orderId <= ordersMax; orderId++) insert(orderId);
    assertSame();
    assert.equal(index.find(ordersMax + 1), NONE);
    remove(ordersMax);
    assert.equal(index.find(ordersMax), NONE);
  }
});

test("a loaded index goes on like the saved one, in a larger pool too", () => {
  const saved = indexedPool(600, 99);
  for (let orderId = 1; orderId <= 600; orderId++) saved.insert(orderId * 3);
  const loaded = indexedPool(1200);
  const snapshot = new SnapshotWriter();
  saved.orders.save(snapshot);
  saved.index.save(snapshot);
  const reader = new SnapshotReader(snapshot.finish());
  loaded.orders.load(reader);
  loaded.index.load(reader);
  for (const [orderId, slot] of saved.twin) loaded.twin.set(orderId, slot);
  loaded.assertSame();
  for (let orderId = 1; orderId <= 600; orderId++) loaded.insert(10_000 + orderId);
  for (let orderId = 1; orderId <= 600; orderId += 2) loaded.remove(orderId * 3);
  loaded.assertSame();
});

test("removing an order that is not in the index is a bug", () => {
  const { index, insert } = indexedPool(10);
  insert(5);
  assert.throws(() => index.remove(6, 0));
});
