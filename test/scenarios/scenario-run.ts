// Runs the commands of a scenario and everything that must hold whatever it is about.

import assert from "node:assert/strict";
import { EVENT_TRADED, FLAG_AGGRESSOR, FLAG_ON_BOOK } from "../../src/codec/event.ts";
import { newRecord, type PlainEvent } from "../../src/codec/record-for-test.ts";
import type { EngineLimits } from "../../src/engine/engine.ts";
import { RecordedEngine, TEST_LIMITS } from "../../src/engine/engine-for-test.ts";
import { MarketFeed } from "../../src/feed/market-feed.ts";
import { ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import { oppositeSide, SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_IOC } from "../../src/model/time-in-force.ts";
import { ScenarioWords } from "./scenario-words.ts";

const LIMITS = /^limits ((?:(?:orders|accounts|ids|instruments) \d+ ?)+)$/;
const USUAL_INSTRUMENT = "instrument XYZ price -1000000..1000000 qty 1..1000000";
const LEVELS_MAX = 1000;

export type ScenarioOutcome = { readonly events: string[]; readonly book: string[] };

/** `isMirrored`: buys as sells at negated prices and back; the outcome must read the same. */
export function runScenario(commands: readonly string[], isMirrored: boolean): ScenarioOutcome {
  const run = new ScenarioRun(limitsOf(commands), isMirrored);
  const told = commands.filter((line) => !LIMITS.test(line));
  if (!told.some((line) => line.startsWith("instrument "))) run.apply(USUAL_INSTRUMENT);
  const events = told.flatMap((line, n) => {
    return run.apply(line).map((event) => `${String(n + 1).padStart(2)}  ${event}`);
  });
  const book = run.book(isMirrored);
  run.tearDown();
  return { events, book };
}

class ScenarioRun {
  readonly #recorded: RecordedEngine;
  readonly #words: ScenarioWords;
  readonly #feed: MarketFeed;
  /** Lots and money of each account: what one has, another gave. */
  readonly #positions = new Map<number, { lots: number; ticksLots: number }>();

  constructor(limits: EngineLimits, isMirrored: boolean) {
    this.#recorded = new RecordedEngine(limits);
    this.#words = new ScenarioWords(isMirrored);
    this.#feed = new MarketFeed(limits.instrumentsMax);
  }

  apply(line: string): string[] {
    return this.#words.linesOf(this.#fold(this.#recorded.apply(this.#words.recordOf(line))));
  }

  /** Every queue, first to trade first. */
  book(isMirrored: boolean): string[] {
    const { instruments } = this.#recorded.engine.tables;
    const sides = isMirrored ? [SIDE_SELL, SIDE_BUY] : [SIDE_BUY, SIDE_SELL];
    return Array.from({ length: instruments.count }, (_, book) => {
      const symbol = this.#words.symbolName(instruments.instrumentIdOf(book));
      const [bids, asks] = sides.map((side) => this.#queue(book, side, isMirrored ? -1 : 1));
      return [`${symbol} bids  ${bids}`, `${symbol} asks  ${asks}`];
    }).flat();
  }

  /** Drains the book from both sides, replays everything from zero, adds up what all have. */
  tearDown(): void {
    const { engine } = this.#recorded;
    const { instruments } = engine.tables;
    for (let book = 0; book < instruments.count; book++) {
      const { instrumentId, orderQtyLotsMax } = instruments.termsOf(book);
      for (const side of [SIDE_BUY, SIDE_SELL]) this.#sweep(book, side, orderQtyLotsMax);
      const { bids, asks } = this.#feed.depth(instrumentId, LEVELS_MAX);
      assert.deepEqual([bids, asks], [[], []], "after the sweeps nothing is displayed");
    }
    assert.equal(engine.tables.books.ordersCount(), 0, "after the sweeps nothing rests");

    const replayed = this.#recorded.replayed();
    assert.equal(replayed.stateHash(), engine.stateHash(), "a replay ends in the same state");
    assert.equal(replayed.events.historyHash, engine.events.historyHash, "by the same history");
    const all = [...this.#positions.values()];
    assert.equal(
      all.reduce((sum, { lots }) => sum + lots, 0),
      0,
      "lots sum to zero",
    );
    assert.equal(
      all.reduce((sum, { ticksLots }) => sum + ticksLots, 0),
      0,
      "money sums to zero",
    );
  }

  #sweep(book: number, side: number, orderQtyLots: number): void {
    const { books, instruments } = this.#recorded.engine.tables;
    const instrumentId = instruments.instrumentIdOf(book);
    for (let n = 0; books.hasOpposite(book, side); n++) {
      const clOrdId = `#sweep-${side}-${n}`;
      const terms = { side, orderQtyLots, ordType: ORD_TYPE_MARKET, timeInForce: TIF_IOC };
      const accountId = 1; // Known already: the table of accounts may be full.
      const record = newRecord({ accountId, instrumentId, clOrdId, ...terms });
      this.#fold(this.#recorded.apply(record));
    }
  }

  #queue(book: number, side: number, sign: number): string {
    const { books, accounts, columns } = this.#recorded.engine.tables;
    const orders: string[] = [];
    let level = books.bestLevel(book, side);
    for (; level >= 0; level = books.nextLevel(level)) {
      const price = 0 + sign * books.levelPriceTicks(level);
      for (let slot = books.firstInQueue(level); slot >= 0; slot = books.nextInQueue(slot)) {
        const accountId = accounts.accountIdOf(columns.accountRowOf(slot));
        const name = `${this.#words.accountName(accountId)} ${this.#clOrdId(accountId, slot)}`;
        orders.push(`${name} ${books.leavesQtyLotsOf(slot)}@${price}`);
      }
    }
    return orders.length === 0 ? "-" : orders.join(", ");
  }

  #clOrdId(accountId: number, slot: number): string {
    const { engine } = this.#recorded;
    engine.reportOrder(accountId, engine.tables.books.orderIdOf(slot));
    return this.#recorded.answer()[0].clOrdId;
  }

  #fold(events: PlainEvent[]): PlainEvent[] {
    const { words, endWord } = this.#recorded.engine.events;
    this.#feed.onBatch(words, 0, endWord);
    for (const [i, event] of events.entries()) {
      if (event.kind !== EVENT_TRADED) continue;
      this.#addTrade(event);
      if (event.flags === FLAG_ON_BOOK) assertIsTrade(event, events[i + 1]);
    }
    return events;
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
function assertIsTrade(maker: PlainEvent, taker: PlainEvent): void {
  assert.equal(taker.kind, EVENT_TRADED);
  assert.equal(taker.flags, FLAG_AGGRESSOR);
  assert.equal(taker.side, oppositeSide(maker.side));
  for (const field of ["tradeId", "lastPxTicks", "lastQtyLots", "instrumentId"] as const) {
    assert.equal(taker[field], maker[field], `both sides of a trade have one ${field}`);
  }
  assert.deepEqual([maker.contraOrderId, taker.contraOrderId], [taker.orderId, maker.orderId]);
  assert.equal(maker.contraAccountId, taker.accountId);
  assert.equal(taker.contraAccountId, maker.accountId);
  assert.equal(maker.lastPxTicks, maker.priceTicks, "a trade is at the maker's price");
}

function limitsOf(commands: readonly string[]): EngineLimits {
  const words = commands.map((line) => LIMITS.exec(line)?.[1]).find((found) => found !== undefined);
  const numberOf = (word: string, usual: number): number => {
    const found = new RegExp(`${word} (\\d+)`).exec(words ?? "")?.[1];
    return found === undefined ? usual : Number(found);
  };
  return {
    ...TEST_LIMITS,
    ordersMax: numberOf("orders", TEST_LIMITS.ordersMax),
    accountsMax: numberOf("accounts", TEST_LIMITS.accountsMax),
    closedIdsMax: numberOf("ids", TEST_LIMITS.closedIdsMax),
    instrumentsMax: numberOf("instruments", TEST_LIMITS.instrumentsMax),
  };
}
