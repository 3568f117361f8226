// A cascade in which every trade moves many orders that follow the price: they move so often and
// no more, and everything fires and trades as it does without them.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { EVENT_AMENDED, EVENT_RESTATED, EVENT_TRADED, EVENT_TRIGGERED } from "../codec/event.ts";
import {
  createInstrumentRecord,
  newRecord,
  newWithTermsRecord,
  type PlainEvent,
  type PlainTerms,
  readEvents,
} from "../codec/record-for-test.ts";
import { ORD_TYPE_MARKET_IF_TOUCHED, ORD_TYPE_PEGGED, ORD_TYPE_STOP } from "../model/ord-type.ts";
import { PEG_MARKET } from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { Engine } from "./engine.ts";
import { stamp, TEST_INSTRUMENT, TEST_LIMITS } from "./engine-for-test.ts";
import { FOLLOWS_MAX } from "./following.ts";
import { CHAIN_ORDERS_MAX } from "./order-chains.ts";
import { verify } from "./verify.ts";

const FAR_TICKS = 500_000;
const NEAR_TICKS = 3;
const FIRST_TICKS = 101;
const ASKS = 40;
const LAST_ASK_TICKS = 200;
/** Somebody sells there into a bid far below, between two stops of the cascade. */
const TURN_TICKS = 131;
const FOLLOWERS = CHAIN_ORDERS_MAX - 1;

class Cascade {
  readonly engine = new Engine(TEST_LIMITS);
  readonly #follow: (cascade: Cascade, n: number) => void;

  constructor(follow: (cascade: Cascade, n: number) => void) {
    this.#follow = follow;
  }

  apply(record: RecordBuffer): PlainEvent[] {
    stamp(record, this.engine.sequence + 1);
    this.engine.apply(record, 0);
    return readEvents(this.engine.events.words, 0, this.engine.events.endWord);
  }

  limit(clOrdId: string, accountId: number, side: number, priceTicks: number, lots = 1): void {
    this.apply(newRecord({ clOrdId, accountId, side, priceTicks, orderQtyLots: lots }));
  }

  stop(clOrdId: string, accountId: number, side: number, terms: Terms): void {
    const order = { clOrdId, accountId, side, orderQtyLots: 1, ordType: ORD_TYPE_STOP };
    this.apply(newWithTermsRecord({ ...order, terms }));
  }

  /** The events of the order that begins it, beside so many that follow. */
  run(followers: number): PlainEvent[] {
    this.apply(createInstrumentRecord(TEST_INSTRUMENT));
    this.limit("b", 9, SIDE_BUY, 100);
    this.limit("a", 9, SIDE_SELL, 100);
    this.limit("low", 3, SIDE_BUY, 60, 5);
    this.limit("top", 3, SIDE_SELL, LAST_ASK_TICKS);
    for (let n = 0; n < ASKS; n++) this.limit(`a${n}`, 2, SIDE_SELL, FIRST_TICKS + n);
    for (let n = 0; n < ASKS - 1; n++) {
      this.stop(`s${n}`, 1, SIDE_BUY, { stopPxTicks: FIRST_TICKS + n });
    }
    const touched = { side: SIDE_SELL, orderQtyLots: 1, ordType: ORD_TYPE_MARKET_IF_TOUCHED };
    const turn = { clOrdId: "turn", accountId: 5, terms: { stopPxTicks: TURN_TICKS } };
    this.apply(newWithTermsRecord({ ...touched, ...turn }));
    this.stop("near", 6, SIDE_SELL, { trailing: true, offsetTicks: NEAR_TICKS });
    for (let n = 0; n < followers; n++) this.#follow(this, n);
    const order = { clOrdId: "go", accountId: 8, side: SIDE_BUY, orderQtyLots: 1 };
    const events = this.apply(newRecord({ ...order, priceTicks: FIRST_TICKS }));
    verify(this.engine.tables);
    return events;
  }
}

type Terms = PlainTerms;

function trail(cascade: Cascade, n: number): void {
  cascade.stop(`f${n}`, 4, SIDE_SELL, { trailing: true, offsetTicks: FAR_TICKS });
}

function peg(cascade: Cascade, n: number): void {
  const order = { clOrdId: `f${n}`, accountId: 4, side: SIDE_BUY, orderQtyLots: 1 };
  const terms = { pegPriceType: PEG_MARKET, offsetTicks: -FAR_TICKS };
  cascade.apply(newWithTermsRecord({ ...order, ordType: ORD_TYPE_PEGGED, terms }));
}

function whatHappened(events: readonly PlainEvent[]): unknown[] {
  return events
    .filter(({ kind }) => kind === EVENT_TRIGGERED || kind === EVENT_TRADED)
    .map(({ kind, clOrdId, lastPxTicks, lastQtyLots }) => [
      kind,
      clOrdId,
      lastPxTicks,
      lastQtyLots,
    ]);
}

function movesOf(events: readonly PlainEvent[], clOrdId: string): PlainEvent[] {
  return events.filter(
    (event) => event.clOrdId === clOrdId && [EVENT_RESTATED, EVENT_AMENDED].includes(event.kind),
  );
}

for (const [name, follow] of [
  ["trailing", trail],
  ["pegged", peg],
] as const) {
  test(`${name} orders move so often in a command, and once more when it is over`, () => {
    const alone = new Cascade(follow).run(0);
    const events = new Cascade(follow).run(FOLLOWERS);
    assert.deepEqual(whatHappened(events), whatHappened(alone));
    assert.equal(events.filter(({ kind }) => kind === EVENT_TRIGGERED).length, ASKS + 1);
    const moves = events.filter(({ kind }) => kind === EVENT_RESTATED || kind === EVENT_AMENDED);
    assert.ok(moves.length > FOLLOWS_MAX && moves.length <= FOLLOWS_MAX + 2 * CHAIN_ORDERS_MAX);
    const near = movesOf(events, "near");
    // The stop of the same price buys one tick higher before the seller acts.
    assert.equal(near.at(-1)?.lastPxTicks, TURN_TICKS + 1 - NEAR_TICKS);
    for (const n of [0, FOLLOWERS - 1]) {
      const last = movesOf(events, `f${n}`).at(-1);
      if (name === "pegged") assert.equal(last?.priceTicks, LAST_ASK_TICKS - FAR_TICKS);
      else assert.equal(last?.lastPxTicks, FIRST_TICKS + ASKS - 1 - FAR_TICKS);
    }
  });
}
