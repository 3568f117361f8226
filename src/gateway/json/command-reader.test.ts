import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer, readU64 } from "../../base/record-buffer.ts";
import { CL_ORD_ID_EXPECTED, decodeClOrdId } from "../../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_HAS_STOP_PX,
  AMEND_HAS_TYPE,
  AMEND_NEW_CL_ORD_ID_WORD,
  AMEND_ORDER_ID_WORD,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  CANCEL_ALL_SIDE_WORD,
  CANCEL_CL_ORD_ID_WORD,
  CANCEL_ORDER_ID_WORD,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_BYTES_MAX,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SESSION_ID_WORD,
  commandKindOf,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../../codec/command.ts";
import { readTerms, type TermValues, writeNewOrder } from "../../codec/order-command.ts";
import type { Instrument } from "../../model/instrument.ts";
import { ORD_TYPE_STOP } from "../../model/ord-type.ts";
import { execInstOf, ordTypeOf, sideOf, timeInForceOf } from "../../model/order-codes.ts";
import { LIST_OTO, LIST_PRO_RATA } from "../../model/order-terms.ts";
import { ORD_TYPE_WORDS, SIDE_WORDS, TIME_IN_FORCE_WORDS } from "../../model/order-words.ts";
import {
  readAmend,
  readCancel,
  readCancelAll,
  readList,
  readNew,
  readOrderRef,
} from "./command-reader.ts";
import { priceText, qtyText } from "./order-fields.ts";
import { termFieldsJson } from "./term-fields.ts";

const FIELDS =
  "symbol, side, ordType, price, orderQty, timeInForce, clOrdId, postOnly, slide, hidden, " +
  "allOrNone, reduceOnly, stopPx, triggerBy, trailOffset, trailBasisPoints, trailStep, " +
  "pegPriceType, pegOffset, displayQty, displayRandomQty, minQty, expireTime, protection, " +
  "quoteAmount, stp";

const BTC: Instrument = {
  instrumentId: 7,
  symbol: "BTC-USD",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 50,
  qtyDecimals: 3,
  lotUnits: 1,
  priceTicksMin: 1,
  priceTicksMax: 2_000_000,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1_000_000,
};
const symbols = {
  instrumentBySymbol: (symbol: string) => (symbol === BTC.symbol ? BTC : undefined),
};
const asker = { accountId: 3, sessionId: 11 };
const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
const { words, bytes } = record;

const order = {
  symbol: "BTC-USD",
  side: "buy",
  ordType: "limit",
  price: "64000.5",
  orderQty: "0.25",
  timeInForce: "gtc",
  postOnly: true,
  clOrdId: "my-1",
};

function refusalOf(changes: Record<string, unknown>): string {
  const changed: Record<string, unknown> = { ...order, ...changes };
  for (const field of Object.keys(changed)) if (changed[field] === undefined) delete changed[field];
  const refusal = readNew(changed, asker, symbols, record);
  return refusal === undefined ? "" : `${refusal.status} ${refusal.code} ${refusal.message}`;
}

test("an order of the documentation becomes the record it means", () => {
  assert.equal(readNew(order, asker, symbols, record), undefined);
  assert.equal(words[COMMAND_ACCOUNT_ID_WORD], 3);
  assert.equal(words[COMMAND_SESSION_ID_WORD], 11);
  assert.equal(words[COMMAND_INSTRUMENT_ID_WORD], 7);
  assert.equal(words[NEW_PRICE_TICKS_WORD], 128_001);
  assert.equal(readU64(words, NEW_ORDER_QTY_LOTS_WORD), 250);
  assert.equal(words[NEW_SIDE_WORD], 0x01_01_02_01);
  assert.equal(decodeClOrdId(bytes, NEW_CL_ORD_ID_WORD * 4), "my-1");
});

test("what an order leaves out has its default", () => {
  assert.equal(refusalOf({ timeInForce: undefined, postOnly: undefined, clOrdId: undefined }), "");
  assert.equal(words[NEW_SIDE_WORD], 0x00_01_02_01);
  assert.match(
    decodeClOrdId(bytes, NEW_CL_ORD_ID_WORD * 4),
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}$/,
  );
  assert.equal(
    refusalOf({ ordType: "market", price: undefined, timeInForce: undefined, postOnly: undefined }),
    "",
  );
  assert.equal(words[NEW_SIDE_WORD], 0x00_03_01_01);
  assert.equal(words[NEW_PRICE_TICKS_WORD], 0);
});

