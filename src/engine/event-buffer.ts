// hot path
// The events of one command, written in order and closed by an end mark. The buffer grows by
// doubling when a command makes more events than any before it; the bound is a few for each resting
// order, each slice of an iceberg and each order that one command may fire, and one for each move
// of orders that follow a price (following.ts).

import { assert } from "../base/assert.ts";
import { copyLanes, lanesOf } from "../base/lanes.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { rowMaskOf } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import {
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
  COMMAND_SEQUENCE_WORD,
  COMMAND_SESSION_ID_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandKindOf,
} from "../codec/command.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_BYTES,
  EVENT_CUM_QTY_LOTS_WORD,
  EVENT_END,
  EVENT_HISTORY_HASH_WORD,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LAST_QTY_LOTS_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_ID_WORD,
  EVENT_ORDER_QTY_LOTS_WORD,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REASON_WORD,
  EVENT_SEQUENCE_WORD,
  EVENT_SESSION_ID_WORD,
  EVENT_SIDE_WORD,
  EVENT_TIME_MICROS_WORD,
  EVENT_VERSION,
  EVENT_WORDS,
} from "../codec/event.ts";
import { clearEvent, clearMatch, eventFieldsOf } from "./event-fields.ts";

/** Room at first where many orders can rest; memory is touched only when used. */
const EVENTS_EXPECTED_MAX = 65_536;
/** Room at first where few can. */
const EVENTS_EXPECTED_MIN = 64;
/** Every so many commands the end mark carries the hash of all events so far; a power of two. */
const HASH_EVERY = 4096;
const TWO_POW_32 = 4_294_967_296;

/** The command's sequence and time as they stand in its record, two words each. */
const SEQUENCE = 0;
const TIME_MICROS = 2;
/** Where the last command's end mark stood, if all that its kind leaves out is zero there. */
const MARK_AT = 4;
const REGISTERS = 5;

