import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ALLOCATION_PRO_RATA, ALLOCATION_PRO_RATA_TOP } from "../model/allocation.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { createBooks, MATCH_DONE } from "./books.ts";

const lots = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2 ** 40 }));

/** What each order of a level gets, oldest first, as the rulebook says it. */
function naiveShares(shown: readonly number[], wantedLots: number, hasTop: boolean): number[] {
  const open = [...shown];
  const got = shown.map(() => 0);
  let left = wantedLots;
  const give = (i: number, most: number): void => {
    const given = Math.min(most, left, open[i] ?? 0);
    open[i] = (open[i] ?? 0) - given;
    got[i] = (got[i] ?? 0) + given;
    left -= given;
  };
  const total = shown.reduce((sum, each) => sum + each, 0);
  if (wantedLots < total) {
    if (hasTop) give(0, wantedLots);
    const before = [...open];
    const level = BigInt(before.reduce((sum, each) => sum + each, 0));
    const share = BigInt(left);
    before.forEach((each, i) => {
      give(i, Number((share * BigInt(each)) / level));
    });
  }
  for (let i = 0; i < shown.length; i++) give(i, left);
  return got;
}

test("a shared level gives each order what the rule says, to the lot", () => {
  const levels = fc.array(lots, { minLength: 1, maxLength: 30 });
  const property = fc.property(levels, lots, fc.boolean(), (shown, wantedLots, hasTop) => {
    const got = shown.map(() => 0);
    const limits = { booksMax: 1, ordersMax: 64, salt: 0 };
    const books = createBooks(limits, (slot, _lastPxTicks, lastQtyLots) => {
      got[books.orderIdOf(slot) - 1] += lastQtyLots;
      return MATCH_DONE;
    });
    books.setAllocation(0, hasTop ? ALLOCATION_PRO_RATA_TOP : ALLOCATION_PRO_RATA);
    shown.forEach((each, i) => {
      books.rest(0, SIDE_SELL, 100, each, i + 1);
    });
    const left = books.match(0, SIDE_BUY, 100, wantedLots);
    assert.deepEqual(got, naiveShares(shown, wantedLots, hasTop));
    assert.equal(left, wantedLots - got.reduce((sum, each) => sum + each, 0));
  });
  fc.assert(property, { numRuns: 2000 });
});
