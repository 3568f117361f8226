// Rows of the history as JSON, in the words of the live reports.

import { EVENT_PREVENTED, EVENT_TRADED, isTradeChange } from "../../codec/event.ts";
import type { HistoryExecution, HistoryOrder } from "../../model/history.ts";
import { hasNoPrice, packOrderCodes, worksAsMarket } from "../../model/order-codes.ts";
import { ORD_TYPE_WORDS, SIDE_WORDS, TIME_IN_FORCE_WORDS } from "../../model/order-words.ts";
import { reasonName } from "../../model/reasons.ts";
import { priceText, qtyText } from "./order-fields.ts";
import {
  execTypeWord,
  type InstrumentsById,
  NO_INSTRUMENT,
  ordStatusWord,
  quoted,
} from "./report-writer.ts";
import { execFieldsJson } from "./term-fields.ts";

/** An ended order as the report on it: sequence and time are those of its last event. */
export function historyReportJson(order: HistoryOrder, instruments: InstrumentsById): string {
  return `{${orderFields(order, order.lastSequence, order.lastTimeMicros, instruments)}}`;
}

/**
 * An order in a list: sequence and time of its entry, by which pages follow, and of its last event.
 */
export function historyOrderJson(order: HistoryOrder, instruments: InstrumentsById): string {
  const fields = orderFields(order, order.sequence, order.timeMicros, instruments);
  const { index, lastSequence, lastTimeMicros } = order;
  const last = `"lastSequence":${lastSequence},"lastTransactTime":${lastTimeMicros}`;
  return `{${fields},"index":${index},${last}}`;
}

export function historyExecutionJson(
  execution: HistoryExecution,
  instruments: InstrumentsById,
): string {
  const instrument = instruments.instrumentById(execution.instrumentId) ?? NO_INSTRUMENT;
  const isChange = isTradeChange(execution.eventKind);
  const isTrade = isChange || execution.eventKind === EVENT_TRADED;
  const isMatch = isTrade || execution.eventKind === EVENT_PREVENTED;
  // What a past trade counts as says nothing of the order now.
  const stateQty = (lots: number): string | null =>
    isChange ? null : `"${qtyText(lots, instrument)}"`;
  const lastPx = isMatch ? `"${priceText(execution.lastPxTicks, instrument)}"` : null;
  const lastQty = isMatch ? `"${qtyText(execution.lastQtyLots, instrument)}"` : null;
  return (
    `{"sequence":${execution.sequence},"index":${execution.index},` +
    `"transactTime":${execution.timeMicros},"execType":"${execTypeWord(execution.eventKind)}",` +
    `"orderId":${execution.orderId},"clOrdId":${quoted(execution.clOrdId)},` +
    `"symbol":"${instrument.symbol}","side":"${SIDE_WORDS.wordOf(execution.side)}",` +
    `"lastPx":${lastPx},"lastQty":${lastQty},` +
    `"leavesQty":${stateQty(execution.leavesQtyLots)},` +
    `"cumQty":${stateQty(execution.cumQtyLots)},` +
    `"tradeId":${isTrade ? execution.tradeId : null},"reason":"${reasonName(execution.reason)}"}`
  );
}

function orderFields(
  order: HistoryOrder,
  sequence: number,
  timeMicros: number,
  instruments: InstrumentsById,
): string {
  const instrument = instruments.instrumentById(order.instrumentId) ?? NO_INSTRUMENT;
  const { side, ordType, timeInForce, execInst } = order;
  const codes = packOrderCodes(side, ordType, timeInForce, execInst);
  const isPriced = !worksAsMarket(codes) && !hasNoPrice(codes);
  const price = isPriced ? `"${priceText(order.priceTicks, instrument)}"` : null;
  return (
    `"sequence":${sequence},"transactTime":${timeMicros},"orderId":${order.orderId},` +
    `"clOrdId":${quoted(order.clOrdId)},"symbol":"${instrument.symbol}",` +
    `"side":"${SIDE_WORDS.wordOf(order.side)}",` +
    `"ordType":"${ORD_TYPE_WORDS.wordOf(order.ordType)}",` +
    `"timeInForce":"${TIME_IN_FORCE_WORDS.wordOf(order.timeInForce)}",` +
    `${execFieldsJson(order.execInst)},` +
    `"ordStatus":"${ordStatusWord(order.ordStatus)}",` +
    `"price":${price},` +
    `"orderQty":"${qtyText(order.orderQtyLots, instrument)}",` +
    `"cumQty":"${qtyText(order.cumQtyLots, instrument)}",` +
    `"leavesQty":"${qtyText(order.leavesQtyLots, instrument)}",` +
    `"reason":"${reasonName(order.reason)}"`
  );
}
