// hot path
// Client order ids, the identity of an order everywhere: (account, clOrdId) -> the order's slot.
// Ids of ended orders stay known, so that a repeated one is refused before it can trade: the last
// `closedMax` of them, a bound that is part of the rules (docs/rulebook.md).
//
// Three tables, because what costs here is a step to memory far away (decision 0012):
//
//   rows    32 bytes an id: word 0 accountRow, 1-4 clOrdId, 5 slot (NONE once the order has ended),
//           6 hash, 7 how many ids had ended with this one; the next free row while free
//   places  4 bytes: row + 1 in the low bits (0: an empty place), bits of the hash above them, so
//           that passing over a place looks at no row. Open addressing, at most three quarters
//           full, removed by shifting back. Kept this small because it is what every command looks
//           at in a place that nothing foretells.
//   closed  the ended ids as a queue, oldest first, 8 bytes each: row, hash. Forgetting the oldest
//           looks at no row but to free it, and several are taken out together, so that their
//           steps to memory overlap. find() knows which are to go already.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

const ROW_WORDS = 8;
const ACCOUNT_ROW = 0;
export const CL_ORD_ROW_ID = 1;
const SLOT = 5;
const HASH = 6;
const CLOSED_AS = 7;
const NEXT_FREE = 7;

const PLACES_MIN = 1 << 10;
/** Rows up to two million, and eleven bits of the hash: its high ones, the low ones say where. */
const ROW_BITS = 21;
const ROW_MASK = (1 << ROW_BITS) - 1;
/** Enough for their steps to overlap; a burst of a microsecond at most. */
const FORGOTTEN_AT_ONCE = 16;

const USED_ROWS = 0;
const FREE_ROW = 1;
const COUNT = 2;
const MASK = 3;
const SALT = 4;
const CLOSED_COUNT = 5;
const CLOSED_OLDEST = 6;
const CLOSINGS = 7;
const REGISTERS = 8;

export type ClOrdIds = ReturnType<typeof createClOrdIds>;

