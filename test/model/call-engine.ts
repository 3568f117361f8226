// A call auction in the real engine: orders gather, what would trade is read from the events, then
// continuous trading begins and the fills are counted.

import assert from "node:assert/strict";
import { EVENT_TRADED, FLAG_AUCTION } from "../../src/codec/event.ts";
import { setPhaseRecord } from "../../src/codec/market-record-for-test.ts";
import { newRecord, newWithTermsRecord, type PlainEvent } from "../../src/codec/record-for-test.ts";
import { RecordedEngine, TEST_INSTRUMENT } from "../../src/engine/engine-for-test.ts";
import { EXEC_INST_ALL_OR_NONE, EXEC_INST_HIDDEN } from "../../src/model/exec-inst.ts";
import { ORD_TYPE_LIMIT, ORD_TYPE_MARKET, ORD_TYPE_STOP_LIMIT } from "../../src/model/ord-type.ts";
import { PHASE_CONTINUOUS, PHASE_OPENING_CALL } from "../../src/model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import type { CallOrder, CallOutcome } from "./naive-call.ts";

export type EngineCallOrder = CallOrder & {
  readonly shows?: number;
  readonly allOrNone?: boolean;
  readonly stop?: number;
};

const LOTS_MAX = 10_000_000;

/** `isMirrored`: buys as sells at negated prices; the outcome is turned back. */
export function engineCall(
  orders: readonly EngineCallOrder[],
  reference?: number,
  isMirrored = false,
): CallOutcome {
  const recorded = new RecordedEngine();
  recorded.list({ ...TEST_INSTRUMENT, orderQtyLotsMax: LOTS_MAX });
  const sign = isMirrored ? -1 : 1;
  if (reference !== undefined) tradeAt(recorded, 0 + sign * reference);
  recorded.apply(setPhaseRecord({ phase: PHASE_OPENING_CALL }));
  let told = { priceTicks: 0, pairedLots: 0, imbalanceLots: 0 };
  for (const [n, order] of orders.entries()) {
    const events = recorded.apply(recordOf(order, n, isMirrored));
    told = toldIn(events, isMirrored) ?? told;
  }
  const events = recorded.apply(setPhaseRecord({ phase: PHASE_CONTINUOUS }));
  const { pairedLots, imbalanceLots } = told;
  const priceTicks = pairedLots === 0 ? undefined : told.priceTicks;
  const fills = fillsOf(events, priceTicks === undefined ? undefined : 0 + sign * priceTicks);
  assert.equal(recorded.replayed().stateHash(), recorded.engine.stateHash());
  return { priceTicks, pairedLots, imbalanceLots, fills };
}

function tradeAt(recorded: RecordedEngine, priceTicks: number): void {
  const order = { orderQtyLots: 1, priceTicks };
  recorded.apply(newRecord({ clOrdId: "#sell", side: SIDE_SELL, ...order }));
  recorded.apply(newRecord({ clOrdId: "#buy", side: SIDE_BUY, ...order }));
}

function recordOf(order: EngineCallOrder, n: number, isMirrored: boolean) {
  const { hidden = false, allOrNone = false, limitTicks, lots, name, shows, side, stop } = order;
  const sign = isMirrored ? -1 : 1;
  const ordType = limitTicks === undefined ? ORD_TYPE_MARKET : ORD_TYPE_LIMIT;
  const plain = {
    accountId: 2 + (n % 5),
    clOrdId: name,
    side: (side === "buy") === isMirrored ? SIDE_SELL : SIDE_BUY,
    orderQtyLots: lots,
    ordType: stop === undefined ? ordType : ORD_TYPE_STOP_LIMIT,
    ...(limitTicks === undefined ? {} : { priceTicks: 0 + sign * limitTicks }),
    execInst: (hidden ? EXEC_INST_HIDDEN : 0) | (allOrNone ? EXEC_INST_ALL_OR_NONE : 0),
  };
  if (stop !== undefined) {
    return newWithTermsRecord({ ...plain, terms: { stopPxTicks: sign * stop } });
  }
  if (shows !== undefined)
    return newWithTermsRecord({ ...plain, terms: { displayQtyLots: shows } });
  return newRecord(plain);
}

function toldIn(events: readonly PlainEvent[], isMirrored: boolean) {
  const told = events.find(({ indicative }) => indicative !== undefined)?.indicative;
  if (told === undefined) return undefined;
  const { imbalanceLots, pairedLots, priceTicks, side } = told;
  const isBuying = (side === SIDE_BUY) !== isMirrored;
  return {
    pairedLots,
    priceTicks: isMirrored ? 0 - priceTicks : priceTicks,
    imbalanceLots: imbalanceLots === 0 || isBuying ? imbalanceLots : -imbalanceLots,
  };
}

function fillsOf(events: readonly PlainEvent[], priceTicks: number | undefined) {
  const fills = new Map<string, number>();
  for (const { clOrdId, flags, kind, lastPxTicks, lastQtyLots } of events) {
    if (kind !== EVENT_TRADED || (flags & FLAG_AUCTION) === 0) continue;
    assert.equal(lastPxTicks, priceTicks, "every fill is at the one price that was told");
    fills.set(clOrdId, (fills.get(clOrdId) ?? 0) + lastQtyLots);
  }
  return fills;
}
