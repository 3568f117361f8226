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
export const ORDER_LEVEL = 0;
export const ORDER_PREV = 1;
export const ORDER_NEXT = 2;
export const ORDER_CODES = 3;
/** Offsets into `reals`, the same buffer as doubles. */
export const ORDER_REALS = 4;
export const ORDER_LEAVES = 2;
export const ORDER_ID = 3;

/** Poison: a freed order's level, so that a stale slot fails the next assertion. */
const FREED = -7_777_777;

const USED_SLOTS = 0;
const FREE_SLOT = 1;
const ORDERS_COUNT = 2;
const REGISTERS = 3;

export type OrderPool = ReturnType<typeof createOrderPool>;

/** Room for `ordersMax` orders; memory is touched only when used. */
export function createOrderPool(ordersMax: number) {
  assert(ordersMax >= 1, "a pool holds at least one order");
  const { words, reals } = createRows(ordersMax * ORDER_WORDS * 4);
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
    const at = slot * ORDER_WORDS;
    assert(words[at + ORDER_LEVEL] === FREED, "a free slot is poisoned");
    registers[FREE_SLOT] = words[at + ORDER_NEXT];
    return slot;
  }

  /** Gives a slot back. Read everything you need from the order first. */
  function release(slot: number): void {
    const at = slot * ORDER_WORDS;
    assert(words[at + ORDER_LEVEL] >= 0, "only a live order is released");
    words[at + ORDER_LEVEL] = FREED;
    words[at + ORDER_NEXT] = registers[FREE_SLOT];
    registers[FREE_SLOT] = slot;
    registers[ORDERS_COUNT]--;
  }

  function isLive(slot: number): boolean {
    return slot >= 0 && slot < registers[USED_SLOTS] && words[slot * ORDER_WORDS] >= 0;
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
    words,
    reals,
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
