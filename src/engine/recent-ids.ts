// hot path
// Client order ids of the orders that ended last: a queue of rows in chains by their hash. Nothing
// is ever taken out of a chain. What comes is put in front, so where a row is too old, all behind
// it are, and the row itself is written anew by whoever comes a queue's length later.
//
// Nearly every new id is in no chain, and where its chain begins is a step to memory far away
// (decision 0012). So a filter is asked first, two bytes a row, which stays close at hand. An id
// is noted there at once, and put into its chain together with others, so that their steps overlap.
//
//   rows    32 bytes each: word 0 accountId, 1-4 clOrdId, 5 its hash, 6 the next number of its
//           chain. Ids are numbered from 1 as they come, beyond 2^31 with the sign; the row of a
//           number is its lowest bits
//   heads   4 bytes each, as many as rows: the number that a chain begins with
//   filter  for two spans of numbers in turn, each as long as the queue: three bits of one word say
//           that an id may have come; a word for every four rows

import { createRegisters } from "../base/registers.ts";
import { createRows } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { isSameOrderId } from "../codec/ouch-id.ts";

const ROW_WORDS = 8;
const ACCOUNT_ID = 0;
const CL_ORD_ID = 1;
const HASH = 5;
const NEXT = 6;

/** Ids a word of the filter, as a shift: a byte of it each, in either span. */
const IDS_A_WORD_BITS = 2;
const WORD_SHIFT = 14;
const SPREAD = 0x9e37_79b1 | 0;
/** Ids put into their chains at once; a power of two. */
const HUNG_AT_ONCE = 16;

/** The number that the next id gets, and the first that hangs in no chain yet. */
const COMING = 0;
const UNHUNG = 1;
const COUNT = 2;
const REGISTERS = 3;

export type RecentIds = ReturnType<typeof createRecentIds>;

/** Room for `rowsMax` ids; memory is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createRecentIds(rowsMax: number) {
  const { words: rows, mask } = createRows(rowsMax, ROW_WORDS * 4);
  const { words: heads } = createRows(rowsMax, 4);
  const wordMask = mask >>> IDS_A_WORD_BITS;
  const filter = new Int32Array((wordMask + 1) * 2);
  const registers = createRegisters(REGISTERS);
  registers[COMING] = 1;
  registers[UNHUNG] = 1;

  function count(): number {
    return registers[COUNT];
  }

  /** Whether the id is here, four words from `words[at]`. */
  function has(hash: number, accountId: number, words: Int32Array, at: number): boolean {
    if (!mayHave(hash)) return false;
    for (let number = registers[UNHUNG]; number !== registers[COMING]; number = (number + 1) | 0) {
      if (isAt(number, hash, accountId, words, at)) return true;
    }
    let number = heads[hash & mask];
    let age = 0;
    // Older and older: a number so old that it looks young again ends the chain too.
    while (ageOf(number) > age && ageOf(number) <= registers[COUNT]) {
      if (isAt(number, hash, accountId, words, at)) return true;
      age = ageOf(number);
      number = rows[rowAt(number) + NEXT];
    }
    return false;
  }

  /** An id comes, four words from `words[at]`. There is room: forgetBeyond() makes it. */
  function add(accountId: number, words: Int32Array, at: number, hash: number): void {
    const number = registers[COMING];
    const to = rowAt(number);
    rows[to + ACCOUNT_ID] = accountId;
    rows[to + CL_ORD_ID] = words[at];
    rows[to + CL_ORD_ID + 1] = words[at + 1];
    rows[to + CL_ORD_ID + 2] = words[at + 2];
    rows[to + CL_ORD_ID + 3] = words[at + 3];
    rows[to + HASH] = hash;
    if ((number & mask) === 0) filter.fill(0, spanOf(number), spanOf(number) + wordMask + 1);
    filter[spanOf(number) + wordOf(hash)] |= bitsOf(hash);
    registers[COMING] = number + 1;
    registers[COUNT]++;
    if ((registers[COMING] & (HUNG_AT_ONCE - 1)) === 0) hang();
  }

  /** Only the last `kept` stay. */
  function forgetBeyond(kept: number): void {
    if (registers[COUNT] > kept) registers[COUNT] = kept;
  }

  /** Where in `rows` the id stands that `before` others came before. */
  function rowOf(before: number): number {
    return rowAt(registers[COMING] - registers[COUNT] + before);
  }

  /** The hash of the id in that row. */
  function hashAt(at: number): number {
    return rows[at + HASH];
  }

  function save(snapshot: SnapshotWriter): void {
    const isUsed = registers[COUNT] > 0;
    snapshot.array(registers);
    snapshot.array(rows, isUsed ? rows.length : 0);
    snapshot.array(heads, isUsed ? heads.length : 0);
    snapshot.array(filter, isUsed ? filter.length : 0);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(rows);
    snapshot.into(heads);
    snapshot.into(filter);
  }

  function mayHave(hash: number): boolean {
    const word = wordOf(hash);
    const bits = bitsOf(hash);
    return (filter[word] & bits) === bits || (filter[word + wordMask + 1] & bits) === bits;
  }

  /** Where the words begin that note ids of this number. */
  function spanOf(number: number): number {
    return (number & (mask + 1)) === 0 ? 0 : wordMask + 1;
  }

  /** Mostly other bits of the hash than those that choose a chain. */
  function wordOf(hash: number): number {
    return (hash >>> WORD_SHIFT) & wordMask;
  }

  /** Puts what came since the last time in front of its chains. */
  function hang(): void {
    for (let number = registers[UNHUNG]; number !== registers[COMING]; number = (number + 1) | 0) {
      const to = rowAt(number);
      const chain = rows[to + HASH] & mask;
      rows[to + NEXT] = heads[chain];
      heads[chain] = number;
    }
    registers[UNHUNG] = registers[COMING];
  }

  function isAt(
    number: number,
    hash: number,
    accountId: number,
    words: Int32Array,
    at: number,
  ): boolean {
    const row = rowAt(number);
    return (
      rows[row + HASH] === hash &&
      rows[row + ACCOUNT_ID] === (accountId | 0) &&
      isSameOrderId(rows, row + CL_ORD_ID, words, at) &&
      ageOf(number) <= registers[COUNT]
    );
  }

  function rowAt(number: number): number {
    return (number & mask) * ROW_WORDS;
  }

  /** 1 of the id that came last. */
  function ageOf(number: number): number {
    return (registers[COMING] - number) >>> 0;
  }

  return { rows, count, has, add, forgetBeyond, rowOf, hashAt, save, load };
}

/** Three of 32. */
function bitsOf(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), SPREAD);
  return (1 << (mixed >>> 27)) | (1 << (mixed >>> 22)) | (1 << (mixed >>> 17));
}
