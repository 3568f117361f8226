// hot path
// Client order ids of orders that ended a while ago, behind the queue of cl-ord-ids.ts: as many of
// a trading day as fit sixteen million rows (decision 0074). Nothing but a repeated id is ever
// found here, so a new order takes one step to memory: into the table of chains, whose entry says
// of seven kinds of hashes which ones hang there.
//
//   rows    32 bytes each, half a line: word 0 accountId, 1-4 clOrdId, 5 its hash, 6 the next row
//           of its chain, from 1. A queue: where there is no room the oldest is forgotten.
//   chains  4 bytes each: the first row, from 1, 25 bits; 7 marks. There are as many as ids. With
//           each id that is one too many, one chain is split (linear hashing, W. Litwin, 1980), so
//           that no order waits for millions of others to find new places.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { isSameOrderId } from "../codec/ouch-id.ts";

const ROW_WORDS = 8;
const ACCOUNT_ID = 0;
const CL_ORD_ID = 1;
const CL_ORD_ID_END = 5;
const HASH = 5;
const NEXT = 6;

const ROW_BITS = 25;
const ROW_MASK = (1 << ROW_BITS) - 1;
const MARKS = 7;
/** The marks are of other bits than those that choose a chain. */
const MARK_SHIFT = 24;
const CHAINS_MIN = 1 << 10;

const COUNT = 0;
const OLDEST = 1;
const USED = 2;
const CHAINS = 3;
const MASK = 4;
/** So many are kept at most. */
const KEPT_MAX = 5;
const REGISTERS = 6;

export type EarlierIds = ReturnType<typeof createEarlierIds>;

