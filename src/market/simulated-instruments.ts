// What the market simulator trades: three instruments with different grids, and how each one moves.

import type { Instrument } from "../model/instrument.ts";

export type SimulatedInstrument = {
  readonly instrument: Instrument;
  /** Fair price in an exchange that has not traded yet. */
  readonly fairTicks: number;
  /** Distance between two levels of the makers. */
  readonly levelTicks: number;
  /** Largest move of the fair price at once. */
  readonly moveTicksMax: number;
  /** Orders are 1 to 20 times this. */
  readonly clipLots: number;
};

/** Ticks of 0.50, lots of 0.001: a large price on a coarse grid. */
const BTC_USD: SimulatedInstrument = {
  instrument: {
    instrumentId: 1,
    symbol: "BTC-USD",
    currency: "USD",
    priceDecimals: 1,
    tickUnits: 5,
    qtyDecimals: 3,
    lotUnits: 1,
    priceTicksMin: 1,
    priceTicksMax: 2_000_000,
    orderQtyLotsMin: 1,
    orderQtyLotsMax: 1_000_000,
  },
  fairTicks: 128_000,
  levelTicks: 3,
  moveTicksMax: 4,
  clipLots: 25,
};

/** Ticks of 0.01, lots of 0.01. */
const ETH_USD: SimulatedInstrument = {
  instrument: {
    instrumentId: 2,
    symbol: "ETH-USD",
    currency: "USD",
    priceDecimals: 2,
    tickUnits: 1,
    qtyDecimals: 2,
    lotUnits: 1,
    priceTicksMin: 1,
    priceTicksMax: 10_000_000,
    orderQtyLotsMin: 1,
    orderQtyLotsMax: 10_000_000,
  },
  fairTicks: 320_000,
  levelTicks: 15,
  moveTicksMax: 20,
  clipLots: 50,
};

/** A share: ticks of 0.01, whole lots, narrow levels. */
const ACME: SimulatedInstrument = {
  instrument: {
    instrumentId: 3,
    symbol: "ACME",
    currency: "USD",
    priceDecimals: 2,
    tickUnits: 1,
    qtyDecimals: 0,
    lotUnits: 1,
    priceTicksMin: 1,
    priceTicksMax: 1_000_000,
    orderQtyLotsMin: 1,
    orderQtyLotsMax: 1_000_000,
  },
  fairTicks: 10_125,
  levelTicks: 1,
  moveTicksMax: 2,
  clipLots: 10,
};

export const SIMULATED_INSTRUMENTS: readonly SimulatedInstrument[] = [BTC_USD, ETH_USD, ACME];
