// hot path
// Which working order a command names: by client order id or, where that is empty, by order id;
// none when it names another instrument than the order's.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import { COMMAND_ACCOUNT_ID_WORD, COMMAND_INSTRUMENT_ID_WORD } from "../codec/command.ts";
import type { EngineTables } from "./engine-tables.ts";

/** The slot, or NONE. The words say where in the record the two names stand. */
export function findNamedOrder(
  tables: EngineTables,
  words: Int32Array,
  at: number,
  clOrdIdWord: number,
  orderIdWord: number,
): number {
  const { accounts, books, instruments } = tables;
  const accountRow = accounts.find(words[at + COMMAND_ACCOUNT_ID_WORD]);
  if (accountRow === NONE) return NONE;
  const slot = hasClOrdId(words, at + clOrdIdWord)
    ? findByClOrdId(tables, accountRow, words, at + clOrdIdWord)
    : findByOrderId(tables, accountRow, readU64(words, at + orderIdWord));
  const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
  if (slot === NONE || instrumentId === 0) return slot;
  return instruments.instrumentIdOf(books.bookOf(slot)) === instrumentId ? slot : NONE;
}

function findByClOrdId(
  { clOrdIds }: EngineTables,
  accountRow: number,
  words: Int32Array,
  idAt: number,
): number {
  const row = clOrdIds.find(accountRow, words, idAt);
  return row === NONE ? NONE : clOrdIds.slotOf(row);
}

function findByOrderId(tables: EngineTables, accountRow: number, orderId: number): number {
  const slot = tables.books.find(orderId);
  return slot !== NONE && tables.columns.accountRowOf(slot) === accountRow ? slot : NONE;
}
