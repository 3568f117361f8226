// hot path
// Accounts as identities: account id -> row, with the head of the list of the account's resting
// orders. A row is made at the account's first order and stays.

import { NONE } from "../base/none.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { STP_DEFAULT, STP_NONE } from "../model/order-terms.ts";
import type { AccountTerms } from "./account-terms.ts";

const ROW_WORDS = 2;
const ACCOUNT_ID = 0;
const FIRST_ORDER = 1;
const SPREAD = 0x9e37_79b1 | 0;

const COUNT = 0;
const SALT = 1;
const REGISTERS = 2;

export type AccountTable = ReturnType<typeof createAccountTable>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createAccountTable(accountsMax: number, salt: number, terms: AccountTerms) {
  const placesMax = 1 << (32 - Math.clz32(accountsMax * 2 - 1));
  const rows = new Int32Array(accountsMax * ROW_WORDS);
  const places = new Int32Array(placesMax).fill(NONE);
  const registers = new Int32Array(REGISTERS);
  const mask = placesMax - 1;
  registers[SALT] = salt;

  /** The account's row, or NONE if it never entered an order. */
  function find(accountId: number): number {
    return places[placeOf(accountId)];
  }

  /** The account's row, made now if need be; NONE when the table is full. */
  function findOrAdd(accountId: number): number {
    const place = placeOf(accountId);
    const row = places[place];
    if (row !== NONE || registers[COUNT] === accountsMax) return row;
    const added = registers[COUNT]++;
    places[place] = added;
    rows[added * ROW_WORDS + ACCOUNT_ID] = accountId;
    rows[added * ROW_WORDS + FIRST_ORDER] = NONE;
    return added;
  }

  /** Rows are numbered from 0 to here. */
  function count(): number {
    return registers[COUNT];
  }

  function accountIdOf(row: number): number {
    return rows[row * ROW_WORDS + ACCOUNT_ID] >>> 0;
  }

  /** The newest resting order of the account, or NONE; OrderColumns links the others. */
  function firstOrderOf(row: number): number {
    return rows[row * ROW_WORDS + FIRST_ORDER];
  }

  function setFirstOrder(row: number, slot: number): void {
    rows[row * ROW_WORDS + FIRST_ORDER] = slot;
  }

  /** Whether two accounts may not trade with each other under self-trade prevention. */
  function isSamePerson(row: number, otherRow: number): boolean {
    return terms.isSameIdentity(row, otherRow);
  }

  /** STP_... of an order of this account that asks for `stpMode`. */
  function stpModeOf(row: number, stpMode: number): number {
    if (stpMode !== STP_DEFAULT) return stpMode;
    return terms.isUsed ? terms.stpModeOf(row) || STP_NONE : STP_NONE;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(rows, registers[COUNT] * ROW_WORDS);
    snapshot.array(places);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(rows);
    snapshot.into(places);
  }

  function placeOf(accountId: number): number {
    const wanted = accountId | 0;
    let place = (Math.imul(wanted ^ registers[SALT], SPREAD) >>> 7) & mask;
    for (;;) {
      const row = places[place];
      if (row === NONE || rows[row * ROW_WORDS + ACCOUNT_ID] === wanted) return place;
      place = (place + 1) & mask;
    }
  }

  return {
    find,
    findOrAdd,
    count,
    accountIdOf,
    firstOrderOf,
    setFirstOrder,
    isSamePerson,
    stpModeOf,
    save,
    load,
  };
}
