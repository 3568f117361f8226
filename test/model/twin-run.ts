// One flow through the engine and its slow twin, and everything that follows from the events.

import assert from "node:assert/strict";
import { Prng } from "../../src/base/prng.ts";
import type { RecordBuffer } from "../../src/base/record-buffer.ts";
import { ladderNodesMax } from "../../src/book/books.ts";
import {
  ACCOUNT_CHANGED_END_WORD,
  ACCOUNT_CHANGED_FIRST_WORD,
} from "../../src/codec/account-event.ts";
import { BLOCK_WORDS, commandBlocksOf } from "../../src/codec/command.ts";
import {
  EVENT_ACCOUNT_CHANGED,
  EVENT_CALENDAR_SET,
  EVENT_CALL_SET,
  EVENT_GUARD_SET,
  EVENT_INSTRUMENT_CHANGED,
  EVENT_WORDS,
} from "../../src/codec/event.ts";
import { MARKET_SETTING_END_WORD } from "../../src/codec/market-event.ts";
import {
  amendRecord,
  cancelAllRecord,
  cancelRecord,
  clockRecord,
  createInstrumentRecord,
  newListRecord,
  newRecord,
  newWithTermsRecord,
  type PlainEvent,
  readEvents,
  reduceToRecord,
} from "../../src/codec/record-for-test.ts";
import { Engine } from "../../src/engine/engine.ts";
import { previewed, RecordedEngine, TEST_LIMITS } from "../../src/engine/engine-for-test.ts";
import type { EngineLimits } from "../../src/engine/engine-limits.ts";
import { NEVER_MICROS } from "../../src/engine/timer-heap.ts";
import { verify } from "../../src/engine/verify.ts";
import { MarketFeed } from "../../src/feed/market-feed.ts";
import { DepthClient } from "./depth-client.ts";
import type { Feature } from "./feature-names.ts";
import { FlowTally } from "./flow-tally.ts";
import { guardRecord } from "./guard-records.ts";
import { engineLadders, twinLadders } from "./ladders.ts";
import { marketRecord } from "./market-records.ts";
import { isGuardCommand } from "./naive-guard-commands.ts";
import { isMarketCommand } from "./naive-market-commands.ts";
import { NaiveVenue, type TwinCommand } from "./naive-venue.ts";
import { operatorRecord } from "./operator-records.ts";
import { OrderBalances } from "./order-balances.ts";
import { RandomFlow } from "./random-flow.ts";

const LEVELS_MAX = 10_000;
const SAMPLE_EVERY = 25;
const PREVIEW_EVERY = 50;

/** A command, and when it comes. */
export type TwinStep = { readonly command: TwinCommand; readonly timeMicros: number };

export class TwinRun {
  readonly #limits: EngineLimits;
  readonly #recorded: RecordedEngine;
  readonly #twin: NaiveVenue;
  readonly #flow: RandomFlow;
  readonly #feed: MarketFeed;
  readonly #client = new DepthClient();
  readonly #balances = new OrderBalances();
  readonly #drawn: TwinStep[] = [];
  readonly #snapshotAfter: number;
  readonly #tally: FlowTally;
  #restored: Engine | undefined;

