// The story of an order as JSON.

import { EVENT_DISPLAYED, EVENT_TRADED } from "../../codec/event.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { StoryLine } from "../../model/order-story.ts";
import { reasonName } from "../../model/reasons.ts";
import type { PastOrder } from "../../model/time-travel.ts";
import { priceText, qtyText } from "./order-fields.ts";
import { execTypeWord } from "./report-writer.ts";

export function storyJson(orderId: number, story: PastOrder, instrument: Instrument): string {
  const lines = story.lines.map((line) => lineJson(line, instrument)).join(",");
  const { symbol } = instrument;
  const { untoldCount } = story;
  return `{"orderId":${orderId},"symbol":"${symbol}","lines":[${lines}],"untold":${untoldCount}}`;
}

function lineJson(line: StoryLine, instrument: Instrument): string {
  const price = (ticks: number): string => `"${priceText(ticks, instrument)}"`;
  const qty = (lots: number): string => `"${qtyText(lots, instrument)}"`;
  const head = `{"what":"${line.what}","sequence":${line.sequence},`;
  switch (line.what) {
    case "event": {
      const { eventKind, reason, timeMicros, cumQtyLots, leavesQtyLots } = line;
      const isTrade = eventKind === EVENT_TRADED;
      const name = eventKind === EVENT_DISPLAYED ? "displayed" : execTypeWord(eventKind);
      return (
        `${head}"transactTime":${timeMicros},"execType":"${name}",` +
        `"lastPx":${isTrade ? price(line.lastPxTicks) : null},` +
        `"lastQty":${isTrade ? qty(line.lastQtyLots) : null},"cumQty":${qty(cumQtyLots)},` +
        `"leavesQty":${qty(leavesQtyLots)},"reason":"${reasonName(reason)}"}`
      );
    }
    case "place":
      return (
        `${head}"where":"${line.where}","price":${price(line.priceTicks)},` +
        `"ordersAhead":${line.ordersAhead},"qtyAhead":${qty(line.lotsAhead)}}`
      );
    case "passed":
      return (
        `${head}"orderId":${line.orderId === 0 ? null : line.orderId},` +
        `"lastPx":${price(line.lastPxTicks)},"lastQty":${qty(line.lastQtyLots)},` +
        `"why":"${line.why}"}`
      );
  }
}
