// Why an instrument cannot be listed, by field: the exchange itself says only that its terms
// contradict each other.

import {
  CURRENCY_PATTERN,
  DECIMALS_MAX,
  type Instrument,
  SYMBOL_PATTERN,
} from "../model/instrument.ts";
import type { Refusal } from "./error-codes.ts";
import { unexpected } from "./json/fields.ts";
import type { OperatorValues } from "./operator-fields.ts";

const CURRENCY = "1 to 8 of A-Z 0-9";

export function refuseInstrument(values: OperatorValues): Refusal | undefined {
  const terms = values as unknown as Instrument;
  return refuseNames(terms) ?? refuseGrid(terms) ?? refuseRanges(terms);
}

function refuseNames({ symbol, currency, baseAsset = "" }: Instrument): Refusal | undefined {
  if (!SYMBOL_PATTERN.test(symbol)) {
    return unexpected("symbol", "1 to 16 of A-Z 0-9 . _ -", symbol);
  }
  if (!CURRENCY_PATTERN.test(currency)) return unexpected("currency", CURRENCY, currency);
  if (baseAsset === "") return undefined;
  const isSound = CURRENCY_PATTERN.test(baseAsset) && baseAsset !== currency;
  const expected = `none or ${CURRENCY}, another than the currency`;
  return isSound ? undefined : unexpected("baseAsset", expected, baseAsset);
}

function refuseGrid(terms: Instrument): Refusal | undefined {
  for (const field of ["priceDecimals", "qtyDecimals"] as const) {
    if (terms[field] > DECIMALS_MAX) return unexpected(field, `0 to ${DECIMALS_MAX}`, terms[field]);
  }
  for (const field of ["tickUnits", "lotUnits", "orderQtyLotsMin"] as const) {
    if (terms[field] < 1) return unexpected(field, "1 or more", terms[field]);
  }
  return undefined;
}

function refuseRanges(terms: Instrument): Refusal | undefined {
  const { notionalMin = 0, notionalMax = 0 } = terms;
  if (terms.priceTicksMin > terms.priceTicksMax) {
    const expected = `at most priceTicksMax, ${terms.priceTicksMax}`;
    return unexpected("priceTicksMin", expected, terms.priceTicksMin);
  }
  if (terms.orderQtyLotsMin > terms.orderQtyLotsMax) {
    const expected = `at most orderQtyLotsMax, ${terms.orderQtyLotsMax}`;
    return unexpected("orderQtyLotsMin", expected, terms.orderQtyLotsMin);
  }
  if (notionalMax !== 0 && notionalMin > notionalMax) {
    return unexpected("notionalMin", `at most notionalMax, ${notionalMax}`, notionalMin);
  }
  return refuseProducts(terms);
}

/** What the largest order is worth, and holds, stays an exact number. */
function refuseProducts(terms: Instrument): Refusal | undefined {
  const { priceTicksMin, priceTicksMax, moneyUnits = 1, assetUnits = 1 } = terms;
  const priceTicksAbsMax = Math.max(Math.abs(priceTicksMin), Math.abs(priceTicksMax), 1);
  const lotUnitsMax = Math.max(priceTicksAbsMax * moneyUnits, assetUnits, 1);
  const lotsMax = Math.floor(Number.MAX_SAFE_INTEGER / lotUnitsMax);
  if (terms.orderQtyLotsMax <= lotsMax) return undefined;
  const why = "what such an order is worth at the highest price stays below 2^53 units";
  return unexpected("orderQtyLotsMax", `at most ${lotsMax}: ${why}`, terms.orderQtyLotsMax);
}
