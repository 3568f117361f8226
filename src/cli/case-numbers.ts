// The numbers of a case. Integers are ticks and lots as they stand; texts are decimals, of which
// the finest in the case sets the grid: ticks of 0.01 or finer, lots as fine as written.

import { type Instrument, parseSteps } from "../model/instrument.ts";
import type { BehaviorCase } from "./case-file.ts";
import type { AssetTerms } from "./case-money.ts";

const PRICE_DECIMALS_MIN = 2;
const DECIMAL_PATTERN = /^-?\d+(?:\.(\d+))?$/;
const PRICE_LIMIT_TICKS = 100_000_000; // 1,000,000.00: beyond every case, and leaves room for lots.

/** Something in a case that no command could say. The case is unsupported, with these words. */
export class CaseUnreadable extends Error {
  override name = "CaseUnreadable";
}

export class CaseNumbers {
  readonly #priceDecimals: number;
  readonly #qtyDecimals: number;

  constructor(behavior: BehaviorCase) {
    const decimals = { price: PRICE_DECIMALS_MIN, qty: 0 };
    collectDecimals(behavior.steps, "", decimals);
    this.#priceDecimals = decimals.price;
    this.#qtyDecimals = decimals.qty;
  }

  /** `assets`: what accounts are asked to have, where the case gives them anything. */
  instrument(instrumentId: number, assets?: AssetTerms): Instrument {
    const moneyUnits = assets?.moneyUnits ?? 1;
    return {
      instrumentId,
      symbol: "CASE",
      currency: "UNITS",
      ...assets,
      priceDecimals: this.#priceDecimals,
      tickUnits: 1,
      qtyDecimals: this.#qtyDecimals,
      lotUnits: 1,
      priceTicksMin: -PRICE_LIMIT_TICKS,
      priceTicksMax: PRICE_LIMIT_TICKS,
      orderQtyLotsMin: 1,
      orderQtyLotsMax: Math.floor(Number.MAX_SAFE_INTEGER / (PRICE_LIMIT_TICKS * moneyUnits)),
    };
  }

  ticks(value: unknown): number {
    return toSteps(value, this.#priceDecimals, "a price");
  }

  lots(value: unknown): number {
    return toSteps(value, this.#qtyDecimals, "a quantity");
  }

  /** Ticks x lots. */
  cost(value: unknown): number {
    return toSteps(value, this.#priceDecimals + this.#qtyDecimals, "a cost");
  }
}

function toSteps(value: unknown, decimals: number, what: string): number {
  if (typeof value === "number" && Number.isInteger(value)) return value;
  const steps = typeof value === "string" ? parseSteps(value, decimals, 1) : "not a decimal number";
  if (typeof steps === "number") return steps;
  throw new CaseUnreadable(`${what} ${JSON.stringify(value)}: ${steps}`);
}

/** Walks everything; a decimal is a price or a quantity by its field's name or place in a level. */
function collectDecimals(
  value: unknown,
  field: string,
  decimals: { price: number; qty: number },
): void {
  if (typeof value === "string") {
    const digits = DECIMAL_PATTERN.exec(value)?.[1]?.length ?? 0;
    if (PRICE_FIELDS.has(field)) decimals.price = Math.max(decimals.price, digits);
    if (QTY_FIELDS.has(field)) decimals.qty = Math.max(decimals.qty, digits);
  } else if (Array.isArray(value)) {
    const isLevel = LEVEL_FIELDS.has(field) && !Array.isArray(value[0]);
    value.forEach((item, index) => {
      collectDecimals(item, isLevel ? (["price", "qty"][index] ?? "") : field, decimals);
    });
  } else if (typeof value === "object" && value !== null) {
    for (const [name, item] of Object.entries(value)) collectDecimals(item, name, decimals);
  }
}

const PRICE_FIELDS = new Set([
  ...["price", "last_price", "stop_price", "stop_limit_price", "max_slippage"],
]);
const QTY_FIELDS = new Set([
  ...["qty", "by", "open", "open_qty", "order_qty", "cancelled_qty", "traded_qty"],
  ...["bid_qty", "ask_qty", "visible_bid_qty", "visible_ask_qty", "display"],
]);
const LEVEL_FIELDS = new Set(["bids", "asks"]);
