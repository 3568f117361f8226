// One line of a LOBSTER message file: time,type,orderId,size,price,direction. Time is seconds after
// midnight, price is 1e-4 dollars, direction is the resting order's: 1 buy, -1 sell.
// Source: https://lobsterdata.com/info/DataStructure.php

import { SIDE_BUY, SIDE_SELL, type Side } from "../model/side.ts";
import { quoteFound } from "./flow-error.ts";
import {
  isOrderId,
  ORDER_ID_EXPECTED,
  PRICE_EXPECTED,
  parsePriceTicks,
  parseQtyLots,
  parseSecondsAsMicros,
  QTY_EXPECTED,
  SECONDS_EXPECTED,
} from "./flow-fields.ts";
import type { LineSource } from "./line-source.ts";

export const LOBSTER_NEW = 1;
export const LOBSTER_REDUCE = 2;
export const LOBSTER_DELETE = 3;
export const LOBSTER_EXECUTION = 4;
export const LOBSTER_HIDDEN_EXECUTION = 5;
export const LOBSTER_CROSS = 6;
export const LOBSTER_HALT = 7;

export const LOBSTER_LINE_BYTES_MAX = 1024; // Ten times the longest line seen.

const COLUMN_COUNT = 6;

export type LobsterMessage = {
  type: number;
  /** As it stands in the file: nanoseconds tell takers apart that microseconds would join. */
  timeText: string;
  timeMicros: number;
  orderId: string;
  qtyLots: number;
  priceTicks: number;
  /** The resting order's side. */
  side: Side;
};

export function emptyLobsterMessage(): LobsterMessage {
  const message = { type: 0, timeText: "", timeMicros: 0, orderId: "", qtyLots: 0, priceTicks: 0 };
  return { ...message, side: SIDE_BUY };
}

/** Whether the message changes the displayed book; the others have their own meanings of fields. */
export function isDisplayed(type: number): boolean {
  return type >= LOBSTER_NEW && type <= LOBSTER_EXECUTION;
}

/** Reads the line that `lines` gave last. Throws FlowError; `message` may then be half-written. */
export function readLobsterLine(line: string, lines: LineSource, message: LobsterMessage): void {
  const cells = line.split(",");
  if (cells.length !== COLUMN_COUNT) {
    throw lines.errorAt(`${COLUMN_COUNT} columns`, quoteFound(line));
  }
  message.timeText = cells[0];
  message.timeMicros = parseSecondsAsMicros(cells[0]);
  if (Number.isNaN(message.timeMicros)) {
    throw lines.errorAt(`time: ${SECONDS_EXPECTED}`, quoteFound(cells[0]));
  }
  if (!/^[1-7]$/.test(cells[1])) throw lines.errorAt("type: 1 to 7", quoteFound(cells[1]));
  message.type = Number(cells[1]);
  if (isDisplayed(message.type)) readDisplayed(cells, lines, message);
}

function readDisplayed(cells: string[], lines: LineSource, message: LobsterMessage): void {
  const [, , orderId, size, price, direction] = cells;
  message.orderId = orderId;
  if (!isOrderId(orderId)) {
    throw lines.errorAt(`orderId: ${ORDER_ID_EXPECTED}`, quoteFound(orderId));
  }
  message.qtyLots = parseQtyLots(size);
  if (Number.isNaN(message.qtyLots)) {
    throw lines.errorAt(`size: ${QTY_EXPECTED}`, quoteFound(size));
  }
  message.priceTicks = parsePriceTicks(price);
  if (Number.isNaN(message.priceTicks)) {
    throw lines.errorAt(`price: ${PRICE_EXPECTED}`, quoteFound(price));
  }
  if (direction !== "1" && direction !== "-1") {
    throw lines.errorAt("direction: 1 or -1", quoteFound(direction));
  }
  message.side = direction === "1" ? SIDE_BUY : SIDE_SELL;
}
