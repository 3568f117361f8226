// hot path
// Client order ids, the identity of an order everywhere: (account, clOrdId) -> the order's slot.
// Ids of ended orders stay known, so that a repeated one is refused before it can trade: those of
// the trading day, or of the last orders, as many as the operator says (docs/rulebook.md). The
// latest of them are here, the others in earlier-ids.ts (decision 0074). An OUCH order is known by
// its UserRefNum, word 0 of its id: that alone is hashed and compared.
//
// What costs here is a step to memory far away (decision 0012). So there is one table that nothing
// foretells, and it is small; the ids themselves stand where a command looks anyway:
//
//   places  4 bytes: where the id stands, from 1 (0: an empty place), 21 bits; how far the place is
//           from home, 5 bits; 6 bits of the hash. Open addressing, at most three quarters full,
//           removed by shifting back. Passing over a place or moving it looks at no other table.
//   columns (order-columns.ts) the ids of working orders, each in its order's row
//   closed  the latest ended ids as a queue, 20 bytes each: word 0 accountId, 1-4 clOrdId; their
//           hashes apart, four bytes each. The oldest leave several at once, so that their steps to
//           memory overlap; find() knows which are forgotten already.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows, rowMaskOf } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { isOuchId, isSameOrderId } from "../codec/ouch-id.ts";
import { createEarlierIds } from "./earlier-ids.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderColumns } from "./order-columns.ts";

/** What find() says of an id whose order has ended. */
export const ENDED = -2;

const ROW_WORDS = 5;
const ACCOUNT_ID = 0;
const CL_ORD_ID = 1;

const PLACES_MIN = 1 << 10;
const REF_BITS = 21;
const REF_MASK = (1 << REF_BITS) - 1;
const FAR_BITS = 5;
/** So far or farther from home; then the hash itself has to be looked up. */
const FAR_MAX = (1 << FAR_BITS) - 1;
const TAG_SHIFT = 26;
/** Enough for their steps to overlap; a burst of a microsecond at most. */
const LEAVING_AT_ONCE = 16;

const COUNT = 0;
const MASK = 1;
const SALT = 2;
const CLOSED_COUNT = 3;
const CLOSED_OLDEST = 4;
const CLOSED_USED = 5;
const SEEN = 6;
/** So many of the ended ids that are known stay here. */
const RECENT_MAX = 7;
/** How many the operator says are known; 0 where he does not. */
const SAID_MAX = 8;
const REGISTERS = 9;

export type ClOrdIds = ReturnType<typeof createClOrdIds>;

