import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { decodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_JOINS_TAIL,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_NEW,
  commandKindOf,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
} from "../codec/command.ts";
import { hasSoundTerms } from "../model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { ordTypeOf, sideOf, timeInForceOf } from "../model/order-codes.ts";
import { SIDE_SELL } from "../model/side.ts";
import { TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import {
  emptyFlowCommand,
  FLOW_CANCEL,
  FLOW_NEW,
  FLOW_REDUCE,
  FLOW_REPLACE,
  type FlowCommand,
} from "./flow-command.ts";
import { FLOW_INSTRUMENT, writeFlowRecord } from "./flow-record.ts";

const OFFSET_BYTES = 64; // Not 0, so that an offset forgotten somewhere shows.

function written(flow: Partial<FlowCommand>) {
  const record = RecordBuffer.ofBytes(256);
  const lengthBytes = writeFlowRecord(record, OFFSET_BYTES, { ...emptyFlowCommand(), ...flow });
  const words = record.words.subarray(OFFSET_BYTES / 4);
  return { words, lengthBytes, clOrdId: decodeClOrdId(record.bytes, OFFSET_BYTES + 32) };
}

test("a new order keeps its id, side, limit, lots and lifetime", () => {
  const order = {
    kind: FLOW_NEW,
    orderId: "6413245568286",
    side: SIDE_SELL,
    priceTicks: -7,
  } as const;
  for (const ioc of [false, true]) {
    const { words, lengthBytes, clOrdId } = written({ ...order, qtyLots: 12, ioc });
    assert.deepEqual(
      [commandKindOf(words, 0), lengthBytes, clOrdId],
      [COMMAND_NEW, 64, "6413245568286"],
    );
    assert.equal(readU64(words, NEW_ORDER_QTY_LOTS_WORD), 12);
    assert.equal(words[NEW_PRICE_TICKS_WORD], -7);
    const codes = words[NEW_SIDE_WORD];
    assert.deepEqual([sideOf(codes), ordTypeOf(codes)], [SIDE_SELL, ORD_TYPE_LIMIT]);
    assert.equal(timeInForceOf(codes), ioc ? TIF_IOC : TIF_GTC);
  }
});

test("a cancel takes everything, a reduction what it says", () => {
  const cancel = written({ kind: FLOW_CANCEL, orderId: "5", qtyLots: 99 });
  assert.deepEqual([commandKindOf(cancel.words, 0), cancel.clOrdId], [COMMAND_CANCEL, "5"]);
  assert.equal(readU64(cancel.words, CANCEL_REDUCE_BY_LOTS_WORD), 0);
  const reduce = written({ kind: FLOW_REDUCE, orderId: "5", qtyLots: 4 });
  assert.deepEqual([commandKindOf(reduce.words, 0), reduce.clOrdId], [COMMAND_CANCEL, "5"]);
  assert.equal(readU64(reduce.words, CANCEL_REDUCE_BY_LOTS_WORD), 4);
});

test("a replace gives price and open quantity; a consensus modify joins the tail", () => {
  const flags = AMEND_HAS_PRICE | AMEND_HAS_QTY | AMEND_QTY_IS_LEAVES;
  for (const joinsTail of [false, true]) {
    const replace = {
      kind: FLOW_REPLACE,
      orderId: "5",
      priceTicks: 3,
      qtyLots: 8,
      joinsTail,
    } as const;
    const { words, lengthBytes, clOrdId } = written(replace);
    assert.deepEqual([commandKindOf(words, 0), lengthBytes, clOrdId], [COMMAND_AMEND, 128, "5"]);
    assert.equal(readU64(words, AMEND_ORDER_QTY_LOTS_WORD), 8);
    assert.equal(words[AMEND_PRICE_TICKS_WORD], 3);
    assert.equal(words[AMEND_AMEND_FLAGS_WORD], joinsTail ? flags | AMEND_JOINS_TAIL : flags);
  }
});

test("the flow's instrument takes every 32-bit price and still multiplies exactly", () => {
  assert.equal(FLOW_INSTRUMENT.priceTicksMin, -(2 ** 31));
  assert.equal(FLOW_INSTRUMENT.priceTicksMax, 2 ** 31 - 1);
  assert.ok(hasSoundTerms(FLOW_INSTRUMENT));
});