test("each thing wrong with an order is refused by name, with what was expected and found", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ pric: "1" }, `400 UNKNOWN_FIELD expected only ${FIELDS}, found "pric"`],
    [{ symbol: undefined }, "400 MISSING_FIELD symbol: expected a string, found nothing"],
    [{ symbol: 7 }, "400 INVALID_FIELD symbol: expected a string, found 7"],
    [
      { symbol: "DOGE" },
      '404 UNKNOWN_INSTRUMENT symbol: expected one that /instruments has, found "DOGE"',
    ],
    [{ side: "BUY" }, '400 INVALID_FIELD side: expected "buy" or "sell", found "BUY"'],
    [{ side: undefined }, '400 MISSING_FIELD side: expected "buy" or "sell", found nothing'],
    [
      { ordType: 2 },
      '400 INVALID_FIELD ordType: expected "limit", "market", "stop", "stopLimit", ' +
        '"marketIfTouched", "limitIfTouched", "marketWithLeftover" or "pegged", found 2',
    ],
    [
      { timeInForce: "DAY" },
      '400 INVALID_FIELD timeInForce: expected "gtc", "ioc", "fok", "day", "gtd", "opg" ' +
        'or "atc", found "DAY"',
    ],
    [{ postOnly: "yes" }, '400 INVALID_FIELD postOnly: expected true or false, found "yes"'],
    [{ price: undefined }, "400 MISSING_FIELD price: expected a decimal string, found nothing"],
    [{ price: null }, "400 INVALID_FIELD price: expected a decimal string, found null"],
    [{ price: ["1"] }, "400 INVALID_FIELD price: expected a decimal string, found an array"],
    [{ price: "1e5" }, '400 INVALID_FIELD price: expected a decimal string, found "1e5"'],
    [{ price: 1e30 }, "400 INVALID_FIELD price: expected a decimal string, found 1e+30"],
    [
      { price: "99999999999999999999" },
      "400 INVALID_FIELD price: expected a decimal string of at most 16 digits before the point " +
        'and 18 behind it, that stays exact, found "99999999999999999999"',
    ],
    [{ price: "64000.25" }, '422 OFF_GRID price: expected a multiple of 0.50, found "64000.25"'],
    [
      { price: "9999999999.5" },
      "422 PRICE_OUT_OF_RANGE price: expected 0.50 to 1000000.00, found 9999999999.5",
    ],
    [{ orderQty: "0.0001" }, '422 OFF_GRID orderQty: expected a multiple of 0.001, found "0.0001"'],
    [{ orderQty: "-1" }, "422 QTY_OUT_OF_RANGE orderQty: expected 0.001 to 1000.000, found -1"],
    [{ orderQty: {} }, "400 INVALID_FIELD orderQty: expected a decimal string, found an object"],
    [
      { ordType: "market" },
      '400 INVALID_FIELD price: expected none for a market order, found "64000.5"',
    ],
    [{ clOrdId: "" }, `400 INVALID_FIELD clOrdId: expected ${CL_ORD_ID_EXPECTED}, found ""`],
    [{ clOrdId: 5 }, `400 INVALID_FIELD clOrdId: expected ${CL_ORD_ID_EXPECTED}, found 5`],
  ];
  for (const [changes, expected] of cases) assert.equal(refusalOf(changes), expected);
  const noObject = readNew([], asker, symbols, record);
  assert.equal(noObject?.message, "order: expected an object, found an array");
});

test("a range is the exchange's to judge as long as the record can say the number", () => {
  assert.equal(refusalOf({ price: "0", orderQty: "0" }), "");
  assert.equal(refusalOf({ price: "-0.5", orderQty: 99999999 }), "");
  assert.equal(words[NEW_PRICE_TICKS_WORD], -1);
});

test("whatever order is written in JSON reads as the same record", () => {
  fc.assert(
    fc.property(
      fc.record({
        side: fc.constantFrom(1, 2),
        ordType: fc.constantFrom(1, 2),
        timeInForce: fc.constantFrom(1, 3, 4),
        postOnly: fc.boolean(),
        priceTicks: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        qtyLots: fc.nat(),
        clOrdId: fc.oneof(fc.stringMatching(/^[!-~]{1,16}$/), fc.uuid()),
      }),
      ({ side, ordType, timeInForce, postOnly, priceTicks, qtyLots, clOrdId }) => {
        const json = {
          symbol: BTC.symbol,
          side: SIDE_WORDS.wordOf(side),
          ordType: ORD_TYPE_WORDS.wordOf(ordType),
          timeInForce: TIME_IN_FORCE_WORDS.wordOf(timeInForce),
          postOnly,
          ...(ordType === 2 ? { price: priceText(priceTicks, BTC) } : {}),
          orderQty: qtyText(qtyLots, BTC),
          clOrdId,
        };
        const refusal = readNew(JSON.parse(JSON.stringify(json)), asker, symbols, record);
        assert.equal(refusal, undefined);
        const codes = words[NEW_SIDE_WORD];
        assert.deepEqual(
          [sideOf(codes), ordTypeOf(codes), timeInForceOf(codes), execInstOf(codes)],
          [side, ordType, timeInForce, postOnly ? 1 : 0],
        );
        assert.equal(words[NEW_PRICE_TICKS_WORD], ordType === 2 ? priceTicks : 0);
        assert.equal(readU64(words, NEW_ORDER_QTY_LOTS_WORD), qtyLots);
        assert.equal(decodeClOrdId(bytes, NEW_CL_ORD_ID_WORD * 4), clOrdId);
      },
    ),
    { numRuns: 2000 },
  );
});

