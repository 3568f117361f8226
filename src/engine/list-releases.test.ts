import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_ACCEPTED } from "../codec/event.ts";
import { cancelRecord, newListRecord, newRecord } from "../codec/record-for-test.ts";
import { LIST_OTO } from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { RecordedEngine, TEST_INSTRUMENT } from "./engine-for-test.ts";

const ALICE = 1;
const BOB = 2;

function order(side: number, clOrdId: string, orderQtyLots: number, priceTicks: number) {
  return { side, clOrdId, orderQtyLots, priceTicks, terms: {} };
}

/** Alice's list of `childLots` for a parent of `parentLots`, of which bob fills `filledLots`. */
function released(recorded: RecordedEngine, parentLots: number, childLots: number, filled: number) {
  const legs = [order(SIDE_BUY, "p", parentLots, 100), order(SIDE_SELL, "c", childLots, 105)];
  recorded.apply(newListRecord({ accountId: ALICE, listType: LIST_OTO, isProRata: true, legs }));
  const sell = { ...order(SIDE_SELL, "s", filled, 100), accountId: BOB };
  const events = recorded.apply(newRecord(sell));
  return events.find(({ kind, accountId }) => kind === EVENT_ACCEPTED && accountId === ALICE);
}

test("what is released is named by its number, marked once more where that name was used", () => {
  const recorded = new RecordedEngine();
  recorded.list();
  // The fifth order is the one that will be released.
  recorded.apply(newRecord({ ...order(SIDE_BUY, "#5", 1, 90), accountId: ALICE }));
  recorded.apply(cancelRecord({ accountId: ALICE, clOrdId: "#5" }));
  const found = released(recorded, 4, 4, 2);
  assert.deepEqual([found?.orderId, found?.clOrdId, found?.orderQtyLots], [5, "##5", 2]);
  const [canceled] = recorded.apply(cancelRecord({ accountId: ALICE, clOrdId: "##5" }));
  assert.equal(canceled.leavesQtyLots, 0);
});

test("parts are exact where the product of both quantities is not", () => {
  const recorded = new RecordedEngine();
  const orderQtyLotsMax = 2 ** 31;
  recorded.list({ ...TEST_INSTRUMENT, priceTicksMin: 1, priceTicksMax: 200, orderQtyLotsMax });
  const [parent, child, filled] = [2 ** 31 - 1, 2 ** 31 - 19, 2 ** 30 + 7];
  const exact = (BigInt(child) * BigInt(filled)) / BigInt(parent);
  assert.equal(released(recorded, parent, child, filled)?.orderQtyLots, Number(exact));
});

test("a snapshot holds what was released and what is due", () => {
  const recorded = new RecordedEngine();
  recorded.list();
  released(recorded, 10, 10, 3);
  const { engine } = recorded;
  const restored = recorded.restored(engine.snapshot());
  assert.equal(restored.stateHash(), engine.stateHash());
  recorded.apply(newRecord({ ...order(SIDE_SELL, "s2", 4, 100), accountId: BOB }));
  assert.equal(recorded.restored(engine.snapshot()).stateHash(), engine.stateHash());
  assert.equal(recorded.replayed().stateHash(), engine.stateHash());
});
