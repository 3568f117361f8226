// Whatever bytes a record holds after its header, the engine answers and its state stays sound.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Prng } from "../base/prng.ts";
import { RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import { ladderNodesMax } from "../book/books.ts";
import {
  BLOCK_WORDS,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_BYTES_MAX,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SESSION_ID_WORD,
  COMMAND_VERSION,
  LIST_LEG_WORDS,
  LIST_LEG1_WORD,
} from "../codec/command.ts";
import {
  commandKindOfEvent,
  EVENT_END,
  EVENT_INSTRUMENT_CREATED,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_WORDS,
  eventKindOf,
} from "../codec/event.ts";
import { MarketFeed } from "../feed/market-feed.ts";
import type { Engine } from "./engine.ts";
import {
  RecordedEngine,
  stamp,
  TEST_INSTRUMENT,
  TEST_LIMITS,
  TIME_MICROS_AT_ZERO,
} from "./engine-for-test.ts";
import { ENGINE_LIMITS } from "./engine-limits.ts";
import { verify } from "./verify.ts";

const COMMANDS = 30_000;
const KNOWN_SEEDS = [20_261_125, 20_261_128, 20_261_129];
const VERIFY_EVERY = 50;
/** The numbers where arithmetic goes wrong first; the last three do not fit 53 bits. */
const EDGES_U64 = [0, 1, 2, 100, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, 2 ** 53 - 1].concat([
  2 ** 53,
  2 ** 63,
  2 ** 64 - 2048,
]);
const EDGES_I32 = [0, 1, -1, 5, 2 ** 31 - 1, -(2 ** 31), 90, 110];
const WORDS = COMMAND_BYTES_MAX / 4;
/** Cancel-all and create-instrument seldom: the one empties the book, the other is noise. */
const KINDS = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 5, 6, 6, 6, 6, 7, 8].concat([
  ...[1, 1, 1, 2, 3, 6, 6, 6, 7], // Guards seldom as well, and most of them weak: see below.
  ...[30, 30, 30, 31, 32, 40, 41, 42, 43, 44, 45, 46, 47, 48],
]);
const SECOND_OF_DAY_AT_ZERO = (TIME_MICROS_AT_ZERO / 1_000_000) % 86_400;
/** Small windows, for a microsecond passes with each command. */
const WINDOW_MICROS = 50;

/** A record of a sound length and header whose fields are edges, small numbers or noise. */
function randomRecord(random: Prng): RecordBuffer {
  const record = RecordBuffer.ofBytes(WORDS * 4);
  const { words } = record;
  const style = random.nextBelow(3);
  for (let word = 8; word < WORDS; word++) words[word] = randomWord(random, style);
  for (const word of [12, 14, 16, 18, 20]) {
    if (!random.nextChance(1, 3)) continue;
    const edge = EDGES_U64[random.nextBelow(EDGES_U64.length)];
    writeU64(words, word, edge);
  }
  const kind = random.nextChance(1, 30)
    ? random.nextBelow(256)
    : KINDS[random.nextBelow(KINDS.length)];
  words[0] = COMMAND_VERSION | (kind << 8) | ((WORDS / BLOCK_WORDS) << 16);
  words[COMMAND_ACCOUNT_ID_WORD] = random.nextChance(1, 9) ? -1 : random.nextBelow(4);
  words[COMMAND_INSTRUMENT_ID_WORD] = random.nextChance(1, 9)
    ? randomWord(random, 2)
    : random.nextBelow(4);
  words[COMMAND_SESSION_ID_WORD] = randomWord(random, style);
  makeItLikely(random, words, kind);
  return record;
}

function randomWord(random: Prng, style: number): number {
  if (style === 0) return random.nextBelow(4);
  if (style === 1) return EDGES_I32[random.nextBelow(EDGES_I32.length)];
  return random.nextUint32() | 0;
}

