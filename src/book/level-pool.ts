// hot path
// Price levels as rows of one buffer, 32 bytes each. A level lives exactly while an order rests on
// it.
//
//   word 0 key         the price as its ladder sorts it (books.ts)
//        1 headSlot    oldest order: first to trade
//        2 tailSlot    newest order; threads the free list while the level is free
//        3 orderCount
//        4 qtyLots     (f64) sum of the leaves of its orders
//        6 leaf        the leaf that holds it (base/key-trees.ts)
//        7 ladder      2 x book + (0 bids, 1 asks); FREED while free

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";

export const LEVEL_WORDS = 8;
export const LEVEL_KEY = 0;
export const LEVEL_HEAD = 1;
export const LEVEL_TAIL = 2;
export const LEVEL_COUNT = 3;
export const LEVEL_LEAF = 6;
export const LEVEL_LADDER = 7;
/** Offsets into `reals`, the same buffer as doubles. */
export const LEVEL_REALS = 4;
export const LEVEL_QTY = 2;

const FREED = -7_777_777;

const USED_LEVELS = 0;
const FREE_LEVEL = 1;
const REGISTERS = 2;

export type LevelPool = ReturnType<typeof createLevelPool>;

/** Room for `levelsMax` levels. One an order is enough: every level holds at least one. */
export function createLevelPool(levelsMax: number) {
  const { words, reals } = createRows(levelsMax * LEVEL_WORDS * 4);
  const registers = createRegisters(REGISTERS);
  registers[FREE_LEVEL] = NONE;

  /** An empty level, whose leaf is not known yet. */
  function acquire(ladder: number, key: number): number {
    let level = registers[FREE_LEVEL];
    if (level === NONE) level = registers[USED_LEVELS]++;
    else registers[FREE_LEVEL] = words[level * LEVEL_WORDS + LEVEL_TAIL];
    assert(level < levelsMax, "there are never more levels than orders");
    const at = level * LEVEL_WORDS;
    words[at + LEVEL_KEY] = key;
    words[at + LEVEL_HEAD] = NONE;
    words[at + LEVEL_TAIL] = NONE;
    words[at + LEVEL_COUNT] = 0;
    reals[level * LEVEL_REALS + LEVEL_QTY] = 0;
    words[at + LEVEL_LEAF] = NONE;
    words[at + LEVEL_LADDER] = ladder;
    return level;
  }

  function release(level: number): void {
    const at = level * LEVEL_WORDS;
    assert(words[at + LEVEL_LADDER] >= 0, "only a live level is released");
    assert(words[at + LEVEL_COUNT] === 0, "a released level is empty");
    words[at + LEVEL_LADDER] = FREED;
    words[at + LEVEL_TAIL] = registers[FREE_LEVEL];
    registers[FREE_LEVEL] = level;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(words, registers[USED_LEVELS] * LEVEL_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(words);
  }

  return { words, reals, acquire, release, save, load };
}
