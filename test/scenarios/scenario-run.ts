// Runs the commands of a scenario and everything that must hold whatever it is about.

import assert from "node:assert/strict";
import { NONE } from "../../src/base/none.ts";
import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { ladderNodesMax } from "../../src/book/books.ts";
import { setPhaseRecord } from "../../src/codec/market-record-for-test.ts";
import { cancelAllRecord, newRecord, type PlainEvent } from "../../src/codec/record-for-test.ts";
import { RecordedEngine, TEST_LIMITS } from "../../src/engine/engine-for-test.ts";
import type { EngineLimits } from "../../src/engine/engine-limits.ts";
import { MarketFeed } from "../../src/feed/market-feed.ts";
import { ORD_TYPE_MARKET } from "../../src/model/ord-type.ts";
import { PHASE_CONTINUOUS } from "../../src/model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../../src/model/side.ts";
import { TIF_IOC } from "../../src/model/time-in-force.ts";
import { accountLines } from "./account-event-words.ts";
import { readCommand } from "./command-words.ts";
import { EventChecks } from "./event-checks.ts";
import { eventLines } from "./event-words.ts";
import { bookLines, displayedDepth } from "./scenario-book.ts";
import { ScenarioNames } from "./scenario-names.ts";

const LIMITS = /^limits ((?:(?:orders|accounts|ids|recent-ids|instruments|slices) \d+ ?)+)$/;
const USUAL_INSTRUMENT = "instrument XYZ price -1000000..1000000 qty 1..1000000";
/** Every scenario makes four engines. */
const SMALL_LIMITS: EngineLimits = {
  ...TEST_LIMITS,
  ordersMax: 256,
  closedIdsMax: 256,
  balancesMax: 64,
  positionsMax: 64,
  tradesMax: 64,
};
const LEVELS_MAX = 1000;
/** Stops that sell into their own sweep go on for a while, never for this long. */
const SWEEPS_MAX = 200;
/** An account that no scenario names. */
const STRANGER_ID = 9999;

export type ScenarioOutcome = { readonly events: string[]; readonly book: string[] };

/** `isMirrored`: buys as sells at negated prices and back; the outcome must read the same. */
export function runScenario(commands: readonly string[], isMirrored: boolean): ScenarioOutcome {
  const run = new ScenarioRun(limitsOf(commands), isMirrored);
  const told = commands.filter((line) => !LIMITS.test(line));
  if (!told.some((line) => line.startsWith("instrument "))) run.apply(USUAL_INSTRUMENT);
  const events = told.flatMap((line, n) => {
    return run.apply(line).map((event) => `${String(n + 1).padStart(2)}  ${event}`);
  });
  const book = run.book();
  run.tearDown();
  return { events, book };
}

class ScenarioRun {
  readonly #recorded: RecordedEngine;
  readonly #names: ScenarioNames;
  readonly #feed: MarketFeed;
  readonly #checks = new EventChecks();

  constructor(limits: EngineLimits, isMirrored: boolean) {
    this.#recorded = new RecordedEngine(limits);
    this.#names = new ScenarioNames(isMirrored);
    this.#feed = new MarketFeed(limits.instrumentsMax, ladderNodesMax(limits.ordersMax));
  }