export type EventBuffer = ReturnType<typeof createEventBuffer>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createEventBuffer(ordersMax: number) {
  const registers = createRegisters(REGISTERS);
  registers[MARK_AT] = NONE;
  const words = new Int32Array(new ArrayBuffer(eventsExpected(ordersMax) * EVENT_BYTES));
  // Plain fields: an object literal with getters is a dictionary to V8, and each look a search.
  const buffer = {
    /** The batch is `words` from 0 to `endWord`. Another array after an add() that grew it. */
    words,
    endWord: 0,
    /** Keeps the first word of every event as it is (base/rows.ts). */
    mask: words.length - EVENT_WORDS,
    historyHash: 0,
    /** The same words two at a time. */
    lanes: lanesOf(words),
    /** The same words by field. */
    fields: eventFieldsOf(words),
    begin,
    beginQuery,
    add,
    addReport,
    addFirst,
    addCopy,
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
    const at = open(kind);
    clearEvent(buffer.fields, at);
    return at;
  }

  /** The same for a report on an order, who writes all that clearMatch does not make zeros of. */
  function addReport(kind: number): number {
    const at = open(kind);
    clearMatch(buffer.fields, at);
    return at;
  }

  function open(kind: number): number {
    if (buffer.endWord === buffer.words.length) grow();
    const { fields } = buffer;
    const at = buffer.endWord & buffer.mask;
    fields.header[at] = EVENT_VERSION | (kind << 8) | ((at / EVENT_WORDS) << 16);
    fields.sequenceLow[at] = registers[SEQUENCE];
    fields.sequenceHigh[at] = registers[SEQUENCE + 1];
    fields.timeMicrosLow[at] = registers[TIME_MICROS];
    fields.timeMicrosHigh[at] = registers[TIME_MICROS + 1];
    buffer.endWord = at + EVENT_WORDS;
    return at;
  }

  /**
   * Begins the first report of a batch, whose writer writes all further words from 0 on: it stands
   * where compiled code knows, which needs no address, no bounds and no array (decision 0014).
   */
  function addFirst(kind: number): void {
    assert(buffer.endWord === 0, "the first report of a batch comes before all others");
    stamp(buffer.words, 0, kind);
    buffer.endWord = EVENT_WORDS;
  }

  /** Adds to a batch of one a copy of it, as another kind; returns its first word. */
  function addCopy(kind: number): number {
    copyLanes(buffer.lanes, EVENT_WORDS, buffer.lanes, 0, EVENT_WORDS);
    return open(kind);
  }

  /** Closes the batch of the command at `command[0]` with its end mark. */
  function end(command: Int32Array): void {
    if (buffer.endWord === EVENT_WORDS) {
      // Most batches are of one event, so that this and the mark stand where they always do.
      buffer.historyHash = folded(buffer.historyHash, buffer.words, 0);
      mark(buffer.words, EVENT_WORDS, command);
      return;
    }
    let hash = buffer.historyHash;
    for (let at = 0; at < buffer.endWord; at += EVENT_WORDS) {
      hash = folded(hash, buffer.words, at & buffer.mask);
    }
    buffer.historyHash = hash;
    if (buffer.endWord === buffer.words.length) grow();
    mark(buffer.words, buffer.endWord & buffer.mask, command);
  }

  /** Writes the end mark at `words[at]`. */
  function mark(words: Int32Array, at: number, command: Int32Array): void {
    stamp(words, at, EVENT_END);
    // Where the mark before stood nothing else has been written since: a batch ends at its mark.
    if (at !== registers[MARK_AT]) clearEvent(buffer.fields, at);
    registers[MARK_AT] = at;
    words[at + EVENT_LAST_QTY_LOTS_WORD] = at / EVENT_WORDS;
    if ((registers[SEQUENCE] & (HASH_EVERY - 1)) === 0) {
      words[at + EVENT_HISTORY_HASH_WORD] = buffer.historyHash;
      registers[MARK_AT] = NONE;
    }
    words[at + EVENT_INSTRUMENT_ID_WORD] = command[COMMAND_INSTRUMENT_ID_WORD];
    words[at + EVENT_ACCOUNT_ID_WORD] = command[COMMAND_ACCOUNT_ID_WORD];
    words[at + EVENT_SESSION_ID_WORD] = command[COMMAND_SESSION_ID_WORD];
    words[at + EVENT_REASON_WORD] = commandKindOf(command, 0) << 24;
    buffer.endWord = at + EVENT_WORDS;
  }

  /** The head of the event at `words[at]`. */
  function stamp(words: Int32Array, at: number, kind: number): void {
    words[at] = EVENT_VERSION | (kind << 8) | ((at / EVENT_WORDS) << 16);
    words[at + EVENT_SEQUENCE_WORD] = registers[SEQUENCE];
    words[at + EVENT_SEQUENCE_WORD + 1] = registers[SEQUENCE + 1];
    words[at + EVENT_TIME_MICROS_WORD] = registers[TIME_MICROS];
    words[at + EVENT_TIME_MICROS_WORD + 1] = registers[TIME_MICROS + 1];
  }

  /** Closes the answer to a query, which is no part of the history. */
  function endQuery(): number {
    const eventCount = buffer.endWord / EVENT_WORDS;
    const at = add(EVENT_END);
    buffer.fields.lastQtyLotsLow[at] = eventCount;
    registers[MARK_AT] = NONE;
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
    buffer.mask = grown.length - EVENT_WORDS;
    buffer.lanes = lanesOf(grown);
    buffer.fields = eventFieldsOf(grown);
  }

  return buffer;
}

/** Two a resting order, a power of two, within what is sensible. */
function eventsExpected(ordersMax: number): number {
  const events = rowMaskOf(ordersMax * 2) + 1;
  return Math.max(EVENTS_EXPECTED_MIN, Math.min(events, EVENTS_EXPECTED_MAX));
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
