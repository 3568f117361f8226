// hot path
// Client order ids, the identity of an order everywhere: (account, clOrdId) -> the order's slot.
// Ids of ended orders stay known, so that a repeated one is refused before it can trade: those of
// the trading day, or of the last orders, as many as the operator says (docs/rulebook.md). The
// latest of them are in recent-ids.ts, the others in earlier-ids.ts (decision 0074). An OUCH order
// is known by its UserRefNum, word 0 of its id: that alone is hashed and compared.
//
// What costs here is a step to memory far away (decision 0012), so this table has the ids of
// working orders only and stays small; the ids themselves stand where a command looks anyway:
//
//   places  4 bytes: the slot, from 1 (0: an empty place), 21 bits; how far the place is from home,
//           5 bits; 6 bits of the hash. Open addressing, at most half full, removed by shifting
//           back. Passing over a place or moving it looks at no other table.
//   columns (order-columns.ts) the ids, each in its order's row

import { assert, fail } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows, rowMaskOf } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { isOuchId, isSameOrderId } from "../codec/ouch-id.ts";
import { createEarlierIds } from "./earlier-ids.ts";
import type { IncomingOrder } from "./incoming-order.ts";
import type { OrderColumns } from "./order-columns.ts";
import { createRecentIds } from "./recent-ids.ts";

/** What find() says of an id whose order has ended. */
export const ENDED = -2;

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
const SEEN = 3;
/** So many ids of ended orders are known at most, */
const KNOWN_MAX = 4;
/** of which so many among the recent ones. */
const RECENT_MAX = 5;
/** How many the operator says are known; 0 where he does not. */
const SAID_MAX = 6;
const REGISTERS = 7;

/** The place where find() found an id last: what is quicker to know, and no part of the state. */
const FOUND = 0;
const HINTS = 1;

export type ClOrdIds = ReturnType<typeof createClOrdIds>;

