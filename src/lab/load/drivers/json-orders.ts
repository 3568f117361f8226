// A lap's commands in the exchange's own JSON (docs/protocols/json.md). Client order ids carry the
// round of the lap, because an id is used once a day.

import { SIDE_BUY } from "../../../model/side.ts";
import { LAP_REPLACE, type Lap } from "../lap.ts";

/** Instruments of a fresh venue; connections share them in turn. */
const JSON_SYMBOLS = ["ACME", "ETH-USD"] as const;
/** Their ticks are hundredths. */
const TICKS_PER_UNIT = 100;
const BASE = 36;
/** Of this thread, and so of this load: ids of one differ from those of another. */
const STAMP = Date.now().toString(BASE).slice(-4);

export type JsonOrders = {
  readonly stamp: string;
  /** The client order id of the lap's command, at most 16 characters. */
  clOrdIdOf(index: number, round: number): string;
  orderOf(index: number, round: number): string;
};

export function symbolOf(instrument: number): string {
  return JSON_SYMBOLS[(instrument - 1) % JSON_SYMBOLS.length];
}

export function priceTextOf(priceTicks: number): string {
  return (priceTicks / TICKS_PER_UNIT).toFixed(2);
}

/** Where an amend has a new total quantity: that differs from a record's new rest. */
export function refuseReplacements(lap: Lap): void {
  if (lap.kinds.includes(LAP_REPLACE)) {
    throw new Error("expected a lap without replacements (--replace 0)");
  }
}

export function jsonOrders(lap: Lap, instrument: number): JsonOrders {
  refuseReplacements(lap);
  const symbol = symbolOf(instrument);
  const prefix = `${STAMP}${instrument.toString(BASE)}.`;

  function clOrdIdOf(index: number, round: number): string {
    return `${prefix}${round.toString(BASE)}.${lap.orderIds[index].toString(BASE)}`;
  }

  function orderOf(index: number, round: number): string {
    return (
      `{"symbol":"${symbol}","side":"${lap.sides[index] === SIDE_BUY ? "buy" : "sell"}",` +
      `"ordType":"limit","price":"${priceTextOf(lap.priceTicks[index])}",` +
      `"orderQty":"${lap.qtyLots[index]}",` +
      `"timeInForce":"${lap.iocs[index] === 1 ? "ioc" : "gtc"}",` +
      `"clOrdId":"${clOrdIdOf(index, round)}"}`
    );
  }

  return { stamp: STAMP, clOrdIdOf, orderOf };
}

/** The executed lots of a report; -1 where there is none. */
export function executedLotsIn(json: string): number {
  const at = json.indexOf('"cumQty":"');
  return at < 0 ? -1 : Number.parseFloat(json.slice(at + 10));
}
