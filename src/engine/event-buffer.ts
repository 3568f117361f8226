// hot path
// The events of one command, written in order and closed by an end mark. The buffer grows by
// doubling when a command makes more events than any before it; the bound is a few for each resting
// order, each slice of an iceberg and each order that one command may fire, and one for each move
// of orders that follow a price (following.ts).

import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { rowMaskOf } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { COMMAND_SEQUENCE_WORD, COMMAND_TIME_MICROS_WORD } from "../codec/command.ts";
import { EVENT_BYTES, EVENT_END, EVENT_VERSION, EVENT_WORDS } from "../codec/event.ts";
import { clearEvent, clearMatch, type EventFields, eventFieldsOf } from "./event-fields.ts";

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
    /** The same words by field. */
    fields: eventFieldsOf(words),
    begin,
    beginQuery,
    add,
    addReport,
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

  /** Closes a command's batch with its end mark and returns the mark's first word. */
  function end(): number {
    let hash = buffer.historyHash;
    for (let at = 0; at < buffer.endWord; at += EVENT_WORDS) {
      hash = folded(hash, buffer.fields, at & buffer.mask);
    }
    buffer.historyHash = hash;
    const eventCount = buffer.endWord / EVENT_WORDS;
    const at = open(EVENT_END);
    const { fields } = buffer;
    // Where the mark before stood nothing else has been written since: a batch ends at its mark.
    if (at !== registers[MARK_AT]) clearEvent(fields, at);
    registers[MARK_AT] = at;
    fields.lastQtyLotsLow[at] = eventCount;
    if ((registers[SEQUENCE] & (HASH_EVERY - 1)) === 0) {
      fields.historyHash[at] = hash;
      registers[MARK_AT] = NONE;
    }
    return at;
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
function folded(historyHash: number, fields: EventFields, at: number): number {
  const mixed =
    fields.header[at] ^
    rotated(fields.orderIdLow[at], 5) ^
    rotated(fields.priceTicks[at], 9) ^
    rotated(fields.orderCodes[at], 13) ^
    rotated(fields.orderQtyLotsLow[at], 17) ^
    rotated(fields.cumQtyLotsLow[at], 21) ^
    rotated(fields.leavesQtyLotsLow[at], 25) ^
    rotated(fields.lastQtyLotsLow[at], 29) ^
    rotated(fields.reason[at], 3);
  const hash = Math.imul(historyHash ^ mixed, 0x85eb_ca6b);
  return hash ^ (hash >>> 15);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