  /** `tally` counts what the run reaches. */
  constructor(
    seed: number,
    features: readonly Feature[],
    commandsMax: number,
    tally = new FlowTally(),
  ) {
    this.#tally = tally;
    const random = new Prng(seed);
    const accountsMax = random.nextBetween(4, 8);
    const ordersMax = [10, 60, 4096][random.nextBelow(3)];
    const closedIdsMax = [1, 6, 50][random.nextBelow(3)];
    this.#limits = {
      ...TEST_LIMITS,
      instrumentsMax: 4,
      accountsMax,
      ordersMax,
      slicesMax: ordersMax < 4096 ? ordersMax : TEST_LIMITS.slicesMax,
      closedIdsMax,
      // Some close at hand, the others behind them.
      recentIdsMax: features.includes("endedIds") ? Math.ceil(closedIdsMax / 4) : closedIdsMax,
      salt: random.nextUint32() | 0,
    };
    this.#snapshotAfter = random.nextBelow(commandsMax);
    this.#recorded = new RecordedEngine(this.#limits);
    this.#twin = new NaiveVenue(this.#limits);
    this.#flow = new RandomFlow(random, new Prng(~seed), this.#twin, features);
    const { instrumentsMax } = this.#limits;
    this.#feed = new MarketFeed(instrumentsMax, ladderNodesMax(ordersMax));
    this.#feed.subscribe(this.#client);
  }

  /** What the flow has drawn so far, the instruments first; of a run that failed, up to there. */
  get drawn(): readonly TwinStep[] {
    return this.#drawn;
  }

  /** Draws so many commands, beside the instruments, and compares after each. */
  run(commandCount: number): void {
    this.#play(commandCount, this.#draw(commandCount));
  }

  /** Some of the steps that a run of the same seed has drawn, in their order. */
  replay(steps: readonly TwinStep[]): void {
    this.#play(steps.length, steps);
  }

  /** Only draws: the twin acts, nobody is compared with it. */
  drawOnly(commandCount: number): void {
    for (const { command, timeMicros } of this.#draw(commandCount)) {
      for (const each of this.#withClock(command, timeMicros)) this.#twin.apply(each, timeMicros);
    }
  }

  *#draw(commandCount: number): Generator<TwinStep> {
    const { instruments } = this.#flow;
    for (let n = 0; n < instruments.length + commandCount; n++) {
      const instrument = instruments[n];
      const command: TwinCommand =
        instrument === undefined ? this.#flow.next() : { kind: "instrument", instrument };
      const timeMicros = this.#flow.nextTimeMicros();
      this.#drawn.push({ command, timeMicros });
      yield { command, timeMicros };
    }
  }

  #play(stepCount: number, steps: Iterable<TwinStep>): void {
    let n = 0;
    for (const { command, timeMicros } of steps) {
      if (n === this.#snapshotAfter % stepCount) this.#restore();
      const preview = n % PREVIEW_EVERY === 0 ? this.#preview(command, timeMicros) : undefined;
      for (const each of this.#withClock(command, timeMicros)) this.#stepAt(each, timeMicros);
      if (preview !== undefined) this.#comparePreview(preview);
      if (n % SAMPLE_EVERY === 0) this.#compareOpenOrders();
      n++;
    }
    this.#compareOpenOrders();
    this.#compareHashes(this.#recorded.replayed(), "replayed from zero");
    if (this.#restored !== undefined) this.#compareHashes(this.#restored, "restored");
  }

  /** As the sequencer does it: whatever is due by then comes first, by a clock of its own. */
  #withClock(command: TwinCommand, timeMicros: number): readonly TwinCommand[] {
    const dueMicros = this.#twin.nextTimerMicros();
    const isClock = command.kind === "clock" && command.clock.accountId === 0;
    const isDue = !isClock && dueMicros !== undefined && dueMicros <= timeMicros;
    return isDue ? [{ kind: "clock", clock: {} }, command] : [command];
  }

  #stepAt(command: TwinCommand, timeMicros: number): void {
    const record = recordOf(command);
    const expected = this.#twin.apply(command, timeMicros);
    const events = this.#recorded.apply(record, timeMicros);
    const { engine } = this.#recorded;
    const { sequence } = engine;
    assert.deepEqual(
      events.map(({ timeMicros: _, ...event }) => comparable(event)),
      expected.map((event, index) => comparable({ ...event, index, sequence, historyHash: 0 })),
    );
    assertTermsTold(events, record, engine.events.words);
    this.#tally.add(command, events);
    this.#balances.fold(events);
    for (const [asset, there, supplied] of this.#twin.moneySums()) {
      assert.equal(there, supplied, `no ${asset} appears or is lost`);
    }
    this.#feed.onBatch(engine.events.words, 0, engine.events.endWord);
    this.#compareBooks();
    const dueMicros = this.#twin.nextTimerMicros() ?? NEVER_MICROS;
    assert.equal(engine.nextTimerMicros, dueMicros, "when something is due");
    if (this.#restored !== undefined) this.#compareRestored(this.#restored, record);
  }

  #compareBooks(): void {
    const { tables } = this.#recorded.engine;
    for (const instrumentId of this.#twin.instruments.keys()) {
      const depth = this.#feed.depth(instrumentId, LEVELS_MAX);
      const naiveDepth = this.#twin.depth(instrumentId);
      assert.deepEqual({ bids: depth.bids, asks: depth.asks }, naiveDepth, "the public depth");
      assert.deepEqual(this.#client.levels(instrumentId), naiveDepth, "depth from increments");
      const { bid, ask } = this.#feed.topOfBook(instrumentId);
      assert.deepEqual([bid, ask], [naiveDepth.bids[0], naiveDepth.asks[0]], "top of book");
      assert.deepEqual(engineLadders(tables, instrumentId), twinLadders(this.#twin, instrumentId));
      const isCrossed = bid !== undefined && ask !== undefined && bid[0] >= ask[0];
      assert.ok(!isCrossed, "the displayed book is never crossed");
    }
    for (const order of this.#twin.workingOrders()) {
      assert.notEqual(order.place, "nowhere", "between commands every order stands somewhere");
    }
  }

  /** Queries: what each account is told of its orders. */
  #compareOpenOrders(): void {
    const { engine } = this.#recorded;
    for (const accountId of [0, 1, 2, 3, 7, 55, 4_294_967_295]) {
      engine.reportOpenOrders(accountId, 0, LEVELS_MAX);
      const { words, endWord } = engine.events;
      const events = readEvents(words, 0, endWord).slice(0, -1);
      const expected = this.#twin.statusesOf(accountId);
      assert.deepEqual(events.map(withoutPlace), expected, `open orders of ${accountId}`);
      this.#compareMoney(accountId);
    }
  }

  /** Queries: what each account is told of its balances and positions. */
  #compareMoney(accountId: number): void {
    const { engine } = this.#recorded;
    engine.reportBalances(accountId);
    const balances = this.#recorded.answer().flatMap(({ ledger }) => ledger ?? []);
    assert.deepEqual(balances, this.#twin.balancesOf(accountId), `balances of ${accountId}`);
    engine.reportPositions(accountId);
    const positions = this.#recorded
      .answer()
      .flatMap(({ instrumentId, position }) => (position ? [{ instrumentId, ...position }] : []));
    assert.deepEqual(positions, this.#twin.positionsOf(accountId), `positions of ${accountId}`);
  }

  #restore(): void {
    this.#restored = new Engine({ ...this.#limits, salt: this.#limits.salt + 7 });
    this.#restored.restore(this.#recorded.engine.snapshot());
    verify(this.#restored.tables);
    this.#compareHashes(this.#restored, "just restored");
  }

  /** What the exchange says that the command would do; nobody asks that of a clock. */
  #preview(command: TwinCommand, timeMicros: number): Engine | undefined {
    if (command.kind === "clock") return undefined;
    return previewed(this.#recorded.engine, recordOf(command), timeMicros);
  }

  #comparePreview(preview: Engine): void {
    const { engine } = this.#recorded;
    const [said, done] = [preview, engine].map(({ events: { words, endWord } }) =>
      Buffer.from(words.buffer, 0, endWord * 4),
    );
    assert.ok(said.equals(done), "what a preview says is what happens then");
    assert.equal(preview.stateHash(), engine.stateHash(), "state hash, of a preview");
  }

  #compareRestored(restored: Engine, record: RecordBuffer): void {
    restored.apply(record, 0);
    const { engine } = this.#recorded;
    const batch = Buffer.from(engine.events.words.buffer, 0, engine.events.endWord * 4);
    const other = Buffer.from(restored.events.words.buffer, 0, restored.events.endWord * 4);
    assert.ok(batch.equals(other), "a restored engine goes on with the same events");
    assert.equal(restored.nextTimerMicros, engine.nextTimerMicros);
  }

  #compareHashes(other: Engine, which: string): void {
    const { engine } = this.#recorded;
    verify(other.tables);
    assert.equal(other.stateHash(), engine.stateHash(), `state hash, ${which}`);
    assert.equal(other.events.historyHash, engine.events.historyHash, `history hash, ${which}`);
    assert.equal(other.sequence, engine.sequence);
    assert.equal(other.sessionIdMax, engine.sessionIdMax);
    for (const instrumentId of this.#twin.instruments.keys()) {
      const ladders = engineLadders(other.tables, instrumentId);
      assert.deepEqual(ladders, engineLadders(engine.tables, instrumentId), `ladders, ${which}`);
    }
  }
}

