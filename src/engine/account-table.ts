// hot path
// Accounts as identities: account id -> row, with the head of the list of the account's resting
// orders. A row is made at the account's first order and stays.

import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { STP_DEFAULT, STP_NONE } from "../model/order-terms.ts";

const ROW_WORDS = 2;
const ACCOUNT_ID = 0;
const FIRST_ORDER = 1;
const SPREAD = 0x9e37_79b1 | 0;

export class AccountTable {
  readonly #rows: Int32Array;
  readonly #places: Int32Array;
  readonly #mask: number;
  readonly #accountsMax: number;
  #salt: number;
  #count = 0;

  constructor(accountsMax: number, salt: number) {
    const places = 1 << (32 - Math.clz32(accountsMax * 2 - 1));
    this.#rows = new Int32Array(accountsMax * ROW_WORDS);
    this.#places = new Int32Array(places).fill(NONE);
    this.#mask = places - 1;
    this.#accountsMax = accountsMax;
    this.#salt = salt | 0;
  }

  /** The account's row, or NONE if it never entered an order. */
  find(accountId: number): number {
    return this.#places[this.#place(accountId)];
  }

  /** The account's row, made now if need be; NONE when the table is full. */
  findOrAdd(accountId: number): number {
    const place = this.#place(accountId);
    const row = this.#places[place];
    if (row !== NONE || this.#count === this.#accountsMax) return row;
    const added = this.#count++;
    this.#places[place] = added;
    this.#rows[added * ROW_WORDS + ACCOUNT_ID] = accountId;
    this.#rows[added * ROW_WORDS + FIRST_ORDER] = NONE;
    return added;
  }

  /** Rows are numbered from 0 to here. */
  get count(): number {
    return this.#count;
  }

  accountIdOf(row: number): number {
    return this.#rows[row * ROW_WORDS + ACCOUNT_ID] >>> 0;
  }

  /** The newest resting order of the account, or NONE; OrderColumns links the others. */
  firstOrderOf(row: number): number {
    return this.#rows[row * ROW_WORDS + FIRST_ORDER];
  }

  setFirstOrder(row: number, slot: number): void {
    this.#rows[row * ROW_WORDS + FIRST_ORDER] = slot;
  }

  /** Whether two accounts may not trade with each other under self-trade prevention. */
  isSamePerson(row: number, otherRow: number): boolean {
    return row === otherRow;
  }

  /** STP_... of an order of this account that asks for `stpMode`. */
  stpModeOf(_row: number, stpMode: number): number {
    return stpMode === STP_DEFAULT ? STP_NONE : stpMode;
  }

  save(snapshot: SnapshotWriter): void {
    snapshot.number(this.#salt);
    snapshot.number(this.#count);
    snapshot.array(this.#rows, this.#count * ROW_WORDS);
    snapshot.array(this.#places);
  }

  load(snapshot: SnapshotReader): void {
    this.#salt = snapshot.number();
    this.#count = snapshot.number();
    snapshot.into(this.#rows);
    snapshot.into(this.#places);
  }

  #place(accountId: number): number {
    const wanted = accountId | 0;
    let place = (Math.imul(wanted ^ this.#salt, SPREAD) >>> 7) & this.#mask;
    for (;;) {
      const row = this.#places[place];
      if (row === NONE || this.#rows[row * ROW_WORDS + ACCOUNT_ID] === wanted) return place;
      place = (place + 1) & this.#mask;
    }
  }
}
