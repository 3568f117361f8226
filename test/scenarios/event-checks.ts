// What must hold of the events of any scenario, whatever it is about.

import assert from "node:assert/strict";
import {
  EVENT_ACCEPTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_PREVENTED,
  EVENT_RESTATED,
  EVENT_TERMS,
  EVENT_TRADED,
  EVENT_TRIGGERED,
  FLAG_AGGRESSOR,
  FLAG_AUCTION,
} from "../../src/codec/event.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import { EXEC_INST_HAS_TERMS } from "../../src/model/exec-inst.ts";
import { ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import { oppositeSide, SIDE_BUY } from "../../src/model/side.ts";

const OF_AN_ORDER = new Set([
  EVENT_ACCEPTED,
  EVENT_TRADED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_AMENDED,
  EVENT_RESTATED,
  EVENT_TRIGGERED,
]);

export class EventChecks {
  /** Lots and money of each account: what one has, another gave. */
  readonly #positions = new Map<number, { lots: number; ticksLots: number }>();

  /** The events of one command. */
  onBatch(events: readonly PlainEvent[]): void {
    for (const [i, event] of events.entries()) {
      const next = events.at(i + 1);
      const isSecond = (event.flags & FLAG_AGGRESSOR) !== 0;
      if (event.kind === EVENT_TRADED) this.#addTrade(event);
      if (event.kind === EVENT_TRADED && !isSecond) assertIsTrade(event, next);
      if (event.kind === EVENT_PREVENTED && !isSecond) assertIsMeeting(event, next);
      if (event.kind === EVENT_ACCEPTED) assertTermsFollow(event, next);
      if (OF_AN_ORDER.has(event.kind)) assertAddsUp(event);
    }
  }

  assertSumsAreZero(): void {
    const all = [...this.#positions.values()];
    const lots = all.reduce((sum, position) => sum + position.lots, 0);
    const ticksLots = all.reduce((sum, position) => sum + position.ticksLots, 0);
    assert.equal(lots, 0, "lots sum to zero");
    assert.equal(ticksLots, 0, "money sums to zero");
  }

  #addTrade({ accountId, side, lastQtyLots, lastPxTicks }: PlainEvent): void {
    const sign = side === SIDE_BUY ? 1 : -1;
    const { lots, ticksLots } = this.#positions.get(accountId) ?? { lots: 0, ticksLots: 0 };
    this.#positions.set(accountId, {
      lots: lots + sign * lastQtyLots,
      ticksLots: ticksLots - sign * lastQtyLots * lastPxTicks,
    });
  }
}

/** Two events make a trade: maker first, the same trade seen from both sides. */
function assertIsTrade(maker: PlainEvent, taker: PlainEvent | undefined): void {
  assertIsMeeting(maker, taker);
  assert.equal(taker?.tradeId, maker.tradeId, "both sides of a trade have one id");
  if ((maker.flags & FLAG_AUCTION) !== 0) assertIsOfCall(maker, taker);
  else assert.equal(maker.lastPxTicks, maker.priceTicks, "a trade is at the maker's price");
}

/** In a call nobody trades worse than his limit, and the older order is told first. */
function assertIsOfCall(older: PlainEvent, younger: PlainEvent | undefined): void {
  assert.ok(younger !== undefined && older.orderId < younger.orderId, "the older one comes first");
  for (const { lastPxTicks, ordType, priceTicks, side } of [older, younger]) {
    const betterBy = (priceTicks - lastPxTicks) * (side === SIDE_BUY ? 1 : -1);
    assert.ok(ordType === ORD_TYPE_MARKET || betterBy >= 0, "nobody trades beyond his limit");
  }
}

function assertIsMeeting(maker: PlainEvent, taker: PlainEvent | undefined): void {
  assert.ok(taker?.kind === maker.kind, "two events make a meeting");
  assert.equal(taker.flags & FLAG_AGGRESSOR, FLAG_AGGRESSOR, "the second is the aggressor's");
  assert.equal(taker.side, oppositeSide(maker.side));
  for (const field of ["lastPxTicks", "lastQtyLots", "instrumentId"] as const) {
    assert.equal(taker[field], maker[field], `both sides have one ${field}`);
  }
  assert.deepEqual([maker.contraOrderId, taker.contraOrderId], [taker.orderId, maker.orderId]);
  assert.equal(maker.contraAccountId, taker.accountId);
  assert.equal(taker.contraAccountId, maker.accountId);
}

function assertTermsFollow(event: PlainEvent, next: PlainEvent | undefined): void {
  const hasTerms = (event.execInst & EXEC_INST_HAS_TERMS) !== 0;
  assert.equal(next?.kind === EVENT_TERMS, hasTerms, "terms follow where the order has them");
}

/** What an order has left is its total without what it executed, and after its end nothing. */
function assertAddsUp({ orderQtyLots, cumQtyLots, leavesQtyLots, lastQtyLots, kind }: PlainEvent) {
  if (leavesQtyLots > 0) assert.equal(leavesQtyLots, orderQtyLots - cumQtyLots);
  else if (kind === EVENT_TRADED) assert.equal(cumQtyLots, orderQtyLots);
  else if (kind === EVENT_CANCELED) assert.ok(cumQtyLots + lastQtyLots <= orderQtyLots);
}