/** Room for `rowsMax` ids; memory is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createEarlierIds(rowsMax: number) {
  assert(rowsMax < ROW_MASK, "a row fits its bits of a chain");
  const { words: rows, mask: rowMask } = createRows(Math.max(1, rowsMax), ROW_WORDS * 4);
  const { words: chains, mask: chainMask } = createRows(Math.max(CHAINS_MIN, rowsMax), 4);
  const registers = createRegisters(REGISTERS);
  clear();

  function count(): number {
    return registers[COUNT];
  }

  /** Whether the id, four words from `words[at]`, is here, but not among the oldest `gone`. */
  function has(hash: number, accountId: number, words: Int32Array, at: number, gone: number) {
    const chain = chains[chainOf(hash) & chainMask];
    if ((chain & markOf(hash)) === 0) return false;
    for (let ref = chain & ROW_MASK; ref !== 0; ) {
      const rowAt = ((ref - 1) & rowMask) * ROW_WORDS;
      const isSame =
        rows[rowAt + HASH] === hash &&
        rows[rowAt + ACCOUNT_ID] === (accountId | 0) &&
        isSameOrderId(rows, rowAt + CL_ORD_ID, words, at);
      if (isSame && ageOf(ref - 1) >= gone) return true;
      ref = rows[rowAt + NEXT];
    }
    return false;
  }

  /**
   * Looks at where an id will hang, and at what the split after `others` more ids moves, so that
   * the processor fetches both; the answer means nothing.
   */
  function lookAhead(hash: number, others: number): number {
    const halved = (registers[CHAINS] + others) & (registers[MASK] >>> 1);
    const row = (chains[halved & chainMask] & ROW_MASK) - 1;
    return chains[chainOf(hash) & chainMask] ^ rows[(row & rowMask) * ROW_WORDS + HASH];
  }

  /** The id, five words from `words[at]` with its account's, comes behind all others. */
  function add(words: Int32Array, at: number, hash: number): void {
    if (registers[KEPT_MAX] === 0) return;
    if (registers[COUNT] === registers[KEPT_MAX]) forgetBeyond(registers[COUNT] - 1);
    const row = rowAfter(registers[OLDEST], registers[COUNT]++);
    if (row >= registers[USED]) registers[USED] = row + 1;
    const rowAt = (row & rowMask) * ROW_WORDS;
    for (let i = 0; i < CL_ORD_ID_END; i++) rows[rowAt + i] = words[at + i];
    rows[rowAt + HASH] = hash;
    hang(row);
    if (registers[COUNT] > registers[CHAINS]) split();
  }

  /** Only the last `kept` stay. */
  function forgetBeyond(kept: number): void {
    if (kept <= 0) {
      clear();
      return;
    }
    while (registers[COUNT] > kept) {
      const row = registers[OLDEST];
      rehang(chainOf(rows[(row & rowMask) * ROW_WORDS + HASH]), row);
      registers[OLDEST] = rowAfter(row, 1);
      registers[COUNT]--;
    }
  }

  /** From now on at most so many; those that are here are laid out anew: O(ids). */
  function setKeptMax(keptMax: number): void {
    assert(keptMax >= 0 && keptMax <= rowsMax, "there is room for the ids that are kept");
    forgetBeyond(Math.min(registers[COUNT], keptMax));
    const kept = registers[COUNT];
    const ids = new Int32Array(kept * ROW_WORDS);
    for (let i = 0; i < kept; i++) {
      const rowAt = (rowAfter(registers[OLDEST], i) & rowMask) * ROW_WORDS;
      ids.set(rows.subarray(rowAt, rowAt + ROW_WORDS), i * ROW_WORDS);
    }
    clear();
    registers[KEPT_MAX] = keptMax;
    for (let i = 0; i < kept; i++) add(ids, i * ROW_WORDS, ids[i * ROW_WORDS + HASH]);
  }

  function keptMax(): number {
    return registers[KEPT_MAX];
  }

  /** O(chains) that were in use. */
  function clear(): void {
    chains.fill(0, 0, registers[CHAINS]);
    registers[COUNT] = 0;
    registers[OLDEST] = 0;
    registers[USED] = 0;
    registers[CHAINS] = CHAINS_MIN;
    registers[MASK] = CHAINS_MIN - 1;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(chains, registers[CHAINS]);
    snapshot.array(rows, registers[USED] * ROW_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(chains);
    snapshot.into(rows);
  }

  /** How many came before it. */
  function ageOf(row: number): number {
    const before = row - registers[OLDEST];
    return before < 0 ? before + registers[KEPT_MAX] : before;
  }

  function rowAfter(row: number, steps: number): number {
    const after = row + steps;
    return after < registers[KEPT_MAX] ? after : after - registers[KEPT_MAX];
  }

  function chainOf(hash: number): number {
    const chain = hash & registers[MASK];
    return chain < registers[CHAINS] ? chain : chain & (registers[MASK] >>> 1);
  }

  function hang(row: number): void {
    const rowAt = (row & rowMask) * ROW_WORDS;
    const hash = rows[rowAt + HASH];
    const at = chainOf(hash) & chainMask;
    rows[rowAt + NEXT] = chains[at] & ROW_MASK;
    chains[at] = (chains[at] & ~ROW_MASK) | (row + 1) | markOf(hash);
  }

  /** Every row of the chain is hung up anew, but that one. */
  function rehang(chain: number, except: number): void {
    let ref = chains[chain & chainMask] & ROW_MASK;
    chains[chain & chainMask] = 0;
    while (ref !== 0) {
      const row = ref - 1;
      ref = rows[(row & rowMask) * ROW_WORDS + NEXT];
      if (row !== except) hang(row);
    }
  }

  /** One more chain takes its part of the one that had it. */
  function split(): void {
    const chain = registers[CHAINS];
    if (chain > chainMask) return;
    if (chain > registers[MASK]) registers[MASK] = registers[MASK] * 2 + 1;
    registers[CHAINS] = chain + 1;
    chains[chain & chainMask] = 0;
    rehang(chain & (registers[MASK] >>> 1), NONE);
  }

  return { count, has, lookAhead, add, forgetBeyond, setKeptMax, keptMax, save, load };
}

function markOf(hash: number): number {
  return 1 << (ROW_BITS + ((hash >>> MARK_SHIFT) % MARKS));
}
