// The displayed depth of all instruments, folded from events: price -> open quantity and order
// count, best first. The fold's rule stands at the end of docs/protocols/journal.md, "Events".

import { assert } from "../base/assert.ts";
import { createKeyTrees, type KeyTrees } from "../base/key-trees.ts";
import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import type { DepthLevel } from "../model/venue.ts";

const ROW_REALS = 4;
const PRICE = 0;
const QTY = 1;
const COUNT = 2;
const LEAF = 3;

const LEVELS_EXPECTED = 4096;

export class DepthBook {
  readonly #trees: KeyTrees;
  #rows = new Float64Array(LEVELS_EXPECTED * ROW_REALS);
  #usedRows = 0;
  readonly #freeRows: number[] = [];

  /**
   * Room for `booksMax` books, numbered from 0, whose levels hang in `nodesMax` nodes: as many as
   * the engine's ladders have.
   */
  constructor(booksMax: number, nodesMax: number) {
    this.#trees = createKeyTrees(booksMax * 2, nodesMax);
  }

  /** Adds `qtyLots` (negative: takes off) and `orders` at a price; an empty level disappears. */
  change(book: number, side: number, priceTicks: number, qtyLots: number, orders: number): void {
    const tree = treeOf(book, side);
    const key = keyOf(tree, priceTicks);
    let row = this.#trees.find(tree, key);
    if (row === NONE) row = this.#open(tree, key, priceTicks);
    const at = row * ROW_REALS;
    this.#rows[at + QTY] += qtyLots;
    this.#rows[at + COUNT] += orders;
    assert(this.#rows[at + QTY] >= 0, "a level's quantity is never negative");
    if (this.#rows[at + QTY] > 0) return;
    assert(this.#rows[at + COUNT] === 0, "a level without quantity has no orders");
    this.#trees.remove(this.#rows[at + LEAF], key);
    this.#freeRows.push(row);
  }

  /** The best level of a side, or undefined. */
  best(book: number, side: number): DepthLevel | undefined {
    const row = this.#trees.first(treeOf(book, side));
    return row === NONE ? undefined : this.#level(row);
  }

  /** The level at a price, with zero quantity where there is none. */
  levelAt(book: number, side: number, priceTicks: number): DepthLevel {
    const tree = treeOf(book, side);
    const row = this.#trees.find(tree, keyOf(tree, priceTicks));
    return row === NONE ? [priceTicks, 0, 0] : this.#level(row);
  }

  /** The best `levelsMax` levels of a side, best first. */
  levels(book: number, side: number, levelsMax: number): DepthLevel[] {
    const tree = treeOf(book, side);
    const levels: DepthLevel[] = [];
    let row = this.#trees.first(tree);
    while (row !== NONE && levels.length < levelsMax) {
      levels.push(this.#level(row));
      const at = row * ROW_REALS;
      row = this.#trees.next(this.#rows[at + LEAF], keyOf(tree, this.#rows[at + PRICE]));
    }
    return levels;
  }

  save(snapshot: SnapshotWriter): void {
    this.#trees.save(snapshot);
    snapshot.array(this.#rows, this.#usedRows * ROW_REALS);
    snapshot.array(Int32Array.from(this.#freeRows));
  }

  /** The inverse of save, into a new book. */
  load(snapshot: SnapshotReader): void {
    assert(this.#usedRows === 0, "a snapshot is loaded into a new book");
    this.#trees.load(snapshot);
    const rows = snapshot.float64s();
    this.#usedRows = rows.length / ROW_REALS;
    if (rows.length > this.#rows.length) this.#rows = rows;
    else this.#rows.set(rows);
    for (const row of snapshot.int32s()) this.#freeRows.push(row); // A spread has a limit.
  }

  #level(row: number): DepthLevel {
    const at = row * ROW_REALS;
    return [this.#rows[at + PRICE], this.#rows[at + QTY], this.#rows[at + COUNT]];
  }

  #open(tree: number, key: number, priceTicks: number): number {
    let row = this.#freeRows.pop() ?? NONE;
    if (row === NONE) {
      if ((this.#usedRows + 1) * ROW_REALS > this.#rows.length) this.#grow();
      row = this.#usedRows++;
    }
    const at = row * ROW_REALS;
    this.#rows[at + PRICE] = priceTicks;
    this.#rows[at + QTY] = 0;
    this.#rows[at + COUNT] = 0;
    this.#rows[at + LEAF] = this.#trees.insert(tree, key, row);
    return row;
  }

  #grow(): void {
    const rows = new Float64Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}

function treeOf(book: number, side: number): number {
  return book * 2 + side - 1;
}

/** Smallest key first is best price first: bids are inverted bit by bit. */
function keyOf(tree: number, priceTicks: number): number {
  return priceTicks ^ ((tree & 1) - 1);
}