/**
 * Room for the ids of `ordersMax` orders and of `closedMax` ended ones; memory is touched only when
 * used. The used part of the places doubles when it is full to three quarters: O(ids), rare.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createClOrdIds(ordersMax: number, closedMax: number, salt: number) {
  assert(ordersMax >= 1 && closedMax >= 1, "at least one id of each kind is remembered");
  // An order that enters or is renamed holds its id before another one goes.
  const queueMax = closedMax + FORGOTTEN_AT_ONCE;
  const idsMax = ordersMax + queueMax + 2;
  assert(idsMax < ROW_MASK, "a row and one more fit their bits of a place");
  const placesMax = Math.max(PLACES_MIN, 1 << (32 - Math.clz32(idsMax * 2 - 1)));
  const rows = new Int32Array(idsMax * ROW_WORDS);
  const places = new Int32Array(placesMax);
  const closed = new Int32Array(queueMax * 2);
  const registers = new Int32Array(REGISTERS);
  registers[FREE_ROW] = NONE;
  registers[SALT] = salt;
  registers[MASK] = PLACES_MIN - 1;

  /** Ids known: of resting orders and of ended ones. */
  function count(): number {
    return registers[COUNT];
  }

  function closedCount(): number {
    return registers[CLOSED_COUNT];
  }

  /** Rows that hold no id but did once. Walks them: for verify.ts. */
  function countFreeRows(): number {
    let freeCount = 0;
    for (let row = registers[FREE_ROW]; row !== NONE; row = rows[row * ROW_WORDS + NEXT_FREE]) {
      freeCount++;
    }
    return freeCount;
  }

  function usedRows(): number {
    return registers[USED_ROWS];
  }

  /** The row of this id, of a resting or an ended order, or NONE. `words[at]` starts the id. */
  function find(accountRow: number, words: Int32Array, at: number): number {
    const mask = registers[MASK];
    const hash = hashOf(accountRow, words, at);
    let place = hash & mask;
    for (;;) {
      const entry = places[place];
      if (entry === 0) return NONE;
      if ((entry ^ hash) >>> ROW_BITS === 0) {
        const row = (entry & ROW_MASK) - 1;
        if (equals(row, accountRow, words, at) && !isForgotten(row)) return row;
      }
      place = (place + 1) & mask;
    }
  }

  /** Remembers an id that find() does not know; its order is not resting yet. */
  function add(accountRow: number, words: Int32Array, at: number): number {
    if (registers[COUNT] * 4 > registers[MASK] * 3) growPlaces();
    registers[COUNT]++;
    const row = acquireRow();
    const hash = hashOf(accountRow, words, at);
    const rowAt = row * ROW_WORDS;
    rows[rowAt + ACCOUNT_ROW] = accountRow;
    rows[rowAt + CL_ORD_ROW_ID] = words[at];
    rows[rowAt + CL_ORD_ROW_ID + 1] = words[at + 1];
    rows[rowAt + CL_ORD_ROW_ID + 2] = words[at + 2];
    rows[rowAt + CL_ORD_ROW_ID + 3] = words[at + 3];
    rows[rowAt + SLOT] = NONE;
    rows[rowAt + HASH] = hash;
    placeRow(row, hash);
    return row;
  }

  function slotOf(row: number): number {
    return rows[row * ROW_WORDS + SLOT];
  }

  function setSlot(row: number, slot: number): void {
    rows[row * ROW_WORDS + SLOT] = slot;
  }

  function accountRowOf(row: number): number {
    return rows[row * ROW_WORDS + ACCOUNT_ROW];
  }

  /** The first word of the row's id in `rows`. */
  function idWordOf(row: number): number {
    return row * ROW_WORDS + CL_ORD_ROW_ID;
  }

  /** The order has ended: its id stays known until `closedMax` others have ended after it. */
  function close(row: number): void {
    rows[row * ROW_WORDS + SLOT] = NONE;
    rows[row * ROW_WORDS + CLOSED_AS] = ++registers[CLOSINGS];
    let at = registers[CLOSED_OLDEST] + registers[CLOSED_COUNT];
    if (at >= queueMax) at -= queueMax;
    closed[at * 2] = row;
    closed[at * 2 + 1] = rows[row * ROW_WORDS + HASH];
    if (++registers[CLOSED_COUNT] < queueMax) return;
    for (let i = 0; i < FORGOTTEN_AT_ONCE; i++) forgetOldest();
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(rows, registers[USED_ROWS] * ROW_WORDS);
    snapshot.array(places, registers[MASK] + 1);
    snapshot.array(closedInOrder());
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(rows);
    snapshot.into(places);
    snapshot.into(closed);
    registers[CLOSED_OLDEST] = 0;
  }

  /** Only what is in use: where the queue begins in its table is nobody's business. */
  function closedInOrder(): Int32Array {
    const oldest = registers[CLOSED_OLDEST] * 2;
    const inOrder = new Int32Array(closed.length);
    inOrder.set(closed.subarray(oldest));
    inOrder.set(closed.subarray(0, oldest), closed.length - oldest);
    return inOrder.subarray(0, registers[CLOSED_COUNT] * 2);
  }

  /** Whether the order has ended, and `closedMax` others after it. */
  function isForgotten(row: number): boolean {
    if (rows[row * ROW_WORDS + SLOT] !== NONE) return false;
    return ((registers[CLOSINGS] - rows[row * ROW_WORDS + CLOSED_AS]) | 0) >= closedMax;
  }

  function forgetOldest(): void {
    const oldest = registers[CLOSED_OLDEST];
    const row = closed[oldest * 2];
    registers[CLOSED_OLDEST] = oldest === queueMax - 1 ? 0 : oldest + 1;
    registers[CLOSED_COUNT]--;
    registers[COUNT]--;
    unplace(row, closed[oldest * 2 + 1]);
    rows[row * ROW_WORDS + NEXT_FREE] = registers[FREE_ROW];
    registers[FREE_ROW] = row;
  }

  function placeRow(row: number, hash: number): void {
    const mask = registers[MASK];
    let place = hash & mask;
    while (places[place] !== 0) place = (place + 1) & mask;
    places[place] = (row + 1) | (hash & ~ROW_MASK);
  }

  /** Takes a row out by shifting its followers back, so no tombstones gather. */
  function unplace(row: number, hash: number): void {
    const mask = registers[MASK];
    const entry = (row + 1) | (hash & ~ROW_MASK);
    let hole = hash & mask;
    while (places[hole] !== entry) {
      assert(places[hole] !== 0, "a forgotten id was known");
      hole = (hole + 1) & mask;
    }
    let place = hole;
    for (;;) {
      place = (place + 1) & mask;
      const follower = places[place];
      if (follower === 0) break;
      const home = hashOfEntry(follower);
      // It may move back only if its home is not after the hole (counted around the end).
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole] = follower;
      hole = place;
    }
    places[hole] = 0;
  }

  function hashOfEntry(entry: number): number {
    return rows[((entry & ROW_MASK) - 1) * ROW_WORDS + HASH];
  }

  /** Two chains that do not wait for each other, then one. */
  function hashOf(accountRow: number, words: Int32Array, at: number): number {
    const start = registers[SALT] ^ accountRow;
    let first = Math.imul(start ^ words[at], 0x85eb_ca6b);
    let second = Math.imul(start ^ words[at + 2], 0xc2b2_ae35);
    first = Math.imul(first ^ (first >>> 15) ^ words[at + 1], 0xc2b2_ae35);
    second = Math.imul(second ^ (second >>> 13) ^ words[at + 3], 0x85eb_ca6b);
    const hash = Math.imul(first ^ (first >>> 16) ^ second, 0x9e37_79b1);
    return hash ^ (hash >>> 15);
  }

  function equals(row: number, accountRow: number, words: Int32Array, at: number): boolean {
    const idAt = row * ROW_WORDS + CL_ORD_ROW_ID;
    return (
      rows[idAt] === words[at] &&
      rows[idAt + 1] === words[at + 1] &&
      rows[idAt + 2] === words[at + 2] &&
      rows[idAt + 3] === words[at + 3] &&
      rows[row * ROW_WORDS + ACCOUNT_ROW] === accountRow
    );
  }

  function acquireRow(): number {
    const row = registers[FREE_ROW];
    if (row === NONE) {
      assert(registers[USED_ROWS] < idsMax, "no more ids are known than orders can have");
      return registers[USED_ROWS]++;
    }
    registers[FREE_ROW] = rows[row * ROW_WORDS + NEXT_FREE];
    return row;
  }

  function growPlaces(): void {
    const before = places.slice(0, registers[MASK] + 1);
    places.fill(0, 0, before.length);
    registers[MASK] = before.length * 2 - 1;
    for (let place = 0; place < before.length; place++) {
      const entry = before[place];
      if (entry !== 0) placeRow((entry & ROW_MASK) - 1, hashOfEntry(entry));
    }
  }

  return {
    /** Four words of each id from idWordOf(). */
    rows,
    count,
    closedCount,
    countFreeRows,
    usedRows,
    find,
    add,
    slotOf,
    setSlot,
    accountRowOf,
    idWordOf,
    close,
    save,
    load,
  };
}
