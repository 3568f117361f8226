// hot path
// What an instrument's ticks and lots are worth: its currency and base asset, and the units that
// one tick x lot and one lot are. One row a book.

import { NONE } from "../base/none.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  CREATE_ASSET_UNITS_WORD,
  CREATE_BASE_ASSET_WORD,
  CREATE_CURRENCY_WORD,
  CREATE_MONEY_UNITS_WORD,
  CREATE_PRICE_TICKS_MAX_WORD,
  CREATE_PRICE_TICKS_MIN_WORD,
} from "../codec/command.ts";
import type { AssetTable } from "./asset-table.ts";

const ROW_REALS = 5;
const CURRENCY = 0;
const BASE_ASSET = 1;
const MONEY_UNITS = 2;
const ASSET_UNITS = 3;
const HIGHEST_MONEY = 4;

export type InstrumentMoney = ReturnType<typeof createInstrumentMoney>;

export function createInstrumentMoney(assets: AssetTable, booksMax: number) {
  const { reals, mask } = createRows(booksMax, ROW_REALS * 8);

  /** The terms of a create command that was accepted as this book. */
  function add(book: number, words: Int32Array, at: number): void {
    const moneyUnits = words[at + CREATE_MONEY_UNITS_WORD] >>> 0 || 1;
    const priceTicksMin = words[at + CREATE_PRICE_TICKS_MIN_WORD];
    const priceTicksMax = words[at + CREATE_PRICE_TICKS_MAX_WORD];
    const highestTicks = Math.max(Math.abs(priceTicksMin), Math.abs(priceTicksMax), 1);
    const row = (book & mask) * ROW_REALS;
    reals[row + CURRENCY] = assetOf(words, at + CREATE_CURRENCY_WORD);
    reals[row + BASE_ASSET] = assetOf(words, at + CREATE_BASE_ASSET_WORD);
    reals[row + MONEY_UNITS] = moneyUnits;
    reals[row + ASSET_UNITS] = words[at + CREATE_ASSET_UNITS_WORD] >>> 0 || 1;
    reals[row + HIGHEST_MONEY] = highestTicks * moneyUnits;
  }

  function currencyOf(book: number): number {
    return reals[(book & mask) * ROW_REALS + CURRENCY];
  }

  /** NONE where a lot is of nothing that accounts hold. */
  function baseAssetOf(book: number): number {
    return reals[(book & mask) * ROW_REALS + BASE_ASSET];
  }

  /** Money that `lots` at this price are; negative at negative prices. */
  function moneyOf(book: number, priceTicks: number, lots: number): number {
    return priceTicks * reals[(book & mask) * ROW_REALS + MONEY_UNITS] * lots;
  }

  function assetUnitsOf(book: number): number {
    return reals[(book & mask) * ROW_REALS + ASSET_UNITS];
  }

  /** The most that one lot can be worth, either way. */
  function highestMoneyOf(book: number): number {
    return reals[(book & mask) * ROW_REALS + HIGHEST_MONEY];
  }

  function save(snapshot: SnapshotWriter, booksCount: number): void {
    snapshot.array(reals, booksCount * ROW_REALS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(reals);
  }

  function assetOf(words: Int32Array, at: number): number {
    if (words[at] === 0 && words[at + 1] === 0) return NONE;
    const known = assets.find(words, at);
    return known === NONE ? assets.add(words, at) : known;
  }

  return {
    add,
    currencyOf,
    baseAssetOf,
    moneyOf,
    assetUnitsOf,
    highestMoneyOf,
    save,
    load,
  };
}