/** Noise alone is refused at the first check: most records get codes and ids that pass it. */
function makeItLikely(random: Prng, words: Int32Array, kind: number): void {
  if (kind === 31) makeCalendarLikely(random, words);
  if (kind === 31 || random.nextChance(1, 4)) return;
  const side = 1 + random.nextBelow(2);
  const ordType = random.nextChance(1, 6) ? 1 : 2;
  const timeInForce = [1, 1, 3, 4][random.nextBelow(4)];
  if (kind === 1) words[15] = side | (ordType << 8) | (timeInForce << 16);
  if (kind === 3) words[15] = random.nextBelow(16);
  if (kind === 6) makeTermsLikely(random, words, 0);
  if (kind === 7) makeListLikely(random, words);
  if (kind === 30) makePhaseLikely(random, words);
  if (kind >= 40) {
    makeGuardLikely(random, words, kind);
    return;
  }
  for (let word = 8; word < 12; word++) words[word] = 0;
  if (kind === 1 || kind === 6 || random.nextChance(1, 2)) words[8] = 1 + random.nextBelow(60);
  if (kind === 2) writeU64(words, 12, random.nextBelow(3000));
  if (kind !== 3) return;
  writeU64(words, 16, random.nextBelow(3000));
  if (random.nextChance(1, 2)) return;
  writeU64(words, 12, random.nextBelow(200));
  words[14] = random.nextBelow(200);
  words.fill(0, 18, 22);
}

/** Few of the terms at once, and numbers near the others, so that orders wait and fire. */
function makeTermsLikely(random: Prng, words: Int32Array, bodyAt: number): void {
  const side = 1 + random.nextBelow(2);
  const ordType = [1, 2, 2, 3, 4, 74, 106, 80][random.nextBelow(8)];
  const execInst = random.nextChance(1, 3) ? random.nextBelow(16) : 0;
  words[bodyAt + 15] = side | (ordType << 8) | (1 << 16) | (execInst << 24);
  writeU64(words, bodyAt + 12, 1 + random.nextBelow(50));
  words[bodyAt + 14] = random.nextBelow(20);
  words.fill(0, bodyAt + 16, bodyAt + 32);
  const waits = ordType > 2 && ordType !== 80;
  const hasStopPx = waits ? 1 << 2 : 0;
  const isTrailing = waits && random.nextChance(1, 4) ? 1 : 0;
  const pegPriceType = ordType === 80 ? [2, 4, 5][random.nextBelow(3)] : 0;
  const stpMode = random.nextBelow(7);
  words[bodyAt + 17] = (pegPriceType << 8) | (stpMode << 16) | ((hasStopPx | isTrailing) << 24);
  if (waits) words[bodyAt + 16] = random.nextBelow(20);
  if (isTrailing !== 0) words[bodyAt + 24] = 1 + random.nextBelow(5);
  if (ordType === 2 && random.nextChance(1, 2)) words[bodyAt + 18] = 1 + random.nextBelow(5);
}

/** Lists of either length whose legs have ids of their own. */
function makeListLikely(random: Prng, words: Int32Array): void {
  const listType = 1 + random.nextBelow(3);
  words[8] = listType | ((listType === 3 ? 3 : 2) << 8);
  for (let leg = 0; leg < 3; leg++) {
    const bodyAt = LIST_LEG1_WORD + leg * LIST_LEG_WORDS - 8;
    words.fill(0, bodyAt + 8, bodyAt + 12);
    words[bodyAt + 8] = 100 * (leg + 1) + random.nextBelow(60);
    makeTermsLikely(random, words, bodyAt);
  }
}

/** Sessions that are open at the time of the noise; every second one is taken away. */
function makeCalendarLikely(random: Prng, words: Int32Array): void {
  words[COMMAND_ACCOUNT_ID_WORD] = 0;
  words[8] = random.nextChance(1, 2) ? 1 : 0x7f << 8;
  words[9] = 0;
  words[10] = random.nextBelow(13_000);
  for (let word = 11; word < 13; word++) words[word] = words[word - 1] + random.nextBelow(13_000);
  words[13] = SECOND_OF_DAY_AT_ZERO + 1 + random.nextBelow(10);
  words[14] = words[13] + random.nextBelow(10);
  words[15] = random.nextBelow(3);
}

/** Mostly back to continuous trading, and at times that are near: else nothing would trade. */
function makePhaseLikely(random: Prng, words: Int32Array): void {
  words[COMMAND_ACCOUNT_ID_WORD] = 0;
  const isTimed = random.nextChance(1, 2);
  const phase = random.nextChance(4, 5) ? 0 : random.nextBelow(9);
  words[8] = phase | (random.nextBelow(9) << 8);
  words[9] = isTimed ? random.nextBelow(10) : 0;
  writeU64(words, 10, isTimed ? TIME_MICROS_AT_ZERO + random.nextBelow(COMMANDS) : 0);
  writeU64(words, 12, isTimed ? random.nextBelow(10) : 0);
}