test("whatever terms an order has read as the same terms", () => {
  const u31 = fc.nat(2 ** 31 - 1);
  const some = { nil: undefined, freq: 2 };
  const offset = fc.oneof(
    fc.constant({}),
    u31.map((offsetTicks) => ({ trailing: true, offsetTicks })),
    u31.map((offsetTicks) => ({ trailing: true, offsetIsBasisPoints: true, offsetTicks })),
    fc.integer({ min: -1000, max: 1000 }).map((offsetTicks) => ({ pegPriceType: 2, offsetTicks })),
  );
  const terms: fc.Arbitrary<TermValues> = fc.record({
    stopPxTicks: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), some),
    triggerSource: fc.nat(2),
    stpMode: fc.nat(6),
    displayQtyLots: fc.nat(),
    minQtyLots: fc.nat(),
    expireTimeMicros: fc.maxSafeNat(),
    stepTicks: u31,
    protectionTicks: fc.option(u31, some),
    displayRandomLots: u31,
    quoteAmount: fc.nat(),
  });
  const plain = { clOrdId: "a", side: 1, ordType: 3, timeInForce: 1, execInst: 0, orderQtyLots: 1 };
  fc.assert(
    fc.property(terms, offset, (asked, more) => {
      writeNewOrder(record, 0, asker, 7, { ...plain, terms: { ...asked, ...more } });
      const written = readTerms(words, 0);
      const fields = JSON.parse(`{"clOrdId":"a"${termFieldsJson(written, BTC)}}`);
      const json = { ...fields, symbol: "BTC-USD", side: "buy", ordType: "stop", orderQty: "1" };
      assert.equal(readNew(json, asker, symbols, record), undefined);
      if (commandKindOf(words, 0) === 6) assert.deepEqual(readTerms(words, 0), written);
    }),
  );
});

test("what a record has no room for is refused, and so is a second offset", () => {
  const stop = { ordType: "stop", price: undefined, stopPx: "1" };
  assert.match(refusalOf({ ...stop, trailBasisPoints: 2 ** 31 }), /^400 INVALID_FIELD trailBasis/);
  assert.match(refusalOf({ displayRandomQty: 4294968 }), /^400 INVALID_FIELD displayRandomQty/);
  assert.match(refusalOf({ ...stop, trailOffset: "-1" }), /trailOffset: expected a decimal string/);
  assert.equal(
    refusalOf({ ...stop, trailOffset: "1", trailBasisPoints: 5 }),
    "400 INVALID_FIELD trailBasisPoints: expected one offset, found a second one",
  );
});

test("each leg of a list is an order without a symbol, its faults told by its place", () => {
  const { symbol, ...leg } = order;
  const list = { listType: "oco", symbol, orders: [leg, { ...leg, clOrdId: "my-2" }] };
  assert.equal(readList(list, asker, symbols, record), undefined);
  assert.equal(commandKindOf(words, 0), 7);
  const messageOf = (changed: object) =>
    readList({ ...list, ...changed }, asker, symbols, record)?.message;
  assert.equal(messageOf({ listType: "otoco" }), "orders: expected an array of 3 orders, found 2");
  assert.equal(messageOf({ proRata: 1 }), "proRata: expected true or false, found 1");
  assert.equal(messageOf({ listType: "oto", proRata: true }), undefined);
  assert.deepEqual([...record.bytes.slice(32, 35)], [LIST_OTO, 2, LIST_PRO_RATA]);
  const wrong = { ...leg, side: "long" };
  assert.equal(
    messageOf({ orders: [leg, wrong] }),
    'orders[1]: side: expected "buy" or "sell", found "long"',
  );
  assert.equal(
    messageOf({ orders: [leg, order] }),
    'orders[1]: symbol: expected none in a leg: the list has it, found "BTC-USD"',
  );
});

test("no JSON value at all makes the reader throw", () => {
  const field = fc.constantFrom(...Object.keys(order), "__proto__", "toString");
  fc.assert(
    fc.property(
      field,
      fc.anything({ withNullPrototype: true }),
      fc.anything(),
      (name, value, whole) => {
        readNew({ ...order, [name]: value }, asker, symbols, record);
        readNew(whole, asker, symbols, record);
      },
    ),
    { numRuns: 2000 },
  );
});