/**
 * Room for the ids of `ordersMax` orders and of `closedMax` ended ones, the last `recentMax` close
 * at hand; memory is touched only when used. The used part of the places doubles when it is half
 * full: O(ids), rare.
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
  assert(ordersMax < REF_MASK, "a slot fits its bits of a place");
  const placesMax = Math.max(PLACES_MIN, rowMaskOf(ordersMax * 2) + 1);
  const { words: places, mask: placeMask } = createRows(placesMax, 4);
  const recent = createRecentIds(usualMax);
  const earlierMax = closedMax - usualMax;
  const earlier = createEarlierIds(earlierMax === 0 ? 0 : earlierMax + LEAVING_AT_ONCE);
  const working = columns.words;
  const registers = createRegisters(REGISTERS);
  const hints = createRegisters(HINTS);
  registers[SALT] = salt;
  registers[MASK] = PLACES_MIN - 1;
  registers[KNOWN_MAX] = usualMax;
  registers[RECENT_MAX] = usualMax;

  /** Ids of working orders and of ended ones. */
  function count(): number {
    return registers[COUNT] + closedCount();
  }

  /** Of ended orders, some of which may be forgotten already. */
  function closedCount(): number {
    return recent.count() + earlier.count();
  }

  /** Two chains that do not wait for each other, then one. `words[at]` starts the id. */
  function hashOf(accountId: number, words: Int32Array, at: number): number {
    // Accounts that count their orders alike get other hashes: 1 ^ 2 is 2 ^ 1.
    const start = registers[SALT] ^ Math.imul(accountId, 0x9e37_79b1);
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
    let place = hash & mask;
    let far = 0;
    for (;;) {
      const entry = places[place & placeMask];
      if (entry === 0) return isEnded(hash, accountId, words, at) ? ENDED : NONE;
      if (entry >>> REF_BITS === markOf(hash, far)) {
        const slot = (entry & REF_MASK) - 1;
        const isSame = isSameOrderId(working, columns.idWordOf(slot), words, at);
        if (isSame && columns.accountIdOf(slot) === accountId) {
          hints[FOUND] = place;
          return slot;
        }
      }
      place = (place + 1) & mask;
      far++;
    }
  }

  function isEnded(hash: number, accountId: number, words: Int32Array, at: number): boolean {
    if (recent.has(hash, accountId, words, at)) return true;
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
    if (idSlot !== NONE) remove(idSlot, idHash);
    closeNew(accountId, idWords, 0, idHash);
  }

  /** The same of an order that never worked in a slot; its id is four words from `words[at]`. */
  function closeNew(accountId: number, words: Int32Array, at: number, hash: number): void {
    if (recent.count() === registers[RECENT_MAX]) leave();
    recent.add(accountId, words, at, hash);
  }

  /** The same for the order that works in `slot`, whose row is still there. */
  function close(slot: number): void {
    const hash = columns.idHashOf(slot);
    remove(slot, hash);
    closeNew(columns.accountIdOf(slot), working, columns.idWordOf(slot), hash);
  }

  /** A trading day is over: the ids of ended orders may come again. O(ended ids). */
  function forgetAll(): void {
    earlier.forgetBeyond(0);
    recent.forgetBeyond(0);
  }

  /** How many ids of ended orders are known at most. */
  function knownMax(): number {
    return registers[KNOWN_MAX];
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

  /** What is known beyond that is forgotten: O(earlier ids), for an operator's command. */
  function layOut(knownMaxAfter: number): void {
    const kept = Math.min(registers[KNOWN_MAX], knownMaxAfter);
    earlier.forgetBeyond(kept - recent.count());
    recent.forgetBeyond(kept);
    registers[KNOWN_MAX] = knownMaxAfter;
    registers[RECENT_MAX] = Math.min(knownMaxAfter, usualMax);
    const hasEarlier = knownMaxAfter > usualMax;
    // Where none will come, those that are there stay until so many newer ones ended.
    earlier.setKeptMax(hasEarlier ? knownMaxAfter - usualMax + LEAVING_AT_ONCE : earlier.count());
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
    recent.save(snapshot);
    earlier.save(snapshot);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(places);
    recent.load(snapshot);
    earlier.load(snapshot);
    assert(knownMax() <= closedMax, "there is room for as many ids as were known");
  }

  /**
   * Makes room among the recent ids. Where earlier ones are known the oldest go there, several at
   * once: where they will stand is looked at first, so that the processor fetches it all.
   */
  function leave(): void {
    const count = recent.count();
    if (registers[KNOWN_MAX] === registers[RECENT_MAX]) {
      if (earlier.count() > 0) earlier.forgetBeyond(0);
      recent.forgetBeyond(count - 1);
      return;
    }
    const leaving = Math.min(count, LEAVING_AT_ONCE);
    let seen = 0;
    for (let i = 0; i < leaving; i++) seen ^= earlier.lookAhead(recent.hashAt(recent.rowOf(i)), i);
    registers[SEEN] = seen;
    for (let i = 0; i < leaving; i++) {
      const rowAt = recent.rowOf(i);
      earlier.add(recent.rows, rowAt, recent.hashAt(rowAt));
    }
    recent.forgetBeyond(count - leaving);
  }

  /** The order works in `slot` now, whose row is written and whose id find() does not know. */
  function insert(slot: number, hash: number): void {
    if (registers[COUNT] * 2 > registers[MASK]) grow();
    registers[COUNT]++;
    placeSlot(slot, hash);
  }

  function placeSlot(slot: number, hash: number): void {
    const mask = registers[MASK];
    let place = hash & mask;
    let far = 0;
    while (places[place & placeMask] !== 0) {
      place = (place + 1) & mask;
      far++;
    }
    places[place & placeMask] = (slot + 1) | (markOf(hash, far) << REF_BITS);
  }

  /** The order works in another slot now. */
  function replace(hash: number, slotBefore: number, slot: number): void {
    const place = placeOf(hash, slotBefore);
    places[place & placeMask] = (places[place & placeMask] & ~REF_MASK) | (slot + 1);
  }

  /** Where a working order's id stands: mostly it has just been found there. */
  function placeOf(hash: number, slot: number): number {
    const found = hints[FOUND];
    if ((places[found & placeMask] & REF_MASK) === slot + 1) return found;
    const mask = registers[MASK];
    let place = hash & mask;
    while ((places[place & placeMask] & REF_MASK) !== slot + 1) {
      if (places[place & placeMask] === 0) fail("an id that stands somewhere is known");
      place = (place + 1) & mask;
    }
    return place;
  }

  /** Takes an id out by shifting its followers back, so no tombstones gather. */
  function remove(slot: number, hash: number): void {
    const mask = registers[MASK];
    registers[COUNT]--;
    let hole = placeOf(hash, slot);
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
    return (place - columns.idHashOf((entry & REF_MASK) - 1)) & registers[MASK];
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
    const slot = (entry & REF_MASK) - 1;
    placeSlot(slot, columns.idHashOf(slot));
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