  apply(line: string): string[] {
    return eventLines(this.#enter(readCommand(line, this.#names)), this.#names);
  }

  book(): string[] {
    return [
      ...bookLines(this.#recorded, this.#names),
      ...accountLines(this.#recorded, this.#names),
    ];
  }

  /** Lets all trade, drains the books from both sides, cancels what is left, replays it all. */
  tearDown(): void {
    const { engine } = this.#recorded;
    if (engine.tables.guards.isMarketKilled) this.apply("kill off market");
    if (engine.tables.guards.bands.isUsed) this.#takeOffBands();
    const { instruments } = engine.tables;
    const isTold = instruments.count() > 0;
    if (isTold) this.#enter(setPhaseRecord({ phase: PHASE_CONTINUOUS, instrumentId: 0 }));
    for (let book = 0; book < instruments.count(); book++) {
      for (const side of [SIDE_BUY, SIDE_SELL]) this.#sweep(book, side);
    }
    for (const accountId of this.#names.accountIds()) this.#enter(cancelAllRecord({ accountId }));
    assert.equal(engine.tables.books.ordersCount(), 0, "after the sweeps nothing works");

    const replayed = this.#recorded.replayed();
    assert.equal(replayed.stateHash(), engine.stateHash(), "a replay ends in the same state");
    assert.equal(replayed.events.historyHash, engine.events.historyHash, "by the same history");
    this.#checks.assertSumsAreZero();
  }

  #takeOffBands(): void {
    const { instruments } = this.#recorded.engine.tables;
    for (let book = 0; book < instruments.count(); book++) {
      this.apply(`bands ${this.#names.symbolName(instruments.instrumentIdOf(book))}`);
    }
  }

  /** Market orders until there is nobody left who trades with them. */
  #sweep(book: number, side: number): void {
    const { books, instruments } = this.#recorded.engine.tables;
    const { instrumentId, orderQtyLotsMax: orderQtyLots } = instruments.termsOf(book);
    const terms = { side, orderQtyLots, ordType: ORD_TYPE_MARKET, timeInForce: TIF_IOC };
    for (let n = 0; books.firstAgainst(book, side, orderQtyLots) !== NONE; n++) {
      assert.ok(n < SWEEPS_MAX, "sweeping comes to an end");
      const accountId = this.#sweeperId();
      const clOrdId = `#sweep-${side}-${n}`;
      this.#enter(newRecord({ accountId, instrumentId, clOrdId, ...terms }));
    }
  }

  /** Whom no limit stops: known already, if there is such a one, for the table may be full. */
  #sweeperId(): number {
    const { accounts, guards, risk } = this.#recorded.engine.tables;
    const free = this.#names.accountIds().find((accountId) => {
      const row = accounts.find(accountId);
      return row !== NONE && !risk.terms.isConfigured(row) && !guards.asks;
    });
    return free ?? STRANGER_ID;
  }

  #enter(record: RecordBuffer): PlainEvent[] {
    const events = this.#recorded.apply(record, this.#names.nowMicros);
    const { engine } = this.#recorded;
    this.#feed.onBatch(engine.events.words, 0, engine.events.endWord);
    this.#checks.onBatch(events);
    for (let book = 0; book < engine.tables.instruments.count(); book++) this.#checkDepth(book);
    return events;
  }

  /** Who only hears the events sees what the books display, and no book crossed. */
  #checkDepth(book: number): void {
    const { tables } = this.#recorded.engine;
    const { bids, asks } = this.#feed.depth(tables.instruments.instrumentIdOf(book), LEVELS_MAX);
    assert.deepEqual(
      [bids, asks],
      displayedDepth(tables, book),
      "the feed shows what is displayed",
    );
    if (bids.length === 0 || asks.length === 0) return;
    assert.ok(bids[0][0] < asks[0][0], "no reader sees a crossed book");
  }
}

function limitsOf(commands: readonly string[]): EngineLimits {
  const words = commands.map((line) => LIMITS.exec(line)?.[1]).find((found) => found !== undefined);
  const numberOf = (word: string, usual: number): number => {
    const found = new RegExp(`(?<!-)${word} (\\d+)`).exec(words ?? "")?.[1];
    return found === undefined ? usual : Number(found);
  };
  return {
    ...SMALL_LIMITS,
    ordersMax: numberOf("orders", SMALL_LIMITS.ordersMax),
    slicesMax: numberOf("slices", SMALL_LIMITS.slicesMax),
    accountsMax: numberOf("accounts", SMALL_LIMITS.accountsMax),
    closedIdsMax: numberOf("ids", SMALL_LIMITS.closedIdsMax),
    recentIdsMax: numberOf("recent-ids", SMALL_LIMITS.recentIdsMax),
    instrumentsMax: numberOf("instruments", SMALL_LIMITS.instrumentsMax),
  };
}
