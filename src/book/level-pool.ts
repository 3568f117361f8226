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
export const LEVEL_REALS = 4;
const KEY = 0;
const HEAD = 1;
const TAIL = 2;
const COUNT = 3;
const LEAF = 6;
const LADDER = 7;
/** Counted in doubles. */
const QTY = 2;

const FREED = -7_777_777;

const USED_LEVELS = 0;
const FREE_LEVEL = 1;
const REGISTERS = 2;

/** Room for `levelsMax` levels. One an order is enough: every level holds at least one. */
export function createLevelPool(levelsMax: number) {
  const rows = createRows(levelsMax, LEVEL_WORDS * 4);
  const { mask, words } = rows;
  const levelKeys = rows.wordColumn(KEY);
  const levelHeads = rows.wordColumn(HEAD);
  const levelTails = rows.wordColumn(TAIL);
  const levelCounts = rows.wordColumn(COUNT);
  const levelLeaves = rows.wordColumn(LEAF);
  const levelLadders = rows.wordColumn(LADDER);
  const levelLots = rows.realColumn(QTY);
  const registers = createRegisters(REGISTERS);
  registers[FREE_LEVEL] = NONE;

  /** An empty level, whose leaf is not known yet. */
  function acquire(ladder: number, key: number): number {
    let level = registers[FREE_LEVEL];
    if (level === NONE) level = registers[USED_LEVELS]++;
    else registers[FREE_LEVEL] = levelTails[(level & mask) * LEVEL_WORDS];
    assert(level < levelsMax, "there are never more levels than orders");
    const at = (level & mask) * LEVEL_WORDS;
    levelKeys[at] = key;
    levelHeads[at] = NONE;
    levelTails[at] = NONE;
    levelCounts[at] = 0;
    levelLots[(level & mask) * LEVEL_REALS] = 0;
    levelLeaves[at] = NONE;
    levelLadders[at] = ladder;
    return level;
  }

  function release(level: number): void {
    const at = (level & mask) * LEVEL_WORDS;
    assert(levelLadders[at] >= 0, "only a live level is released");
    assert(levelCounts[at] === 0, "a released level is empty");
    levelLadders[at] = FREED;
    levelTails[at] = registers[FREE_LEVEL];
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

  return {
    mask,
    levelKeys,
    levelHeads,
    levelTails,
    levelCounts,
    levelLeaves,
    levelLadders,
    levelLots,
    acquire,
    release,
    save,
    load,
  };
}
