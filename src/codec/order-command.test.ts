import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer } from "../base/record-buffer.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_PEGGED, ORD_TYPE_STOP } from "../model/ord-type.ts";
import { LIST_OCO, PEG_MID } from "../model/order-terms.ts";
import { SIDE_BUY } from "../model/side.ts";
import { TIF_GTC } from "../model/time-in-force.ts";
import {
  COMMAND_BYTES_MAX,
  COMMAND_NEW,
  COMMAND_NEW_LIST,
  COMMAND_NEW_WITH_TERMS,
  commandKindOf,
} from "./command.ts";
import {
  type OrderValues,
  readTerms,
  type TermsRead,
  writeAmend,
  writeCancel,
  writeNewList,
  writeNewOrder,
} from "./order-command.ts";
import { namedCommand } from "./record-fields.ts";

const ASKER = { accountId: 3, sessionId: 11 };
const INSTRUMENT_ID = 7;

const PLAIN: OrderValues = {
  clOrdId: "my-1",
  side: SIDE_BUY,
  ordType: ORD_TYPE_LIMIT,
  timeInForce: TIF_GTC,
  execInst: 0,
  orderQtyLots: 5,
  priceTicks: -3,
};

const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
const { words, bytes } = record;

function written(order: OrderValues): Readonly<Record<string, unknown>> {
  assert.ok(writeNewOrder(record, 0, ASKER, INSTRUMENT_ID, order));
  return namedCommand(bytes, 0);
}

test("an order asks for terms only where it has some", () => {
  written(PLAIN);
  assert.equal(commandKindOf(words, 0), COMMAND_NEW);
  written({ ...PLAIN, terms: {} });
  assert.equal(commandKindOf(words, 0), COMMAND_NEW_WITH_TERMS);
});

test("a price of zero that is given is another thing than one that is not", () => {
  const stop = { ...PLAIN, ordType: ORD_TYPE_STOP };
  assert.equal(written({ ...stop, terms: {} })["termFlags"], 0);
  assert.equal(written({ ...stop, terms: { stopPxTicks: 0 } })["termFlags"], 4);
  const { priceTicks: _, ...uncapped } = { ...PLAIN, ordType: ORD_TYPE_PEGGED };
  assert.equal(written({ ...uncapped, terms: { pegPriceType: PEG_MID } })["termFlags"], 0);
  const capped = { ...uncapped, priceTicks: 0, terms: { pegPriceType: PEG_MID } };
  assert.equal(written(capped)["termFlags"], 16);
});

const u8 = fc.nat(255);
const u32 = fc.nat(4_294_967_295);
const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const u53 = fc.maxSafeNat();

test("whatever terms are written are read again, alone and in each leg of a list", () => {
  const terms: fc.Arbitrary<TermsRead> = fc.record({
    stopPxTicks: fc.option(i32, { nil: undefined }),
    triggerSource: u8,
    pegPriceType: u8,
    stpMode: u8,
    trailing: fc.boolean(),
    offsetIsBasisPoints: fc.boolean(),
    displayQtyLots: u53,
    minQtyLots: u53,
    expireTimeMicros: u53,
    offsetTicks: i32,
    stepTicks: u32,
    protectionTicks: fc.option(u32, { nil: undefined }),
    displayRandomLots: u32,
    quoteAmount: u53,
    hasPrice: fc.constant(false),
  });
  fc.assert(
    fc.property(terms, (asked) => {
      const order = { ...PLAIN, terms: asked };
      written(order);
      assert.deepEqual(readTerms(words, 0), { ...asked });
      const list = { listType: LIST_OCO, legs: [PLAIN, order] };
      assert.ok(writeNewList(record, 0, ASKER, INSTRUMENT_ID, list));
      assert.equal(commandKindOf(words, 0), COMMAND_NEW_LIST);
      assert.deepEqual(readTerms(words, 32), { ...asked });
    }),
  );
});

test("a client order id in none of the forms is told to the writer", () => {
  assert.equal(writeNewOrder(record, 0, ASKER, 7, { ...PLAIN, clOrdId: "with space" }), false);
  const list = { listType: LIST_OCO, legs: [{ ...PLAIN, clOrdId: "with space" }, PLAIN] };
  assert.equal(writeNewList(record, 0, ASKER, 7, list), false);
  const name = { orderId: 0, clOrdId: "my-1" };
  assert.equal(writeAmend(record, 0, ASKER, 7, name, { newClOrdId: "with space" }), false);
  assert.equal(writeCancel(record, 0, ASKER, 7, { orderId: 0, clOrdId: "\n" }), false);
});
