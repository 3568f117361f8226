// hot path
// What balances are counted in: currencies and base assets by name, numbered in order of their
// first mention by an instrument. Beside each what is conserved: deposits less withdrawals are
// always what accounts and the house have, and what went to those who have no balances.

import { createPairIndex, type PairIndex } from "../base/pair-index.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { WideSums } from "../base/wide-sums.ts";

/** The name: eight ASCII characters in two words. */
const NAME_WORDS = 2;

export class AssetTable {
  readonly #names: PairIndex;
  /** Deposits less withdrawals, accounts' and the house's. */
  readonly supply: WideSums;
  /** Fees less rebates, and what the operator put in or took out. */
  readonly house: WideSums;
  /** What accounts without balances got from those that have them. */
  readonly outside: WideSums;

  constructor(assetsMax: number) {
    this.#names = createPairIndex(assetsMax);
    this.supply = new WideSums(assetsMax);
    this.house = new WideSums(assetsMax);
    this.outside = new WideSums(assetsMax);
  }

  get count(): number {
    return this.#names.count();
  }

  /** The asset whose name stands at `words[at]`, or NONE. */
  find(words: Int32Array, at: number): number {
    return this.#names.find(words[at], words[at + 1]);
  }

  /** Adds a name that is not there. */
  add(words: Int32Array, at: number): number {
    return this.#names.add(words[at], words[at + 1]);
  }

  writeName(asset: number, words: Int32Array, at: number): void {
    words[at] = this.#names.firstOf(asset);
    words[at + NAME_WORDS - 1] = this.#names.secondOf(asset);
  }

  save(snapshot: SnapshotWriter): void {
    this.#names.save(snapshot);
    this.supply.save(snapshot, this.count);
    this.house.save(snapshot, this.count);
    this.outside.save(snapshot, this.count);
  }

  load(snapshot: SnapshotReader): void {
    this.#names.load(snapshot);
    this.supply.load(snapshot);
    this.house.load(snapshot);
    this.outside.load(snapshot);
  }
}
