// Flow commands as the exchange's command records. The flow's account sends them all; an order's
// client order id is its id in the file. One instrument takes any 32-bit price.

import { assert } from "../base/assert.ts";
import { type RecordBuffer, writeU64 } from "../base/record-buffer.ts";
import { encodeClOrdId } from "../codec/cl-ord-id.ts";
import {
  AMEND_AMEND_FLAGS_WORD,
  AMEND_HAS_PRICE,
  AMEND_HAS_QTY,
  AMEND_JOINS_TAIL,
  AMEND_ORDER_QTY_LOTS_WORD,
  AMEND_PRICE_TICKS_WORD,
  AMEND_QTY_IS_LEAVES,
  BLOCK_BYTES,
  blocksOfKind,
  CANCEL_REDUCE_BY_LOTS_WORD,
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_NEW,
  NEW_CL_ORD_ID_WORD,
  NEW_ORDER_QTY_LOTS_WORD,
  NEW_PRICE_TICKS_WORD,
  NEW_SIDE_WORD,
  writeCommandHeader,
} from "../codec/command.ts";
import { type Instrument, PRICE_TICKS_MAX, PRICE_TICKS_MIN } from "../model/instrument.ts";
import { ORD_TYPE_LIMIT } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import { TIF_GTC, TIF_IOC } from "../model/time-in-force.ts";
import {
  FLOW_CANCEL,
  FLOW_NEW,
  FLOW_REDUCE,
  FLOW_REPLACE,
  type FlowCommand,
  type FlowKind,
} from "./flow-command.ts";

export const FLOW_ACCOUNT_ID = 1;
export const FLOW_INSTRUMENT_ID = 1;
export const FLOW_SESSION_ID = 1;

/** 2^31 ticks x (2^22 - 1) lots stay below 2^53: every price times every quantity is exact. */
const ORDER_QTY_LOTS_MAX = 4_194_303;

/** What the flow trades on. A flow's symbol is not in the file, so it has none of the market's. */
export const FLOW_INSTRUMENT: Instrument = {
  instrumentId: FLOW_INSTRUMENT_ID,
  symbol: "FLOW",
  currency: "TICKS",
  priceDecimals: 0,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: PRICE_TICKS_MIN,
  priceTicksMax: PRICE_TICKS_MAX,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: ORDER_QTY_LOTS_MAX,
};

/** Writes `flow` at `offsetBytes`; returns the length in bytes. Sequence and time stay 0. */
export function writeFlowRecord(
  record: RecordBuffer,
  offsetBytes: number,
  flow: FlowCommand,
): number {
  const { words } = record;
  const at = offsetBytes / 4;
  const kind = commandKindOfFlow(flow.kind);
  writeCommandHeader(words, at, kind, FLOW_ACCOUNT_ID, FLOW_INSTRUMENT_ID, FLOW_SESSION_ID);
  // Every kind has the client order id in the same place.
  const isId = encodeClOrdId(flow.orderId, record.bytes, offsetBytes + NEW_CL_ORD_ID_WORD * 4);
  assert(isId, "a reader gives order ids of 1 to 16 digits");
  if (flow.kind === FLOW_NEW) writeNew(words, at, flow);
  if (flow.kind === FLOW_REDUCE) writeU64(words, at + CANCEL_REDUCE_BY_LOTS_WORD, flow.qtyLots);
  if (flow.kind === FLOW_REPLACE) writeReplace(words, at, flow);
  return blocksOfKind(kind) * BLOCK_BYTES;
}

function commandKindOfFlow(kind: FlowKind): number {
  switch (kind) {
    case FLOW_NEW:
      return COMMAND_NEW;
    case FLOW_CANCEL:
    case FLOW_REDUCE:
      return COMMAND_CANCEL;
    case FLOW_REPLACE:
      return COMMAND_AMEND;
  }
}

function writeNew(words: Int32Array, at: number, flow: FlowCommand): void {
  const timeInForce = flow.ioc ? TIF_IOC : TIF_GTC;
  writeU64(words, at + NEW_ORDER_QTY_LOTS_WORD, flow.qtyLots);
  words[at + NEW_PRICE_TICKS_WORD] = flow.priceTicks;
  words[at + NEW_SIDE_WORD] = packOrderCodes(flow.side, ORD_TYPE_LIMIT, timeInForce, 0);
}

function writeReplace(words: Int32Array, at: number, flow: FlowCommand): void {
  const flags = AMEND_HAS_PRICE | AMEND_HAS_QTY | AMEND_QTY_IS_LEAVES;
  writeU64(words, at + AMEND_ORDER_QTY_LOTS_WORD, flow.qtyLots);
  words[at + AMEND_PRICE_TICKS_WORD] = flow.priceTicks;
  words[at + AMEND_AMEND_FLAGS_WORD] = flow.joinsTail ? flags | AMEND_JOINS_TAIL : flags;
}
