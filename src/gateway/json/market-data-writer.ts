// Market data and instruments as JSON: prices and quantities as decimal texts in the instrument's
// grid. Fields come without braces where REST and streams put something around them.

import { itchPriceUnit } from "../../codec/itch-instrument.ts";
import { formatSteps, type Instrument } from "../../model/instrument.ts";
import { SIDE_WORDS } from "../../model/order-words.ts";
import type {
  Candle,
  DepthLevel,
  DepthSnapshot,
  PublicTrade,
  TopOfBook,
} from "../../model/venue.ts";
import { priceText, qtyText } from "./order-fields.ts";

export function instrumentJson(instrument: Instrument): string {
  const { instrumentId, symbol, currency } = instrument;
  const { priceTicksMin, priceTicksMax, orderQtyLotsMin, orderQtyLotsMax } = instrument;
  return (
    `{"instrumentId":${instrumentId},"symbol":"${symbol}","currency":"${currency}",` +
    `"tickSize":"${priceText(1, instrument)}","lotSize":"${qtyText(1, instrument)}",` +
    `"priceMin":"${priceText(priceTicksMin, instrument)}",` +
    `"priceMax":"${priceText(priceTicksMax, instrument)}",` +
    `"orderQtyMin":"${qtyText(orderQtyLotsMin, instrument)}",` +
    `"orderQtyMax":"${qtyText(orderQtyLotsMax, instrument)}",` +
    `"notionalMin":${textOrNull(notionalText(instrument.notionalMin, instrument))},` +
    `"notionalMax":${textOrNull(notionalText(instrument.notionalMax, instrument))},` +
    `"restsAtProtection":${instrument.restsAtProtection ?? false},` +
    `"itchPriceUnit":"${itchPriceUnit(instrument)}"}`
  );
}

/** Price x quantity; undefined where there is no limit. */
export function notionalText(
  notional: number | undefined,
  instrument: Instrument,
): string | undefined {
  if (notional === undefined || notional === 0) return undefined;
  const { lotUnits, priceDecimals, qtyDecimals, tickUnits } = instrument;
  return formatSteps(notional, priceDecimals + qtyDecimals, tickUnits * lotUnits);
}

function textOrNull(text: string | undefined): string {
  return text === undefined ? "null" : `"${text}"`;
}

export function tradeFields(trade: PublicTrade, instrument: Instrument): string {
  return (
    `"tradeId":${trade.tradeId},"sequence":${trade.sequence},` +
    `"transactTime":${trade.timeMicros},` +
    `"price":"${priceText(trade.lastPxTicks, instrument)}",` +
    `"qty":"${qtyText(trade.lastQtyLots, instrument)}",` +
    `"aggressorSide":"${SIDE_WORDS.wordOf(trade.aggressorSide)}","auction":${trade.isAuction}` +
    `${trade.isBusted ? ',"busted":true' : ""}${trade.isCorrected ? ',"corrected":true' : ""}`
  );
}

export function topFields(top: TopOfBook, instrument: Instrument): string {
  const bid = top.bid === undefined ? null : levelJson(top.bid, instrument);
  const ask = top.ask === undefined ? null : levelJson(top.ask, instrument);
  return `"symbol":"${instrument.symbol}","sequence":${top.sequence},"bid":${bid},"ask":${ask}`;
}

/** A snapshot, or an update: the two differ in which levels they hold. */
export function depthFields(depth: DepthSnapshot, instrument: Instrument): string {
  return (
    `"symbol":"${instrument.symbol}","rptSeq":${depth.rptSeq},"sequence":${depth.sequence},` +
    `"bids":[${levelsJson(depth.bids, instrument)}],"asks":[${levelsJson(depth.asks, instrument)}]`
  );
}

export function candleJson(candle: Candle, instrument: Instrument): string {
  return (
    `{"start":${candle.startMicros},"open":"${priceText(candle.openTicks, instrument)}",` +
    `"high":"${priceText(candle.highTicks, instrument)}",` +
    `"low":"${priceText(candle.lowTicks, instrument)}",` +
    `"close":"${priceText(candle.closeTicks, instrument)}",` +
    `"volume":"${qtyText(candle.volumeLots, instrument)}"}`
  );
}

function levelsJson(levels: readonly DepthLevel[], instrument: Instrument): string {
  return levels.map((level) => levelJson(level, instrument)).join(",");
}

/** A level that is gone has quantity "0", however many decimals the grid has. */
function levelJson([priceTicks, qtyLots, orderCount]: DepthLevel, instrument: Instrument): string {
  const qty = qtyLots === 0 ? "0" : qtyText(qtyLots, instrument);
  return `["${priceText(priceTicks, instrument)}","${qty}",${orderCount}]`;
}
