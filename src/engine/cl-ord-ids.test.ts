import assert from "node:assert/strict";
import { test } from "node:test";
import { NONE } from "../base/none.ts";
import { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { createAccountTable } from "./account-table.ts";
import { createAccountTerms } from "./account-terms.ts";
import { createClOrdIds, ENDED } from "./cl-ord-ids.ts";
import { createCommandFrame } from "./command-frame.ts";
import { IncomingOrder } from "./incoming-order.ts";
import { createOrderColumns } from "./order-columns.ts";

const ORDERS = 3000;
const RECENT = 150;
const ACCOUNT_ID = 7;
/** In the third word: the id of an OUCH order. */
const OUCH_FORM = 0xc0;

/** The client order ids of one account's orders, each in the slot of its number, from 1. */
function accountsIds(salt: number) {
  const accounts = createAccountTable(1, salt, createAccountTerms(1));
  const columns = createOrderColumns(accounts, createCommandFrame(), ORDERS + 1);
  const ids = createClOrdIds(columns, ORDERS + 1, ORDERS, RECENT, salt);
  const incoming = new IncomingOrder();
  incoming.accountId = ACCOUNT_ID;
  incoming.accountRow = accounts.findOrAdd(ACCOUNT_ID);

  function name(number: number): number {
    const words = Int32Array.of(number, 0, 0, number);
    incoming.setClOrdId(words, 0, ids.hashOf(ACCOUNT_ID, words, 0));
    return ids.find(incoming.idHash, ACCOUNT_ID, incoming.idWords, 0);
  }

  function enter(number: number): void {
    name(number);
    columns.link(number, incoming);
    ids.settle(incoming, number);
  }

  return { ids, name, enter };
}

test("every order is known by its id however often the table doubled, whatever the salt", () => {
  for (let salt = 0; salt < 30; salt++) {
    const { ids, name, enter } = accountsIds(salt);
    ids.setKnownMax(ORDERS);
    for (let number = 1; number <= ORDERS; number++) enter(number);
    for (let number = 1; number <= ORDERS; number++) assert.equal(name(number), number);
    assert.equal(name(ORDERS + 1), NONE);
    for (let number = 1; number <= ORDERS; number += 2) ids.close(number);
    for (let number = 1; number <= ORDERS; number++) {
      assert.equal(name(number), number % 2 === 1 ? ENDED : number);
    }
  }
});

test("accounts that count their orders alike get ids of other hashes each", () => {
  const { ids } = accountsIds(1);
  for (const form of [0, OUCH_FORM]) {
    const hashes = new Set<number>();
    for (let accountId = 1; accountId <= 4; accountId++) {
      for (let number = 1; number <= 1000; number++) {
        hashes.add(ids.hashOf(accountId, Int32Array.of(number, 0, form, 0), 0));
      }
    }
    // Of 4,000 of 2^32 hashes two are the same in one case of 500.
    assert.ok(hashes.size >= 3999, `${hashes.size} hashes`);
  }
});

test("as many ids of ended orders are known as was said last, and none that was forgotten", () => {
  for (let salt = 0; salt < 30; salt++) {
    const { ids, name, enter } = accountsIds(salt);
    const end = (first: number, last: number) => {
      for (let number = first; number <= last; number++) {
        enter(number);
        ids.close(number);
      }
    };
    const known = () =>
      Array.from({ length: ORDERS }, (_, i) => i + 1).filter((number) => name(number) === ENDED);
    const range = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i);
    end(1, 1000);
    assert.deepEqual(known(), range(1001 - RECENT, 1000));
    ids.setKnownMax(100);
    assert.deepEqual(known(), range(901, 1000));
    ids.setKnownMax(200);
    end(1001, 1300);
    ids.setKnownMax(500);
    assert.deepEqual(known(), range(1101, 1300));
    end(1301, 1500);
    assert.deepEqual(known(), range(1101, 1500));
    end(1501, 2400);
    assert.deepEqual(known(), range(1901, 2400));
  }
});

test("fewer are known from now on: the last of them all, wherever they stand", () => {
  const fewer = RECENT - 5;
  // Among so many numbers one comes just after ids left the recent ones, several at once.
  for (let last = 2 * RECENT; last < 2 * RECENT + 20; last++) {
    const { ids, name, enter } = accountsIds(1);
    const end = (first: number, end: number) => {
      for (let number = first; number <= end; number++) {
        enter(number);
        ids.close(number);
      }
    };
    const assertKnown = (newest: number) => {
      for (let number = 1; number <= newest; number++) {
        assert.equal(name(number), number > newest - fewer ? ENDED : NONE);
      }
    };
    ids.setKnownMax(3 * RECENT);
    end(1, last);
    ids.setKnownMax(fewer);
    assertKnown(last);
    end(last + 1, last + 9);
    assertKnown(last + 9);
    end(last + 10, last + 2 * RECENT);
    assertKnown(last + 2 * RECENT);
  }
});

test("the ids of a trading day are all known, from the first to the last, until it is over", () => {
  for (let salt = 0; salt < 30; salt++) {
    const { ids, name, enter } = accountsIds(salt);
    ids.setHasDays(true);
    for (let number = 1; number <= ORDERS; number++) {
      enter(number);
      ids.close(number);
    }
    for (let number = 1; number <= ORDERS; number++) assert.equal(name(number), ENDED);
    assert.equal(name(ORDERS + 1), NONE);
    ids.forgetAll();
    for (let number = 1; number <= ORDERS; number++) assert.equal(name(number), NONE);
    enter(1);
    assert.equal(name(1), 1);
  }
});

test("known ids, those of long ago too, are in a snapshot", () => {
  const before = accountsIds(1);
  before.ids.setKnownMax(2500);
  for (let number = 1; number <= ORDERS; number++) {
    before.enter(number);
    before.ids.close(number);
  }
  const snapshot = new SnapshotWriter();
  before.ids.save(snapshot);
  const after = accountsIds(1);
  after.ids.load(new SnapshotReader(snapshot.finish()));
  for (let number = 1; number <= ORDERS; number++) {
    assert.equal(after.name(number), number <= 500 ? NONE : ENDED);
  }
});