test("an order is named by exactly one of its ids", () => {
  assert.deepEqual(readOrderRef({ orderId: 17 }), { orderId: 17, clOrdId: "" });
  assert.deepEqual(readOrderRef({ clOrdId: "a" }), { orderId: 0, clOrdId: "a" });
  for (const wrong of [{}, { orderId: 0 }, { orderId: 1.5 }, { orderId: "1" }, { clOrdId: "" }]) {
    assert.ok("code" in readOrderRef(wrong), JSON.stringify(wrong));
  }
  const both = readOrderRef({ orderId: 1, clOrdId: "a" });
  assert.ok(
    "code" in both && both.message === "orderId, clOrdId: expected one of them, found both",
  );
});

test("a cancel takes all of an order, or as many lots as reduceBy says", () => {
  assert.equal(readCancel({}, { orderId: 0, clOrdId: "a" }, asker, undefined, record), undefined);
  assert.equal(decodeClOrdId(bytes, CANCEL_CL_ORD_ID_WORD * 4), "a");
  assert.equal(readU64(words, CANCEL_REDUCE_BY_LOTS_WORD), 0);
  const byId = { orderId: 2 ** 40, clOrdId: "" };
  assert.equal(readCancel({ reduceBy: "0.1" }, byId, asker, BTC, record), undefined);
  assert.equal(commandKindOf(words, 0), 2);
  assert.equal(readU64(words, CANCEL_ORDER_ID_WORD), 2 ** 40);
  assert.equal(readU64(words, CANCEL_REDUCE_BY_LOTS_WORD), 100);
});

test("a cancel by nothing is refused and never read as a cancel of everything", () => {
  const refusal = readCancel({ reduceBy: "0" }, { orderId: 1, clOrdId: "" }, asker, BTC, record);
  assert.equal(refusal?.message, "reduceBy: expected 0.001 to 1000.000, found 0");
});

test("an amend says which of price, quantity and id it changes", () => {
  const byId = { orderId: 9, clOrdId: "" };
  const all = { price: "1.5", orderQty: "2", newClOrdId: "b" };
  assert.equal(readAmend(all, byId, asker, BTC, record), undefined);
  assert.equal(words[AMEND_PRICE_TICKS_WORD], 3);
  assert.equal(readU64(words, AMEND_ORDER_QTY_LOTS_WORD), 2000);
  assert.equal(words[AMEND_AMEND_FLAGS_WORD], AMEND_HAS_PRICE | AMEND_HAS_QTY);
  assert.equal(readU64(words, AMEND_ORDER_ID_WORD), 9);
  assert.equal(decodeClOrdId(bytes, AMEND_NEW_CL_ORD_ID_WORD * 4), "b");

  assert.equal(readAmend({ price: 1 }, byId, asker, BTC, record), undefined);
  assert.equal(words[AMEND_AMEND_FLAGS_WORD], AMEND_HAS_PRICE);
  assert.equal(decodeClOrdId(bytes, AMEND_NEW_CL_ORD_ID_WORD * 4), "");
  const stop = { ordType: "stop", stopPx: "2", triggerBy: "mid" };
  assert.equal(readAmend(stop, byId, asker, BTC, record), undefined);
  const hasBoth = AMEND_HAS_TYPE | AMEND_HAS_STOP_PX;
  assert.equal(words[AMEND_AMEND_FLAGS_WORD], hasBoth | (ORD_TYPE_STOP << 8) | (3 << 16));
  assert.equal(readAmend({ triggerBy: "mid" }, byId, asker, BTC, record)?.code, "INVALID_FIELD");
  assert.equal(readAmend({ prize: 1 }, byId, asker, BTC, record)?.code, "UNKNOWN_FIELD");
});

test("a cancel of all orders may be narrowed to a symbol and a side", () => {
  assert.equal(readCancelAll({}, asker, symbols, record), undefined);
  assert.deepEqual([words[COMMAND_INSTRUMENT_ID_WORD], words[CANCEL_ALL_SIDE_WORD]], [0, 0]);
  assert.equal(
    readCancelAll({ symbol: "BTC-USD", side: "sell" }, asker, symbols, record),
    undefined,
  );
  assert.deepEqual([words[COMMAND_INSTRUMENT_ID_WORD], words[CANCEL_ALL_SIDE_WORD]], [7, 2]);
  assert.equal(readCancelAll({ symbol: "X" }, asker, symbols, record)?.code, "UNKNOWN_INSTRUMENT");
  assert.equal(readCancelAll({ side: "both" }, asker, symbols, record)?.code, "INVALID_FIELD");
});
