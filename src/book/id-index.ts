// hot path
// Order id -> slot: open addressing over a table of slots, kept at most half full, removed by
// shifting back, so no tombstones gather. The ids themselves stand in the order pool. Only as much
// of the table is used as the live orders need, not as all ids ever seen: it is what must stay in
// the cache.

import { fail } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows, rowMaskOf } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { ORDER_REALS, type OrderPool } from "./order-pool.ts";

/** Sixteen neighbors among the ids share a cache line: what is entered in turn is found at hand. */
const RUN_SHIFT = 4;
const RUN_MASK = (1 << RUN_SHIFT) - 1;
/** 2^32 divided by the golden ratio: neighbors among the runs land far apart. */
const SPREAD = 0x9e37_79b1 | 0;
/** Odd, and another one: ids that are equal in their low word lie apart as well. */
const HIGH_SPREAD = 0x85eb_ca6b | 0;
const TWO_POW_32 = 4_294_967_296;
const PLACES_MIN = 1 << 10;

const COUNT = 0;
const MASK = 1;
const SHIFT = 2;
const SALT = 3;
const REGISTERS = 4;

export type IdIndex = ReturnType<typeof createIdIndex>;

/**
 * `salt` makes the places unpredictable for whoever chooses ids; it is data of the instance, so
 * that replicas agree. The used part of the table doubles when it is half full: O(live orders),
 * rare.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createIdIndex(orders: OrderPool, salt: number) {
  const { orderIds, mask: slotMask } = orders;
  const placesMax = Math.max(PLACES_MIN, rowMaskOf(orders.ordersMax * 2) + 1);
  const { words: slots, mask: placeMask } = createRows(placesMax, 4);
  const registers = createRegisters(REGISTERS);
  registers[SALT] = salt;
  usePlaces(PLACES_MIN);
  slots.fill(NONE, 0, PLACES_MIN);

  /** The slot of the live order with this id, or NONE. */
  function find(orderId: number): number {
    const mask = registers[MASK];
    let place = homeOf(orderId);
    for (;;) {
      const slot = slots[place & placeMask];
      if (slot === NONE || orderIds[(slot & slotMask) * ORDER_REALS] === orderId) return slot;
      place = (place + 1) & mask;
    }
  }

  /** Adds a live order whose id is not in the index; its row in the pool is written already. */
  function insert(orderId: number, slot: number): void {
    if (registers[COUNT] * 2 > registers[MASK]) grow();
    registers[COUNT]++;
    placeAt(homeOf(orderId), slot);
  }

  /** Takes out an order that is in the index. Its row must still hold its id. */
  function remove(orderId: number, slot: number): void {
    const mask = registers[MASK];
    let hole = homeOf(orderId);
    while (slots[hole & placeMask] !== slot) {
      if (slots[hole & placeMask] === NONE) fail("a removed order is in the index");
      hole = (hole + 1) & mask;
    }
    registers[COUNT]--;
    let place = hole;
    for (;;) {
      place = (place + 1) & mask;
      const follower = slots[place & placeMask];
      if (follower === NONE) break;
      const home = homeOf(orderIds[(follower & slotMask) * ORDER_REALS]);
      // The follower may move back only if its home is not after the hole (counted around the end).
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        slots[hole & placeMask] = follower;
        hole = place;
      }
    }
    slots[hole & placeMask] = NONE;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(slots, registers[MASK] + 1);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(slots);
  }

  /** Its run begins at a place that the salt decides; in the run neighbors stand in order. */
  function homeOf(orderId: number): number {
    let mixed = ((orderId | 0) >>> RUN_SHIFT) ^ registers[SALT];
    // A branch that is always taken one way costs less than the arithmetic for everybody.
    if (orderId >= TWO_POW_32) mixed ^= Math.imul((orderId / TWO_POW_32) | 0, HIGH_SPREAD);
    return ((Math.imul(mixed, SPREAD) >>> registers[SHIFT]) & ~RUN_MASK) | (orderId & RUN_MASK);
  }

  function placeAt(home: number, slot: number): void {
    const mask = registers[MASK];
    let place = home;
    while (slots[place & placeMask] !== NONE) place = (place + 1) & mask;
    slots[place & placeMask] = slot;
  }

  function usePlaces(places: number): void {
    registers[MASK] = places - 1;
    registers[SHIFT] = Math.clz32(places - 1);
  }

  /**
   * In place. Whoever has not moved yet is marked, and makes way for whoever's home is there: so
   * nobody's way leads past a place that will be empty.
   */
  function grow(): void {
    const placesBefore = registers[MASK] + 1;
    for (let place = 0; place < placesBefore; place++) {
      if (slots[place & placeMask] !== NONE)
        slots[place & placeMask] = marked(slots[place & placeMask]);
    }
    usePlaces(placesBefore * 2);
    slots.fill(NONE, placesBefore, placesBefore * 2);
    for (let place = 0; place < placesBefore; place++) {
      let entry = slots[place & placeMask];
      if (entry >= NONE) continue;
      slots[place & placeMask] = NONE;
      while (entry !== NONE) entry = settle(marked(entry));
    }
  }

  /** Puts an order in the first place that no moved one has; returns what stood there. */
  function settle(slot: number): number {
    const mask = registers[MASK];
    let place = homeOf(orderIds[(slot & slotMask) * ORDER_REALS]);
    while (slots[place & placeMask] >= 0) place = (place + 1) & mask;
    const before = slots[place & placeMask];
    slots[place & placeMask] = slot;
    return before;
  }

  return { find, insert, remove, save, load };
}

/** A slot as one that has not moved, below NONE; and back. */
function marked(entry: number): number {
  return 2 * NONE - entry;
}
