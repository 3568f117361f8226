// What each order's events add up to, told from the events alone.

import assert from "node:assert/strict";
import {
  EVENT_ACCEPTED,
  EVENT_AMEND_REJECTED,
  EVENT_AMENDED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_DISPLAYED,
  EVENT_PREVENTED,
  EVENT_RESTATED,
  EVENT_TRADED,
  EVENT_TRIGGERED,
} from "../../src/codec/event.ts";
import type { PlainEvent } from "../../src/codec/record-for-test.ts";
import { REASON_UNKNOWN_ORDER } from "../../src/model/reasons.ts";

type Balance = {
  originalLots: number;
  executedLots: number;
  /** Taken off an order that went on working; its total no longer counts them. */
  reducedLots: number;
  endedLots: number;
  /** Of an iceberg: what the public sees. */
  shownLots: number;
};

/** Events that say how an order stands. */
const STANDINGS: readonly number[] = [
  EVENT_ACCEPTED,
  EVENT_AMENDED,
  EVENT_AMEND_REJECTED,
  EVENT_BOOKED,
  EVENT_CANCELED,
  EVENT_DISPLAYED,
  EVENT_PREVENTED,
  EVENT_RESTATED,
  EVENT_TRADED,
  EVENT_TRIGGERED,
];

/** Rulebook, section 3: original = executed + canceled + leaves, for each order, always. */
export class OrderBalances {
  readonly #balances = new Map<number, Balance>();

  /** The events of a whole command. */
  fold(events: readonly PlainEvent[]): void {
    const standings = events.filter(
      ({ kind, reason }) => STANDINGS.includes(kind) && reason !== REASON_UNKNOWN_ORDER,
    );
    for (const event of standings) this.#fold(event);
    for (const { orderId, leavesQtyLots } of standings) {
      const { shownLots = 0 } = this.#balances.get(orderId) ?? {};
      assert.ok(leavesQtyLots > 0 || shownLots === 0, "nothing is shown of an order that ended");
    }
  }

  #fold(event: PlainEvent): void {
    const { kind, orderId, orderQtyLots, cumQtyLots, leavesQtyLots, lastQtyLots } = event;
    if (kind === EVENT_ACCEPTED) this.#begin(orderId, orderQtyLots);
    const balance = this.#balances.get(orderId);
    assert.ok(balance !== undefined, "an order is accepted before anything else is told of it");
    // An amend gives the order a new total; what was reduced before is no part of it.
    if (kind === EVENT_AMENDED || kind === EVENT_RESTATED) {
      balance.originalLots = orderQtyLots + balance.reducedLots;
    }
    if (kind === EVENT_CANCELED) balance.endedLots += lastQtyLots;
    if (kind === EVENT_CANCELED && leavesQtyLots > 0) balance.reducedLots += lastQtyLots;
    if (kind === EVENT_TRADED) balance.executedLots += lastQtyLots;
    if (kind === EVENT_DISPLAYED) this.#show(balance, event);
    const { originalLots, executedLots, reducedLots, endedLots } = balance;
    assert.equal(cumQtyLots, executedLots, "cumQty sums the trades");
    assert.equal(originalLots, cumQtyLots + endedLots + leavesQtyLots, "nothing is lost");
    assert.equal(orderQtyLots, originalLots - reducedLots, "the total is what was not taken off");
  }

  #show(balance: Balance, event: PlainEvent): void {
    const { contraOrderId: shownLots, lastQtyLots, leavesQtyLots } = event;
    assert.equal(lastQtyLots, balance.shownLots, "what was shown gives way to what is shown");
    assert.ok(shownLots <= leavesQtyLots, "no more is shown than is left");
    balance.shownLots = shownLots;
  }

  #begin(orderId: number, originalLots: number): void {
    const nothing = { executedLots: 0, reducedLots: 0, endedLots: 0, shownLots: 0 };
    this.#balances.set(orderId, { originalLots, ...nothing });
  }
}
