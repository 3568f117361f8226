// A book rebuilt from ITCH is the engine's, command by command, with every order type there is; and
// so is one from a snapshot and what follows it, and one that begins where an engine starts again.
//
//   OUTCRY_ITCH_COMMANDS=500000 npm test -- itch-book     a long run
//   OUTCRY_ITCH_SEED=123 npm test -- itch-book            one flow again

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../../src/base/prng.ts";
import { ItchBook } from "../../src/client/itch-book.ts";
import { u16At } from "../../src/codec/big-endian.ts";
import {
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventFlagsOf,
  eventKindOf,
  FLAG_AGGRESSOR,
} from "../../src/codec/event.ts";
import { ItchInstrument } from "../../src/codec/itch-instrument.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { RecordedEngine, TEST_LIMITS } from "../../src/engine/engine-for-test.ts";
import { openItch, shownOrders } from "../../src/exchange/open-itch.ts";
import type { ItchFeed } from "../../src/feed/itch-feed.ts";
import type { MessageCursor } from "../../src/model/message-streams.ts";
import { SIDE_BUY } from "../../src/model/side.ts";
import { FEATURES } from "./feature-names.ts";
import { NaiveVenue, type TwinCommand } from "./naive-venue.ts";
import { RandomFlow } from "./random-flow.ts";
import { recordOf } from "./twin-run.ts";

const COMMANDS = Number(process.env["OUTCRY_ITCH_COMMANDS"] ?? 6000);
const COMMANDS_PER_FLOW = 500;
const SNAPSHOT_EVERY = 97;

/** Hands over framed messages: two bytes of length, which counts the type of the packet. */
function fold(book: ItchBook, pieces: Iterable<Uint8Array>): void {
  for (const bytes of pieces) {
    for (let at = 0; at < bytes.length; at += u16At(bytes, at) + 2) {
      const length = u16At(bytes, at) - 1;
      const type = String.fromCharCode(bytes[at + 3]);
      assert.ok(book.onMessage(bytes, at + 3, length), `a message ${type} speaks of what is there`);
    }
  }
}

function* piecesOf(cursor: MessageCursor): Generator<Uint8Array> {
  for (let piece = cursor.next(); piece !== undefined; piece = cursor.next()) yield piece;
}

/** [side, reference, price on the wire, lots] of every shown order of the engine. */
function shownOf(engine: Engine, instruments: readonly ItchInstrument[]): unknown[] {
  return [...shownOrders(engine.tables)].map(
    ({ instrumentId, reference, side, priceTicks, qtyLots }) => {
      const instrument = instruments.find((each) => each.instrument.instrumentId === instrumentId);
      const letter = side === SIDE_BUY ? "B" : "S";
      assert.ok(instrument !== undefined);
      return [instrument.locate, letter, reference, instrument.priceOf(priceTicks), qtyLots];
    },
  );
}

function booked(book: ItchBook, instruments: readonly ItchInstrument[]): unknown[] {
  return instruments.flatMap(({ locate }) =>
    ["B", "S"].flatMap((letter) =>
      book
        .orders(locate, letter)
        .map(({ side, reference, price, shares }) => [locate, side, reference, price, shares]),
    ),
  );
}

class ItchRun {
  readonly #recorded: RecordedEngine;
  readonly #twin: NaiveVenue;
  readonly #flow: RandomFlow;
  readonly #instruments: ItchInstrument[] = [];
  readonly #book = new ItchBook();
  #feed: ItchFeed;
  #cursor: MessageCursor;
  #tradedLots = 0;

  constructor(seed: number) {
    const random = new Prng(seed);
    const limits = { ...TEST_LIMITS, instrumentsMax: 4 };
    this.#recorded = new RecordedEngine(limits);
    this.#twin = new NaiveVenue(limits);
    this.#flow = new RandomFlow(random, new Prng(~seed), this.#twin, FEATURES);
    this.#feed = openItch("ITCHTEST", this.#recorded.engine);
    this.#cursor = cursorOf(this.#feed, 1);
  }

