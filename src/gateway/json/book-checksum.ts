// A number by which a client knows that its book is the exchange's: CRC-32 of the best levels as
// the depth stream writes them, `PRICE:QTY` with commas between, bids, a bar, asks, best first.

import { crc32 } from "node:zlib";
import type { Instrument } from "../../model/instrument.ts";
import type { DepthLevel, DepthSnapshot } from "../../model/venue.ts";
import { priceText, qtyText } from "./order-fields.ts";

/** Of each side. */
export const CHECKSUM_LEVELS = 10;

export function checksumOf({ bids, asks }: DepthSnapshot, instrument: Instrument): number {
  return crc32(`${levelsText(bids, instrument)}|${levelsText(asks, instrument)}`);
}

function levelsText(levels: readonly DepthLevel[], instrument: Instrument): string {
  return levels
    .slice(0, CHECKSUM_LEVELS)
    .map(([ticks, lots]) => `${priceText(ticks, instrument)}:${qtyText(lots, instrument)}`)
    .join(",");
}
