// Orders and executions of the history as messages of proto/outcry/v1/orders.proto. Plain values:
// the library writes them.

import * as event from "../../codec/event.ts";
import type { HistoryExecution, HistoryOrder } from "../../model/history.ts";
import { hasNoPrice, packOrderCodes, worksAsMarket } from "../../model/order-codes.ts";
import type { JsonObject } from "../json/fields.ts";
import { priceText, qtyText } from "../json/order-fields.ts";
import { type InstrumentsById, NO_INSTRUMENT } from "../json/report-writer.ts";
import { EXEC_FIELDS } from "../json/term-fields.ts";
import {
  EXEC_TYPES,
  enumNumber,
  ORD_STATUSES,
  ORD_TYPES,
  SIDES,
  TIMES_IN_FORCE,
} from "./enum-codes.ts";

/** An ended order as an ExecutionReport: sequence and time are those of its last event. */
export function historyReport(order: HistoryOrder, instruments: InstrumentsById): JsonObject {
  const instrument = instruments.instrumentById(order.instrumentId) ?? NO_INSTRUMENT;
  const { side, ordType, timeInForce, execInst } = order;
  const codes = packOrderCodes(side, ordType, timeInForce, execInst);
  const hasPrice = !worksAsMarket(codes) && !hasNoPrice(codes);
  return {
    sequence: order.lastSequence,
    transactTime: order.lastTimeMicros,
    orderId: order.orderId,
    clOrdId: order.clOrdId,
    symbol: instrument.symbol,
    side: enumNumber(SIDES, order.side),
    ordType: enumNumber(ORD_TYPES, order.ordType),
    timeInForce: enumNumber(TIMES_IN_FORCE, order.timeInForce),
    ...execFields(order.execInst),
    ordStatus: enumNumber(ORD_STATUSES, order.ordStatus),
    ...(hasPrice ? { price: priceText(order.priceTicks, instrument) } : {}),
    orderQty: qtyText(order.orderQtyLots, instrument),
    cumQty: qtyText(order.cumQtyLots, instrument),
    leavesQty: qtyText(order.leavesQtyLots, instrument),
    reason: order.reason,
  };
}

function execFields(execInst: number): JsonObject {
  const fields = [...EXEC_FIELDS].map(([name, [bit]]) => [name, (execInst & bit) !== 0]);
  return Object.fromEntries(fields);
}

/** Whether an event is an Execution: not all of an account's events are. */
export function isExecution(eventKind: number): boolean {
  return EXEC_TYPES.includes(eventKind);
}

/** An Execution. */
export function executionFields(
  execution: HistoryExecution,
  instruments: InstrumentsById,
): JsonObject {
  const instrument = instruments.instrumentById(execution.instrumentId) ?? NO_INSTRUMENT;
  const { eventKind, lastPxTicks, lastQtyLots, tradeId } = execution;
  const isChange = event.isTradeChange(eventKind);
  const isTrade = isChange || eventKind === event.EVENT_TRADED;
  const isMatch = isTrade || eventKind === event.EVENT_PREVENTED;
  // What a past trade counts as says nothing of the order now.
  const state = {
    cumQty: qtyText(execution.cumQtyLots, instrument),
    leavesQty: qtyText(execution.leavesQtyLots, instrument),
  };
  const match = {
    lastPx: priceText(lastPxTicks, instrument),
    lastQty: qtyText(lastQtyLots, instrument),
  };
  return {
    sequence: execution.sequence,
    index: execution.index,
    transactTime: execution.timeMicros,
    execType: enumNumber(EXEC_TYPES, eventKind),
    orderId: execution.orderId,
    clOrdId: execution.clOrdId,
    symbol: instrument.symbol,
    side: enumNumber(SIDES, execution.side),
    ...(isChange ? {} : state),
    ...(isMatch ? match : {}),
    ...(isTrade ? { tradeId } : {}),
    reason: execution.reason,
  };
}
