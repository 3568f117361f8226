// hot path
// Pairs of 32-bit integers -> rows numbered from 0 in order of their first mention: open addressing
// over a table of rows, of which only as much is used as keeps it at most half full. Rows stay for
// good.

import { assert } from "./assert.ts";
import { NONE } from "./none.ts";
import { createRegisters } from "./registers.ts";
import { createRows } from "./rows.ts";
import type { SnapshotReader, SnapshotWriter } from "./snapshot.ts";

const SPREAD = 0x9e37_79b1 | 0;
const SECOND_SPREAD = 0x85eb_ca6b | 0;
const ROW_WORDS = 2;
const PLACES_MIN = 32;

const COUNT = 0;
const MASK = 1;
const REGISTERS = 2;

export type PairIndex = ReturnType<typeof createPairIndex>;

/** Memory for `rowsMax` rows is touched only when used. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createPairIndex(rowsMax: number) {
  const rows = createRows(rowsMax, ROW_WORDS * 4);
  const { mask, words } = rows;
  const firsts = rows.wordColumn(0);
  const seconds = rows.wordColumn(1);
  /** A row, from 1; 0 is an empty place. */
  const places = new Int32Array(Math.max(PLACES_MIN, (mask + 1) * 2));
  const placeMask = places.length - 1;
  const registers = createRegisters(REGISTERS);
  registers[MASK] = PLACES_MIN - 1;

  function count(): number {
    return registers[COUNT];
  }

  /** Whether so many further pairs fit. */
  function hasRoom(more: number): boolean {
    return registers[COUNT] + more <= rowsMax;
  }

  /** The pair's row, or NONE. */
  function find(first: number, second: number): number {
    let place = homeOf(first, second);
    for (;;) {
      const row = (places[place & placeMask] - 1) | 0;
      if (row === NONE || isAt(row, first, second)) return row;
      place = (place + 1) & registers[MASK];
    }
  }

  /** Adds a pair that is not there and returns its row. Ask hasRoom first. */
  function add(first: number, second: number): number {
    assert(registers[COUNT] < rowsMax, "a pair is added only where there is room");
    if (registers[COUNT] * 2 > registers[MASK]) grow();
    const row = registers[COUNT]++;
    firsts[(row & mask) * ROW_WORDS] = first;
    seconds[(row & mask) * ROW_WORDS] = second;
    placeRow(row);
    return row;
  }

  function firstOf(row: number): number {
    return firsts[(row & mask) * ROW_WORDS];
  }

  function secondOf(row: number): number {
    return seconds[(row & mask) * ROW_WORDS];
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.number(registers[COUNT]);
    snapshot.array(words, registers[COUNT] * ROW_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    const count = snapshot.number();
    const keys = snapshot.int32s();
    for (let row = 0; row < count; row++) add(keys[row * ROW_WORDS], keys[row * ROW_WORDS + 1]);
  }

  function isAt(row: number, first: number, second: number): boolean {
    const at = (row & mask) * ROW_WORDS;
    return firsts[at] === (first | 0) && seconds[at] === (second | 0);
  }

  function homeOf(first: number, second: number): number {
    let mixed = Math.imul(first, SPREAD) ^ Math.imul(second, SECOND_SPREAD);
    mixed = Math.imul(mixed ^ (mixed >>> 15), SPREAD);
    return (mixed ^ (mixed >>> 13)) & registers[MASK];
  }

  function placeRow(row: number): void {
    let place = homeOf(firstOf(row), secondOf(row));
    while (places[place & placeMask] !== 0) place = (place + 1) & registers[MASK];
    places[place & placeMask] = row + 1;
  }

  /** O(rows), rare. */
  function grow(): void {
    registers[MASK] = registers[MASK] * 2 + 1;
    places.fill(0, 0, registers[MASK] + 1);
    for (let row = 0; row < registers[COUNT]; row++) placeRow(row);
  }

  return { count, hasRoom, find, add, firstOf, secondOf, save, load };
}