/** Settings in range, by the operator, that let most of what follows pass. */
function makeGuardLikely(random: Prng, words: Int32Array, kind: number): void {
  words.fill(0, 8, 32);
  const isOperators = kind === 40 || kind === 42 || kind === 44 || kind > 46;
  words[COMMAND_ACCOUNT_ID_WORD] = isOperators ? 0 : random.nextBelow(4);
  words[COMMAND_INSTRUMENT_ID_WORD] = 1 + random.nextBelow(2);
  words[8] = random.nextBelow(4);
  const window = WINDOW_MICROS * random.nextBelow(2);
  if (kind === 40) {
    const isOn = random.nextChance(1, 3) ? 1 : 0;
    const level = 1 + random.nextBelow(4);
    words[8] = level | ((isOn | (random.nextBelow(2) << 1)) << 8);
    words[9] = level === 1 ? 0 : 1 + random.nextBelow(4);
  } else if (kind === 43) {
    writeU64(words, 8, WINDOW_MICROS * random.nextBelow(3));
  } else if (kind === 44) {
    words.fill(5 + random.nextBelow(20), 9, 19);
    for (const word of [10, 14, 18]) writeU64(words, word, window);
  } else if (kind === 45) {
    words[9] = random.nextBelow(3);
    writeU64(words, 14, window);
  } else if (kind === 47) {
    words[9] = EDGES_I32[random.nextBelow(EDGES_I32.length)];
    words[10] = random.nextChance(1, 8) ? random.nextBelow(20) : 0;
    words[11] = random.nextChance(1, 8) ? random.nextBelow(20) : 0;
    writeU64(words, 12, 1 + random.nextBelow(WINDOW_MICROS));
  } else if (kind === 48) {
    writeU64(words, 10, 1 + random.nextBelow(WINDOW_MICROS));
    writeU64(words, 12, 1 + random.nextBelow(WINDOW_MICROS));
  }
}

function assertBatch(engine: Engine, kind: number): void {
  const { words, endWord } = engine.events;
  const end = endWord - EVENT_WORDS;
  assert.equal(eventKindOf(words, end), EVENT_END);
  assert.equal(commandKindOfEvent(words, end), kind);
  assert.equal(readU64(words, end + EVENT_LAST_QTY_LOTS_WORD), end / EVENT_WORDS);
}

/** Plays noise and returns the kinds of events it made. */
function playNoise(seed: number): Set<number> {
  const random = new Prng(seed);
  const closedIdsMax = 100; // Ids come back: else every second order were a duplicate.
  const recorded = new RecordedEngine({ ...TEST_LIMITS, closedIdsMax });
  recorded.list({ ...TEST_INSTRUMENT, priceTicksMin: -(2 ** 31), priceTicksMax: 2 ** 31 - 1 });
  recorded.list({
    ...TEST_INSTRUMENT,
    instrumentId: 2,
    symbol: "HUGE",
    priceTicksMin: -1,
    priceTicksMax: 1,
    orderQtyLotsMax: Number.MAX_SAFE_INTEGER,
  });
  const { engine } = recorded;
  const feed = new MarketFeed(TEST_LIMITS.instrumentsMax, ladderNodesMax(TEST_LIMITS.ordersMax));
  const eventKinds = new Set<number>([EVENT_INSTRUMENT_CREATED]); // No noise hits on sound terms.
  for (let n = 0; n < COMMANDS; n++) {
    const record = randomRecord(random);
    stamp(record, engine.sequence + 1);
    engine.apply(record, 0);
    assertBatch(engine, record.bytes[1]);
    const { words, endWord } = engine.events;
    feed.onBatch(words, 0, endWord);
    for (let at = 0; at < endWord; at += EVENT_WORDS) eventKinds.add(eventKindOf(words, at));
    if (n % VERIFY_EVERY === 0) verify(engine.tables);
  }
  verify(engine.tables);
  return eventKinds;
}

test("random bytes in every field never stop the engine and never break its state", (t) => {
  const seed = Number(process.env["SEED"] ?? Date.now() & 0x7fff_ffff);
  t.diagnostic(`SEED=${seed}`);
  playNoise(seed);
});

test("noise from known seeds reaches every kind of event", () => {
  // Every kind but answers to queries and what is about accounts.
  const kinds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 40, 41, 42, 50, 51];
  const reached = new Set(KNOWN_SEEDS.flatMap((seed) => [...playNoise(seed)]));
  assert.deepEqual(
    kinds.filter((kind) => !reached.has(kind)),
    [],
  );
});

test("a limit of the engine that its own arithmetic needs holds as shipped", () => {
  // order-entry.ts sums levels exactly for at most 2^20 orders of up to 2^32 lots.
  assert.ok(ENGINE_LIMITS.ordersMax <= 2 ** 20);
});
