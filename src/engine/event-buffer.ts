// hot path
// The events of one command, written in order and closed by an end mark. The buffer grows by
// doubling when a command makes more events than any before it; the bound is two a resting order
// and a few.

import { RecordBuffer } from "../base/record-buffer.ts";
import { createRegisters } from "../base/registers.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { COMMAND_SEQUENCE_WORD, COMMAND_TIME_MICROS_WORD } from "../codec/command.ts";
import {
  EVENT_BYTES,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_END,
  EVENT_HISTORY_HASH_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REASON_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_VERSION,
  EVENT_WORDS,
} from "../codec/event.ts";

const EVENTS_EXPECTED = 1024;
/** Every so many commands the end mark carries the hash of all events so far; a power of two. */
const HASH_EVERY = 4096;
const TWO_POW_32 = 4_294_967_296;

/** The command's sequence and time as they stand in its record, two words each. */
const SEQUENCE = 0;
const TIME_MICROS = 2;
const REGISTERS = 4;

export type EventBuffer = ReturnType<typeof createEventBuffer>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createEventBuffer() {
  const registers = createRegisters(REGISTERS);
  const { words } = RecordBuffer.ofBytes(EVENTS_EXPECTED * EVENT_BYTES);
  // Plain fields: an object literal with getters is a dictionary to V8, and each look a search.
  const buffer = {
    /** The batch is `words` from 0 to `endWord`. Another array after an add() that grew it. */
    words,
    endWord: 0,
    historyHash: 0,
    /** The same bytes as `words`. */
    reals: new Float64Array(words.buffer),
    begin,
    beginQuery,
    add,
    end,
    endQuery,
    save,
    load,
  };

  /** Begins the batch of the command whose record starts at `commandWords[at]`. */
  function begin(commandWords: Int32Array, at: number): void {
    buffer.endWord = 0;
    registers[SEQUENCE] = commandWords[at + COMMAND_SEQUENCE_WORD];
    registers[SEQUENCE + 1] = commandWords[at + COMMAND_SEQUENCE_WORD + 1];
    registers[TIME_MICROS] = commandWords[at + COMMAND_TIME_MICROS_WORD];
    registers[TIME_MICROS + 1] = commandWords[at + COMMAND_TIME_MICROS_WORD + 1];
  }

  /** Begins the answer to a query after the command with this sequence; it has no time. */
  function beginQuery(sequence: number): void {
    buffer.endWord = 0;
    registers[SEQUENCE] = sequence | 0;
    registers[SEQUENCE + 1] = (sequence / TWO_POW_32) | 0;
    registers[TIME_MICROS] = 0;
    registers[TIME_MICROS + 1] = 0;
  }

  /** Adds a zeroed event of `kind` with its header and returns its first word. */
  function add(kind: number): number {
    const at = buffer.endWord;
    if (at === buffer.words.length) grow();
    const { words } = buffer;
    clear(buffer.reals, at >> 1);
    words[at] = EVENT_VERSION | (kind << 8) | ((at / EVENT_WORDS) << 16);
    words[at + EVENT_SEQUENCE_WORD] = registers[SEQUENCE];
    words[at + EVENT_SEQUENCE_WORD + 1] = registers[SEQUENCE + 1];
    words[at + EVENT_TIME_MICROS_WORD] = registers[TIME_MICROS];
    words[at + EVENT_TIME_MICROS_WORD + 1] = registers[TIME_MICROS + 1];
    buffer.endWord = at + EVENT_WORDS;
    return at;
  }

  /** Closes a command's batch with its end mark and returns the mark's first word. */
  function end(): number {
    const { words } = buffer;
    let hash = buffer.historyHash;
    for (let at = 0; at < buffer.endWord; at += EVENT_WORDS) hash = folded(hash, words, at);
    buffer.historyHash = hash;
    const at = endQuery();
    if ((registers[SEQUENCE] & (HASH_EVERY - 1)) === 0) {
      buffer.words[at + EVENT_HISTORY_HASH_WORD] = hash;
    }
    return at;
  }

  /** The same for the answer to a query, which is no part of the history. */
  function endQuery(): number {
    const eventCount = buffer.endWord / EVENT_WORDS;
    const at = add(EVENT_END);
    buffer.words[at + EVENT_LAST_QTY_LOTS_WORD] = eventCount;
    return at;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.number(buffer.historyHash);
  }

  function load(snapshot: SnapshotReader): void {
    buffer.historyHash = snapshot.number();
  }

  function grow(): void {
    const grown = new Int32Array(buffer.words.length * 2);
    grown.set(buffer.words);
    buffer.words = grown;
    buffer.reals = new Float64Array(grown.buffer);
  }

  return buffer;
}

/**
 * Sixteen doubles of zero bits are one event. Written out: a loop or fill() costs several times
 * as much for so few.
 */
function clear(reals: Float64Array, at: number): void {
  reals[at] = 0;
  reals[at + 1] = 0;
  reals[at + 2] = 0;
  reals[at + 3] = 0;
  reals[at + 4] = 0;
  reals[at + 5] = 0;
  reals[at + 6] = 0;
  reals[at + 7] = 0;
  reals[at + 8] = 0;
  reals[at + 9] = 0;
  reals[at + 10] = 0;
  reals[at + 11] = 0;
  reals[at + 12] = 0;
  reals[at + 13] = 0;
  reals[at + 14] = 0;
  reals[at + 15] = 0;
}

/** The running hash after an event: everything in it that a different state would change. */
function folded(historyHash: number, words: Int32Array, at: number): number {
  const mixed =
    words[at] ^
    rotated(words[at + EVENT_ORDER_ID_WORD], 5) ^
    rotated(words[at + EVENT_PRICE_TICKS_WORD], 9) ^
    rotated(words[at + EVENT_SIDE_WORD], 13) ^
    rotated(words[at + EVENT_ORDER_QTY_LOTS_WORD], 17) ^
    rotated(words[at + EVENT_CUM_QTY_LOTS_WORD], 21) ^
    rotated(words[at + EVENT_LEAVES_QTY_LOTS_WORD], 25) ^
    rotated(words[at + EVENT_LAST_QTY_LOTS_WORD], 29) ^
    rotated(words[at + EVENT_REASON_WORD], 3);
  const hash = Math.imul(historyHash ^ mixed, 0x85eb_ca6b);
  return hash ^ (hash >>> 15);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
