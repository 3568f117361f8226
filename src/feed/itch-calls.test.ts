import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordBuffer } from "../base/record-buffer.ts";
import { i32At, u16At, u32At, u64At } from "../codec/big-endian.ts";
import * as itch from "../codec/itch.ts";
import { setCallRecord, setPhaseRecord } from "../codec/market-record-for-test.ts";
import { clockRecord, newRecord } from "../codec/record-for-test.ts";
import { RecordedEngine, TEST_INSTRUMENT, TIME_MICROS_AT_ZERO } from "../engine/engine-for-test.ts";
import {
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
  PHASE_OPENING_CALL,
  PHASE_VOLATILITY_CALL,
} from "../model/phase.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { ItchFeed } from "./itch-feed.ts";

/** On the wire prices have four decimals, the instrument's two. */
const TICK = 100;
const SECOND_MICROS = 1_000_000;

/** An engine and the messages that its commands made, each as text. */
class Market {
  readonly #recorded = new RecordedEngine();
  readonly #feed = new ItchFeed("CALLS", () => TEST_INSTRUMENT);
  readonly #cursor = this.#feed.stream.cursorFrom(1);
  #orders = 0;

  constructor() {
    this.#feed.begin(TIME_MICROS_AT_ZERO, [], []);
    this.#recorded.list();
    this.#fold();
  }

  enter(side: number, orderQtyLots: number, priceTicks: number): string[] {
    const clOrdId = `o${++this.#orders}`;
    return this.tell(newRecord({ clOrdId, side, orderQtyLots, priceTicks }));
  }

  tell(record: RecordBuffer, timeMicros?: number): string[] {
    this.#recorded.apply(record, timeMicros);
    return this.#fold();
  }

  /** The messages of the last command. */
  #fold(): string[] {
    const { words, endWord } = this.#recorded.engine.events;
    this.#feed.onBatch(words, 0, endWord);
    const texts: string[] = [];
    for (let bytes = this.#cursor?.next(); bytes !== undefined; bytes = this.#cursor?.next()) {
      for (let at = 0; at < bytes.length; at += u16At(bytes, at) + 2) {
        texts.push(messageText(bytes, at + 3));
      }
    }
    return texts;
  }
}

function messageText(bytes: Uint8Array, at: number): string {
  const type = letterAt(bytes, at);
  switch (bytes[at]) {
    case itch.ITCH_EXECUTED_WITH_PRICE: {
      const shares = u32At(bytes, at + itch.ORDER_EXECUTED_SHARES_BYTE);
      return `C ${shares} ${letterAt(bytes, at + itch.EXECUTED_WITH_PRICE_PRINTABLE_BYTE)}`;
    }
    case itch.ITCH_CROSS_TRADE: {
      const shares = u64At(bytes, at + itch.CROSS_TRADE_SHARES_BYTE);
      const ticks = i32At(bytes, at + itch.CROSS_TRADE_CROSS_PRICE_BYTE) / TICK;
      const match = u64At(bytes, at + itch.CROSS_TRADE_MATCH_NUMBER_BYTE);
      const letter = letterAt(bytes, at + itch.CROSS_TRADE_CROSS_TYPE_BYTE);
      return `Q ${shares}@${ticks} trade ${match} ${letter}`;
    }
    case itch.ITCH_NOII: {
      const paired = u64At(bytes, at + itch.NOII_PAIRED_SHARES_BYTE);
      const ticks = i32At(bytes, at + itch.NOII_NEAR_PRICE_BYTE) / TICK;
      const left = u64At(bytes, at + itch.NOII_IMBALANCE_SHARES_BYTE);
      const direction = letterAt(bytes, at + itch.NOII_IMBALANCE_DIRECTION_BYTE);
      const letter = letterAt(bytes, at + itch.NOII_CROSS_TYPE_BYTE);
      return `I ${paired}@${ticks} left ${left} ${direction} ${letter}`;
    }
    case itch.ITCH_AUCTION_COLLAR: {
      const priceAt = (byte: number) => i32At(bytes, at + byte) / TICK;
      const low = priceAt(itch.AUCTION_COLLAR_LOWER_PRICE_BYTE);
      const high = priceAt(itch.AUCTION_COLLAR_UPPER_PRICE_BYTE);
      const reference = priceAt(itch.AUCTION_COLLAR_REFERENCE_PRICE_BYTE);
      const extension = u32At(bytes, at + itch.AUCTION_COLLAR_EXTENSION_BYTE);
      return `J ${low}..${high} around ${reference}, extension ${extension}`;
    }
    case itch.ITCH_TRADING_ACTION:
      return `H ${letterAt(bytes, at + itch.TRADING_ACTION_TRADING_STATE_BYTE)}`;
    default:
      return type;
  }
}

function letterAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at]);
}

test("a call tells what would trade, then all that traded at once", () => {
  const market = new Market();
  market.enter(SIDE_SELL, 2, 100);
  const opens = setPhaseRecord({ phase: PHASE_OPENING_CALL });
  assert.deepEqual(market.tell(opens), ["H Q"]);
  assert.deepEqual(market.enter(SIDE_BUY, 5, 101), ["I 2@101 left 3 B O"]);
  assert.deepEqual(market.enter(SIDE_SELL, 3, 99), ["I 5@100 left 0 N O"]);
  const ends = setPhaseRecord({ phase: PHASE_CONTINUOUS });
  assert.deepEqual(market.tell(ends), ["C 2 N", "Q 5@100 trade 2 O", "H T"]);
});

test("a call that trades nothing says so, and an indication that goes", () => {
  const market = new Market();
  market.tell(setPhaseRecord({ phase: PHASE_CLOSING_CALL }));
  assert.deepEqual(market.enter(SIDE_BUY, 5, 100), []);
  assert.deepEqual(market.enter(SIDE_SELL, 5, 101), []);
  const closes = setPhaseRecord({ phase: PHASE_CLOSED });
  assert.deepEqual(market.tell(closes), ["A", "A", "Q 0@0 trade 0 C", "H H"]);
});

test("a call with a collar tells it when it begins and at each extension", () => {
  const market = new Market();
  const end = (seconds: number) => TIME_MICROS_AT_ZERO + seconds * SECOND_MICROS;
  const [extensionsMax, extensionMicros, collarWidth] = [1, 10 * SECOND_MICROS, 5];
  market.tell(setCallRecord({ instrumentId: 1 }, { extensionsMax, extensionMicros, collarWidth }));
  market.enter(SIDE_SELL, 1, 100);
  market.enter(SIDE_BUY, 1, 100);
  const begins = setPhaseRecord({ phase: PHASE_VOLATILITY_CALL, endTimeMicros: end(10) });
  assert.deepEqual(market.tell(begins), ["J 95..105 around 100, extension 0", "H Q"]);
  market.enter(SIDE_SELL, 3, 110);
  assert.deepEqual(market.enter(SIDE_BUY, 3, 110), ["I 3@110 left 0 N H"]);
  assert.deepEqual(market.tell(clockRecord({}), end(10)), ["J 95..105 around 100, extension 1"]);
  assert.deepEqual(market.tell(clockRecord({}), end(20)), ["Q 3@110 trade 2 H", "H T"]);
});