/**
 * Room for the ids of `ordersMax` orders and of `closedMax` ended ones, the last `recentMax` close
 * at hand; memory is touched only when used. The used part of the places doubles when it is full to
 * three quarters: O(ids), rare.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createClOrdIds(
  columns: OrderColumns,
  ordersMax: number,
  closedMax: number,
  recentMax: number,
  salt: number,
) {
  const usualMax = Math.min(closedMax, recentMax);
  assert(ordersMax >= 1 && usualMax >= 1, "at least one id of each kind is remembered");
  const queueMax = usualMax + LEAVING_AT_ONCE;
  const idsMax = ordersMax + queueMax;
  assert(idsMax < REF_MASK, "where an id stands fits its bits of a place");
  const placesMax = Math.max(PLACES_MIN, rowMaskOf(idsMax * 2) + 1);
  const { words: places, mask: placeMask } = createRows(placesMax, 4);
  const { words: closed, mask: closedMask } = createRows(queueMax, ROW_WORDS * 4);
  const closedHashes = createRows(queueMax, 4).words;
  const earlier = createEarlierIds(closedMax - usualMax);
  const working = columns.words;
  const registers = createRegisters(REGISTERS);
  registers[SALT] = salt;
  registers[MASK] = PLACES_MIN - 1;
  registers[RECENT_MAX] = usualMax;

  /** Ids of working orders and of ended ones. */
  function count(): number {
    return registers[COUNT] + earlier.count();
  }

  /** Of ended orders, some of which may be forgotten already. */
  function closedCount(): number {
    return registers[CLOSED_COUNT] + earlier.count();
  }

  /** Two chains that do not wait for each other, then one. `words[at]` starts the id. */
  function hashOf(accountId: number, words: Int32Array, at: number): number {
    const start = registers[SALT] ^ accountId;
    if (isOuchId(words, at)) return hashOfUserRefNum(start ^ words[at]);
    let first = Math.imul(start ^ words[at], 0x85eb_ca6b);
    let second = Math.imul(start ^ words[at + 2], 0xc2b2_ae35);
    first = Math.imul(first ^ (first >>> 15) ^ words[at + 1], 0xc2b2_ae35);
    second = Math.imul(second ^ (second >>> 13) ^ words[at + 3], 0x85eb_ca6b);
    const hash = Math.imul(first ^ (first >>> 16) ^ second, 0x9e37_79b1);
    return hash ^ (hash >>> 15);
  }

  /** The slot of the working order with this id; ENDED or NONE where there is none. */
  function find(hash: number, accountId: number, words: Int32Array, at: number): number {
    const mask = registers[MASK];
    const home = hash & mask;
    let place = home;
    let far = 0;
    for (;;) {
      const entry = places[place & placeMask];
      if (entry === 0) return isEarlier(hash, accountId, words, at) ? ENDED : NONE;
      if (entry >>> REF_BITS === markOf(hash, far)) {
        const ref = (entry & REF_MASK) - 1;
        if (ref < ordersMax) {
          const idAt = columns.idWordOf(ref);
          const isSame = isSameOrderId(working, idAt, words, at);
          if (isSame && columns.accountIdOf(ref) === accountId) return ref;
        } else {
          const row = ref - ordersMax;
          const rowAt = (row & closedMask) * ROW_WORDS;
          const isSame = isSameOrderId(closed, rowAt + CL_ORD_ID, words, at);
          const isOfAccount = closed[rowAt + ACCOUNT_ID] === (accountId | 0);
          if (isSame && isOfAccount && !isForgotten(row)) return ENDED;
        }
      }
      place = (place + 1) & mask;
      far++;
    }
  }

  function isEarlier(hash: number, accountId: number, words: Int32Array, at: number): boolean {
    if (earlier.count() === 0) return false;
    const gone = closedCount() - knownMax();
    return earlier.has(hash, accountId, words, at, gone);
  }

  /** The incoming order works in `slot` now, whose row is written. */
  function settle(incoming: IncomingOrder, slot: number): void {
    if (incoming.idSlot === NONE) insert(slot, incoming.idHash);
    else if (incoming.idSlot !== slot) replace(incoming.idHash, incoming.idSlot, slot);
  }

  /** The incoming order has ended: its id stays known until so many others ended after it. */
  function closeIncoming(incoming: IncomingOrder): void {
    const { accountId, idHash, idSlot, idWords } = incoming;
    if (idSlot === NONE) {
      closeNew(accountId, idWords, 0, idHash);
      return;
    }
    replace(idHash, idSlot, ordersMax + append(accountId, idWords, 0, idHash));
    if (registers[CLOSED_COUNT] === registers[RECENT_MAX] + LEAVING_AT_ONCE) leave();
  }

  /** The same of an order that never worked in a slot; its id is four words from `words[at]`. */
  function closeNew(accountId: number, words: Int32Array, at: number, hash: number): void {
    insert(ordersMax + append(accountId, words, at, hash), hash);
    if (registers[CLOSED_COUNT] === registers[RECENT_MAX] + LEAVING_AT_ONCE) leave();
  }

  /** The same for the order that works in `slot`, whose row is still there. */
  function close(slot: number): void {
    const hash = columns.idHashOf(slot);
    const row = append(columns.accountIdOf(slot), working, columns.idWordOf(slot), hash);
    replace(hash, slot, ordersMax + row);
    if (registers[CLOSED_COUNT] === registers[RECENT_MAX] + LEAVING_AT_ONCE) leave();
  }

  /** A trading day is over: the ids of ended orders may come again. O(ended ids). */
  function forgetAll(): void {
    earlier.forgetBeyond(0);
    forgetBeyond(0);
  }

  /** How many ids of ended orders are known at most. */
  function knownMax(): number {
    return registers[RECENT_MAX] + earlier.keptMax();
  }

  /** How many the operator says; 0 where he leaves it to whether there are trading days. */
  function saidMax(): number {
    return registers[SAID_MAX];
  }

  /** How many may be. */
  function knownLimit(): number {
    return closedMax;
  }

  /** From now on so many, 1 to knownLimit(); what was forgotten stays so. */
  function setKnownMax(knownMaxAfter: number): void {
    registers[SAID_MAX] = knownMaxAfter;
    layOut(knownMaxAfter);
  }

  /** Unless the operator says how many, all of a trading day that there is room for. */
  function setHasDays(hasDays: boolean): void {
    const knownMaxAfter = registers[SAID_MAX] || (hasDays ? closedMax : usualMax);
    if (knownMaxAfter !== knownMax()) layOut(knownMaxAfter);
  }

  /** The queues at their new lengths: O(ended ids), for an operator's command. */
  function layOut(knownMaxAfter: number): void {
    const kept = Math.min(knownMax(), knownMaxAfter);
    earlier.forgetBeyond(kept - registers[CLOSED_COUNT]);
    forgetBeyond(kept);
    const count = registers[CLOSED_COUNT];
    const ids = new Int32Array(count * ROW_WORDS);
    const hashes = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const rowAt = (rowAfter(registers[CLOSED_OLDEST], i) & closedMask) * ROW_WORDS;
      ids.set(closed.subarray(rowAt, rowAt + ROW_WORDS), i * ROW_WORDS);
      hashes[i] = closedHashes[rowAfter(registers[CLOSED_OLDEST], i) & closedMask];
    }
    forgetBeyond(0);
    closed.set(ids);
    closedHashes.set(hashes);
    registers[RECENT_MAX] = Math.min(knownMaxAfter, usualMax);
    earlier.setKeptMax(knownMaxAfter - registers[RECENT_MAX]);
    registers[CLOSED_OLDEST] = 0;
    registers[CLOSED_COUNT] = count;
    registers[CLOSED_USED] = count;
    for (let row = 0; row < count; row++) insert(ordersMax + row, hashes[row]);
  }

  /** Only the last `kept` of the queue stay. */
  function forgetBeyond(kept: number): void {
    while (registers[CLOSED_COUNT] > kept) {
      const row = registers[CLOSED_OLDEST];
      remove(ordersMax + row, closedHashes[row & closedMask]);
      registers[CLOSED_OLDEST] = rowAfter(row, 1);
      registers[CLOSED_COUNT]--;
    }
  }

  /** A working order takes another id, four words from `words[at]`, which find() does not know. */
  function rename(slot: number, words: Int32Array, at: number, hash: number): void {
    close(slot);
    columns.setClOrdId(slot, words, at, hash);
    insert(slot, hash);
  }

  function save(snapshot: SnapshotWriter): void {
    registers[SEEN] = 0;
    snapshot.array(registers);
    snapshot.array(places, registers[MASK] + 1);
    snapshot.array(closed, registers[CLOSED_USED] * ROW_WORDS);
    snapshot.array(closedHashes, registers[CLOSED_USED]);
    earlier.save(snapshot);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(places);
    snapshot.into(closed);
    snapshot.into(closedHashes);
    earlier.load(snapshot);
    assert(knownMax() <= closedMax, "there is room for as many ids as were known");
  }

  /** Puts an ended id at the end of the queue; returns its row. */
  function append(accountId: number, words: Int32Array, at: number, hash: number): number {
    const row = rowAfter(registers[CLOSED_OLDEST], registers[CLOSED_COUNT]++);
    if (row >= registers[CLOSED_USED]) registers[CLOSED_USED] = row + 1;
    const rowAt = (row & closedMask) * ROW_WORDS;
    closed[rowAt + ACCOUNT_ID] = accountId;
    closed[rowAt + CL_ORD_ID] = words[at];
    closed[rowAt + CL_ORD_ID + 1] = words[at + 1];
    closed[rowAt + CL_ORD_ID + 2] = words[at + 2];
    closed[rowAt + CL_ORD_ID + 3] = words[at + 3];
    closedHashes[row & closedMask] = hash;
    return row;
  }

  /** Whether as many orders have ended after this one as are known. */
  function isForgotten(row: number): boolean {
    let before = row - registers[CLOSED_OLDEST];
    if (before < 0) before += registers[RECENT_MAX] + LEAVING_AT_ONCE;
    return before < registers[CLOSED_COUNT] - knownMax();
  }

  /** The oldest ids leave. They are looked at first, so that the processor fetches them all. */
  function leave(): void {
    const mask = registers[MASK];
    const oldest = registers[CLOSED_OLDEST];
    let seen = 0;
    for (let i = 0; i < LEAVING_AT_ONCE; i++) {
      const hash = closedHashes[rowAfter(oldest, i) & closedMask];
      seen ^= places[hash & mask & placeMask] ^ earlier.lookAhead(hash, i);
    }
    registers[SEEN] = seen;
    for (let i = 0; i < LEAVING_AT_ONCE; i++) {
      const row = rowAfter(oldest, i);
      const hash = closedHashes[row & closedMask];
      remove(ordersMax + row, hash);
      earlier.add(closed, (row & closedMask) * ROW_WORDS, hash);
    }
    registers[CLOSED_OLDEST] = rowAfter(oldest, LEAVING_AT_ONCE);
    registers[CLOSED_COUNT] -= LEAVING_AT_ONCE;
  }

  function rowAfter(row: number, count: number): number {
    const queueRows = registers[RECENT_MAX] + LEAVING_AT_ONCE;
    return row + count < queueRows ? row + count : row + count - queueRows;
  }

  /** An id that find() does not know stands there now: a slot whose row is written. */
  function insert(ref: number, hash: number): void {
    if (registers[COUNT] * 4 > registers[MASK] * 3) grow();
    registers[COUNT]++;
    placeRef(ref, hash);
  }

  function placeRef(ref: number, hash: number): void {
    const mask = registers[MASK];
    let place = hash & mask;
    let far = 0;
    while (places[place & placeMask] !== 0) {
      place = (place + 1) & mask;
      far++;
    }
    places[place & placeMask] = (ref + 1) | (markOf(hash, far) << REF_BITS);
  }

  /** The id stands somewhere else now. */
  function replace(hash: number, refBefore: number, ref: number): void {
    const place = placeOf(hash, refBefore);
    places[place & placeMask] = (places[place & placeMask] & ~REF_MASK) | (ref + 1);
  }

  function placeOf(hash: number, ref: number): number {
    const mask = registers[MASK];
    let place = hash & mask;
    while ((places[place & placeMask] & REF_MASK) !== ref + 1) {
      assert(places[place & placeMask] !== 0, "an id that stands somewhere is known");
      place = (place + 1) & mask;
    }
    return place;
  }

  /** Takes an id out by shifting its followers back, so no tombstones gather. */
  function remove(ref: number, hash: number): void {
    const mask = registers[MASK];
    registers[COUNT]--;
    let hole = placeOf(hash, ref);
    let place = hole;
    for (;;) {
      place = (place + 1) & mask;
      const follower = places[place & placeMask];
      if (follower === 0) break;
      // It may move back, but not beyond its home.
      const far = farOf(follower, place);
      const back = (place - hole) & mask;
      if (far < back) continue;
      const marked = Math.min(far - back, FAR_MAX) << REF_BITS;
      places[hole & placeMask] = (follower & ~(FAR_MAX << REF_BITS)) | marked;
      hole = place;
    }
    places[hole & placeMask] = 0;
  }

  /** How far from its home an id is placed. */
  function farOf(entry: number, place: number): number {
    const far = (entry >>> REF_BITS) & FAR_MAX;
    if (far < FAR_MAX) return far;
    return (place - hashOfRef((entry & REF_MASK) - 1)) & registers[MASK];
  }

  function hashOfRef(ref: number): number {
    if (ref < ordersMax) return columns.idHashOf(ref);
    return closedHashes[(ref - ordersMax) & closedMask];
  }

  /**
   * In place: an id stays where it was or goes as far into the new half, so each finds its place
   * among those that were moved before it. But the first run may have come around the end.
   */
  function grow(): void {
    const placesBefore = registers[MASK] + 1;
    let runEnd = 0;
    while (places[runEnd & placeMask] !== 0) runEnd++;
    const firstRun = places.slice(0, runEnd);
    places.fill(0, 0, runEnd);
    registers[MASK] = placesBefore * 2 - 1;
    for (let place = runEnd; place < placesBefore; place++) {
      const entry = places[place & placeMask];
      places[place & placeMask] = 0;
      if (entry !== 0) placeAgain(entry);
    }
    for (const entry of firstRun) placeAgain(entry);
  }

  function placeAgain(entry: number): void {
    const ref = (entry & REF_MASK) - 1;
    placeRef(ref, hashOfRef(ref));
  }

  return {
    count,
    closedCount,
    hashOf,
    find,
    insert,
    settle,
    closeIncoming,
    closeNew,
    close,
    forgetAll,
    knownMax,
    saidMax,
    knownLimit,
    setKnownMax,
    setHasDays,
    rename,
    save,
    load,
  };
}

/** The upper bits of a place: how far it is from home, and bits of the hash. */
function markOf(hash: number, far: number): number {
  return ((hash >>> TAG_SHIFT) << FAR_BITS) | (far < FAR_MAX ? far : FAR_MAX);
}

function hashOfUserRefNum(start: number): number {
  const mixed = Math.imul(start ^ (start >>> 16), 0x85eb_ca6b);
  const hash = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