/** Events that say a setting with the words of its command, from the ninth to this one. */
const TELL_SETTINGS = new Map([
  [EVENT_ACCOUNT_CHANGED, ACCOUNT_CHANGED_END_WORD],
  [EVENT_GUARD_SET, ACCOUNT_CHANGED_END_WORD],
  [EVENT_CALENDAR_SET, MARKET_SETTING_END_WORD],
  [EVENT_CALL_SET, MARKET_SETTING_END_WORD],
  [EVENT_INSTRUMENT_CHANGED, MARKET_SETTING_END_WORD],
]);

/** Events about accounts and money have fields of their own where others have an order's. */
function comparable<Event extends Omit<PlainEvent, "timeMicros">>(event: Event) {
  const { kind, index, sequence, instrumentId, accountId } = event;
  const head = { kind, index, sequence, instrumentId, accountId };
  const { commandKind, orderId, tradeId, ledger } = event;
  if (TELL_SETTINGS.has(kind)) return { ...head, commandKind };
  const { indicative, phase, reason } = event;
  if (indicative !== undefined) return { ...head, indicative };
  if (phase !== undefined) return { ...head, reason, phase };
  return ledger === undefined ? event : { ...head, orderId, tradeId, ledger };
}

/** Terms, fees and guards are told as they were given. */
function assertTermsTold(events: readonly PlainEvent[], { words }: RecordBuffer, told: Int32Array) {
  for (const [i, { kind }] of events.entries()) {
    const endWord = TELL_SETTINGS.get(kind);
    if (endWord === undefined) continue;
    const first = ACCOUNT_CHANGED_FIRST_WORD;
    const end = Math.min(endWord, commandBlocksOf(words, 0) * BLOCK_WORDS);
    const at = i * EVENT_WORDS;
    assert.deepEqual(told.slice(at + first, at + end), words.slice(first, end));
  }
}

/** What an answer says of orders, without where and when it says it. */
function withoutPlace({ index, sequence, timeMicros, historyHash, ...event }: PlainEvent) {
  return event;
}

export function recordOf(command: TwinCommand): RecordBuffer {
  switch (command.kind) {
    case "new":
      return newRecord(command.order);
    case "cancel":
      return cancelRecord(command.cancel);
    case "reduceTo":
      return reduceToRecord(command.reduceTo);
    case "amend":
      return amendRecord(command.amend);
    case "cancelAll":
      return cancelAllRecord(command.cancelAll);
    case "newWithTerms":
      return newWithTermsRecord(command.order);
    case "newList":
      return newListRecord(command.list);
    case "clock":
      return clockRecord(command.clock);
    case "instrument":
      return createInstrumentRecord(command.instrument);
    default:
      if (isMarketCommand(command)) return marketRecord(command);
      return isGuardCommand(command) ? guardRecord(command) : operatorRecord(command);
  }
}
