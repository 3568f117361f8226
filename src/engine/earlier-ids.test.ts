import assert from "node:assert/strict";
import { test } from "node:test";
import { createEarlierIds } from "./earlier-ids.ts";

const ROWS = 5000;
const ACCOUNT_ID = 7;

/** Ids of one account, all of them in a few chains. */
function crowdedIds() {
  const ids = createEarlierIds(ROWS);
  const words = new Int32Array(5);
  const hashOf = (number: number) => (number % 3) << 20;

  function put(number: number, accountId: number): void {
    words.set([accountId, number, 0, 0, number]);
  }

  function add(number: number): void {
    put(number, ACCOUNT_ID);
    ids.add(words, 0, hashOf(number));
  }

  function has(number: number, gone = 0, accountId = ACCOUNT_ID): boolean {
    put(number, accountId);
    return ids.has(hashOf(number), accountId, words, 1, gone);
  }

  return { ids, add, has };
}

test("where there is no room the oldest is forgotten, whatever chain it hangs in", () => {
  const { ids, add, has } = crowdedIds();
  ids.setKeptMax(40);
  for (let number = 1; number <= 100; number++) {
    add(number);
    for (let other = 1; other <= number; other++) assert.equal(has(other), other > number - 40);
  }
  assert.equal(has(90, 0, ACCOUNT_ID + 1), false, "it is another account's");
  assert.equal(has(70, 10), false, "the ten oldest do not count any more");
  assert.equal(has(71, 10), true);
});

test("other bounds keep the last ones, and what is kept is found in more chains or fewer", () => {
  const { ids, add, has } = crowdedIds();
  ids.setKeptMax(ROWS);
  for (let number = 1; number <= ROWS; number++) add(number);
  for (let number = 1; number <= ROWS; number += 97) assert.equal(has(number), true);
  ids.setKeptMax(700);
  assert.deepEqual([has(ROWS - 700), has(ROWS - 699), has(ROWS)], [false, true, true]);
  ids.setKeptMax(1000);
  add(1);
  assert.deepEqual([has(ROWS - 700), has(ROWS - 699), has(1)], [false, true, true]);
  ids.setKeptMax(0);
  add(2);
  assert.deepEqual([has(1), has(2), ids.count()], [false, false, 0]);
});
