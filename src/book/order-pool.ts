// hot path
// Resting orders as rows of one buffer: 32 bytes an order, two orders a cache line. A slot names an
// order from acquire() until release(); it indexes this pool and every table kept beside it.
//
//   word 0 levelSlot   the price level it rests on; FREED while the slot is free
//        1 prevSlot    towards the head of the level's queue; NONE at the head
//        2 nextSlot    towards the tail; NONE at the tail; threads the free list while free
//        3 orderCodes  side, ordType, timeInForce, execInst (model/order-codes.ts)
//        4 leavesQtyLots (f64, an integer below 2^53)
//        6 orderId       (f64, an integer below 2^53)

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

export const ORDER_WORDS = 8;
export const ORDER_REALS = 4;
const LEVEL = 0;
const PREV = 1;
const NEXT = 2;
const CODES = 3;
/** Counted in doubles. */
const LEAVES = 2;
const ID = 3;

/** Poison: a freed order's level, so that a stale slot fails the next assertion. */
const FREED = -7_777_777;

const USED_SLOTS = 0;
const FREE_SLOT = 1;
const ORDERS_COUNT = 2;
const REGISTERS = 3;

export type OrderPool = ReturnType<typeof createOrderPool>;

/** Room for `ordersMax` orders; memory is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createOrderPool(ordersMax: number) {
  assert(ordersMax >= 1, "a pool holds at least one order");
  const rows = createRows(ordersMax, ORDER_WORDS * 4);
  const { mask, words } = rows;
  const orderLevels = rows.wordColumn(LEVEL);
  const orderPrevs = rows.wordColumn(PREV);
  const orderNexts = rows.wordColumn(NEXT);
  const orderCodeWords = rows.wordColumn(CODES);
  const orderLots = rows.realColumn(LEAVES);
  const orderIds = rows.realColumn(ID);
  const registers = createRegisters(REGISTERS);
  registers[FREE_SLOT] = NONE;

  function ordersCount(): number {
    return registers[ORDERS_COUNT];
  }

  /** Slots below this have been used at least once. */
  function usedSlots(): number {
    return registers[USED_SLOTS];
  }

  function isFull(): boolean {
    return registers[ORDERS_COUNT] === ordersMax;
  }

  /** Takes a free slot. Ask isFull first: a full pool is the caller's refusal. */
  function acquire(): number {
    assert(registers[ORDERS_COUNT] < ordersMax, "a slot is asked for only while one is free");
    registers[ORDERS_COUNT]++;
    const slot = registers[FREE_SLOT];
    if (slot === NONE) return registers[USED_SLOTS]++;
    const at = (slot & mask) * ORDER_WORDS;
    assert(orderLevels[at] === FREED, "a free slot is poisoned");
    registers[FREE_SLOT] = orderNexts[at];
    return slot;
  }

  /** Gives a slot back. Read everything you need from the order first. */
  function release(slot: number): void {
    const at = (slot & mask) * ORDER_WORDS;
    assert(orderLevels[at] >= 0, "only a live order is released");
    orderLevels[at] = FREED;
    orderNexts[at] = registers[FREE_SLOT];
    registers[FREE_SLOT] = slot;
    registers[ORDERS_COUNT]--;
  }

  function isLive(slot: number): boolean {
    return (
      slot >= 0 && slot < registers[USED_SLOTS] && orderLevels[(slot & mask) * ORDER_WORDS] >= 0
    );
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(words, registers[USED_SLOTS] * ORDER_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(words);
  }

  return {
    mask,
    orderLevels,
    orderPrevs,
    orderNexts,
    orderCodeWords,
    orderLots,
    orderIds,
    ordersMax,
    ordersCount,
    usedSlots,
    isFull,
    acquire,
    release,
    isLive,
    save,
    load,
  };
}
