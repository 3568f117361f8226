// The queue of the latest ended ids against a plain list of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { createRecentIds, type RecentIds } from "./recent-ids.ts";

/** Few, so that the same come again and many share a chain. */
const NAMES = 40;

type Step = { readonly name: number; readonly kept?: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record(
    { name: fc.integer({ min: 0, max: NAMES - 1 }), kept: fc.integer({ min: 0, max: 20 }) },
    { requiredKeys: ["name"] },
  ),
  { maxLength: 200, size: "max" },
);

function wordsOf(name: number): Int32Array {
  return Int32Array.of(name, 7, 0, -name);
}

/** Many names have a hash of others. */
function hashOf(name: number): number {
  return Math.imul((name % 13) + 1, 0x9e37_79b1);
}

function knows(ids: RecentIds, name: number, accountId: number): boolean {
  return ids.has(hashOf(name), accountId, wordsOf(name), 0);
}

function restored(ids: RecentIds, rowsMax: number): RecentIds {
  const snapshot = new SnapshotWriter();
  ids.save(snapshot);
  const copy = createRecentIds(rowsMax);
  copy.load(new SnapshotReader(snapshot.finish()));
  return copy;
}

/** As if as many ids had come before this number. */
function startedAt(number: number, rowsMax: number): RecentIds {
  const snapshot = new SnapshotWriter();
  snapshot.array(Int32Array.of(number, number, 0));
  for (let table = 0; table < 3; table++) snapshot.array(new Int32Array(0));
  const ids = createRecentIds(rowsMax);
  ids.load(new SnapshotReader(snapshot.finish()));
  return ids;
}

const STARTS = { "the first": 1, "the last before the sign": 2 ** 31 - 30, "the last of all": -30 };

for (const [start, number] of Object.entries(STARTS)) {
  test(`the last ids are known and no others, from ${start} number on`, () => {
    const property = fc.property(fc.integer({ min: 1, max: 50 }), steps, (rowsMax, taken) => {
      let ids = startedAt(number, rowsMax);
      let expected: string[] = [];
      for (const { name, kept } of taken) {
        if (kept !== undefined) {
          ids.forgetBeyond(kept);
          expected = kept === 0 ? [] : expected.slice(-kept);
          ids = restored(ids, rowsMax);
        }
        ids.forgetBeyond(rowsMax - 1);
        const accountId = 1 + (name % 3);
        ids.add(accountId, wordsOf(name), 0, hashOf(name));
        expected = [...expected, `${accountId}:${name}`].slice(-rowsMax);
        assert.equal(ids.count(), expected.length);
        for (let each = 0; each < NAMES; each++) {
          for (const account of [1, 2, 3]) {
            assert.equal(knows(ids, each, account), expected.includes(`${account}:${each}`));
          }
        }
        const oldest = ids.rowOf(0);
        const [oldestAccount, oldestName] = (expected[0] ?? "").split(":");
        assert.equal(ids.rows[oldest], Number(oldestAccount));
        assert.equal(ids.hashAt(oldest), hashOf(Number(oldestName)));
      }
    });
    fc.assert(property);
  });
}
