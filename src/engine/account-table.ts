// hot path
// Accounts as identities: account id -> row, with the head of the list of the account's resting
// orders. A row is made at the account's first order and stays. Only as much of the table of places
// is used as the accounts need: every order looks here, so it has to stay in the cache.

import { assert } from "../base/assert.ts";
import { NONE } from "../base/none.ts";
import { createRegisters } from "../base/registers.ts";
import { createRows, rowMaskOf } from "../base/rows.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { STP_DEFAULT, STP_NONE } from "../model/order-terms.ts";
import type { AccountTerms } from "./account-terms.ts";

const ROW_WORDS = 4; // The last one unused: a row must not lie across two cache lines.
const ACCOUNT_ID = 0;
const FIRST_ORDER = 1;
const ORDERS_COUNT = 2;
const SPREAD = 0x9e37_79b1 | 0;
const PLACES_MIN = 1 << 8;

const COUNT = 0;
const SALT = 1;
const MASK = 2;
const SHIFT = 3;
const REGISTERS = 4;

export type AccountTable = ReturnType<typeof createAccountTable>;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: decision 0011.
export function createAccountTable(accountsMax: number, salt: number, terms: AccountTerms) {
  const placesMax = Math.max(PLACES_MIN, rowMaskOf(accountsMax * 2) + 1);
  const rows = createRows(accountsMax, ROW_WORDS * 4);
  const { mask, words } = rows;
  const accountIds = rows.wordColumn(ACCOUNT_ID);
  const firstOrders = rows.wordColumn(FIRST_ORDER);
  const ordersCounts = rows.wordColumn(ORDERS_COUNT);
  const places = new Int32Array(placesMax);
  const placeMask = placesMax - 1;
  const registers = createRegisters(REGISTERS);
  registers[SALT] = salt;
  usePlaces(PLACES_MIN);

  /** The account's row, or NONE if it never entered an order. */
  function find(accountId: number): number {
    const wanted = accountId | 0;
    let place = homeOf(wanted);
    for (;;) {
      const row = places[place & placeMask];
      if (row === NONE || accountIds[(row & mask) * ROW_WORDS] === wanted) return row;
      place = (place + 1) & registers[MASK];
    }
  }

  /** The account's row, made now if need be; NONE when the table is full. */
  function findOrAdd(accountId: number): number {
    const row = find(accountId);
    if (row !== NONE || registers[COUNT] === accountsMax) return row;
    if (registers[COUNT] * 2 > registers[MASK]) grow();
    const added = registers[COUNT]++;
    accountIds[(added & mask) * ROW_WORDS] = accountId;
    placeRow(added);
    firstOrders[(added & mask) * ROW_WORDS] = NONE;
    ordersCounts[(added & mask) * ROW_WORDS] = 0;
    return added;
  }

  /** Rows are numbered from 0 to here. */
  function count(): number {
    return registers[COUNT];
  }

  function accountIdOf(row: number): number {
    return accountIds[(row & mask) * ROW_WORDS] >>> 0;
  }

  /** The newest resting order of the account, or NONE; OrderColumns links the others. */
  function firstOrderOf(row: number): number {
    return firstOrders[(row & mask) * ROW_WORDS];
  }

  function setFirstOrder(row: number, slot: number): void {
    firstOrders[(row & mask) * ROW_WORDS] = slot;
  }

  /** Working orders of the account. */
  function ordersCountOf(row: number): number {
    return ordersCounts[(row & mask) * ROW_WORDS];
  }

  function addOrders(row: number, count: number): void {
    ordersCounts[(row & mask) * ROW_WORDS] += count;
  }

  /** Whether two accounts may not trade with each other under self-trade prevention. */
  function isSamePerson(row: number, otherRow: number): boolean {
    return terms.isSameIdentity(row, otherRow);
  }

  /** STP_... of an order of this account that asks for `stpMode`. */
  function stpModeOf(row: number, stpMode: number): number {
    if (stpMode !== STP_DEFAULT) return stpMode;
    return terms.isUsed() ? terms.stpModeOf(row) || STP_NONE : STP_NONE;
  }

  function save(snapshot: SnapshotWriter): void {
    snapshot.array(registers);
    snapshot.array(words, registers[COUNT] * ROW_WORDS);
  }

  function load(snapshot: SnapshotReader): void {
    snapshot.into(registers);
    snapshot.into(words);
    usePlaces(registers[MASK] + 1);
    placeRows();
  }

  function homeOf(accountId: number): number {
    return (Math.imul(accountId ^ registers[SALT], SPREAD) >>> registers[SHIFT]) | 0;
  }

  function placeRow(row: number): void {
    let place = homeOf(accountIds[(row & mask) * ROW_WORDS]);
    while (places[place & placeMask] !== NONE) place = (place + 1) & registers[MASK];
    places[place & placeMask] = row;
  }

  function usePlaces(count: number): void {
    assert(count <= placesMax, "there are places for all accounts");
    registers[MASK] = count - 1;
    registers[SHIFT] = Math.clz32(count - 1);
    places.fill(NONE, 0, count);
  }

  function placeRows(): void {
    for (let row = 0; row < registers[COUNT]; row++) placeRow(row);
  }

  /** O(accounts), rare. */
  function grow(): void {
    usePlaces((registers[MASK] + 1) * 2);
    placeRows();
  }

  return {
    find,
    findOrAdd,
    count,
    accountIdOf,
    firstOrderOf,
    setFirstOrder,
    ordersCountOf,
    addOrders,
    isSamePerson,
    stpModeOf,
    save,
    load,
  };
}