  run(commandCount: number): void {
    for (const instrument of this.#flow.instruments) {
      this.#step({ kind: "instrument", instrument }, this.#flow.nextTimeMicros());
    }
    for (let n = 0; n < commandCount; n++) {
      const timeMicros = this.#flow.nextTimeMicros();
      const dueMicros = this.#twin.nextTimerMicros();
      if (dueMicros !== undefined && dueMicros <= timeMicros) {
        this.#step({ kind: "clock", clock: {} }, timeMicros);
      }
      this.#step(this.#flow.next(), timeMicros);
      if (n % SNAPSHOT_EVERY === 0) this.#compareSnapshot();
    }
    this.#compareStart();
    const printed = [...this.#book.printed.values()].reduce((sum, lots) => sum + lots, 0);
    assert.equal(printed, this.#tradedLots, "every trade is printed once");
  }

  #step(command: TwinCommand, timeMicros: number): void {
    this.#twin.apply(command, timeMicros);
    this.#recorded.apply(recordOf(command), timeMicros);
    const { engine } = this.#recorded;
    const { words, endWord } = engine.events;
    this.#noteListed(engine);
    this.#feed.onBatch(words, 0, endWord);
    this.#countTrades(words, endWord);
    fold(this.#book, piecesOf(this.#cursor));
    assert.deepEqual(
      booked(this.#book, this.#instruments),
      shownOf(engine, this.#instruments),
      JSON.stringify(command),
    );
  }

  #noteListed({ tables: { instruments } }: Engine): void {
    for (let book = this.#instruments.length; book < instruments.count(); book++) {
      this.#instruments.push(new ItchInstrument(instruments.termsOf(book), book + 1));
    }
  }

  #countTrades(words: Int32Array, endWord: number): void {
    for (let at = 0; at < endWord; at += EVENT_WORDS) {
      const isTaker = (eventFlagsOf(words, at) & FLAG_AGGRESSOR) !== 0;
      if (eventKindOf(words, at) !== EVENT_TRADED || !isTaker) continue;
      this.#tradedLots += words[at + EVENT_LAST_QTY_LOTS_WORD];
    }
  }

  #compareSnapshot(): void {
    const book = new ItchBook();
    const { nextSequence, pieces } = this.#feed.snapshot();
    fold(book, pieces);
    fold(book, piecesOf(cursorOf(this.#feed, nextSequence)));
    const { engine } = this.#recorded;
    assert.deepEqual(booked(book, this.#instruments), shownOf(engine, this.#instruments));
  }

  /** A feed that starts beside an engine with orders in it. */
  #compareStart(): void {
    const { engine } = this.#recorded;
    const feed = openItch("ITCHTEST2", engine);
    const book = new ItchBook();
    fold(book, piecesOf(cursorOf(feed, 1)));
    assert.deepEqual(booked(book, this.#instruments), shownOf(engine, this.#instruments));
    this.#feed = feed;
    this.#cursor = cursorOf(feed, feed.stream.nextSequence);
    for (let n = 0; n < SNAPSHOT_EVERY; n++) {
      this.#step(this.#flow.next(), this.#flow.nextTimeMicros());
    }
  }
}

function cursorOf(feed: ItchFeed, sequence: number): MessageCursor {
  const cursor = feed.stream.cursorFrom(sequence);
  assert.ok(cursor !== undefined, "the stream keeps what a test writes");
  return cursor;
}

test("a book rebuilt from ITCH is the engine's after every command", (t) => {
  const chosen = process.env["OUTCRY_ITCH_SEED"];
  const firstSeed = chosen === undefined ? Date.now() & 0x7fff_ffff : Number(chosen);
  const flows = chosen === undefined ? Math.ceil(COMMANDS / COMMANDS_PER_FLOW) : 1;
  t.diagnostic(`seeds from ${firstSeed}`);
  for (let n = 0; n < flows; n++) {
    try {
      new ItchRun(firstSeed + n).run(COMMANDS_PER_FLOW);
    } catch (cause) {
      throw new Error(`OUTCRY_ITCH_SEED=${firstSeed + n}`, { cause });
    }
  }
});
