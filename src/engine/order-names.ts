// hot path
// Which working order a command names: by client order id or, where that is empty, by order id;
// none when it names another instrument than the order's.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import { COMMAND_ACCOUNT_ID_WORD, COMMAND_INSTRUMENT_ID_WORD } from "../codec/command.ts";
import type { EngineTables } from "./engine-tables.ts";

export type OrderNames = ReturnType<typeof createOrderNames>;

export function createOrderNames(tables: EngineTables) {
  const { books, clOrdIds, columns } = tables;

  /** The slot, or NONE. The words say where in the record the two names stand. */
  function find(words: Int32Array, at: number, clOrdIdWord: number, orderIdWord: number): number {
    const accountId = words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0;
    const idAt = at + clOrdIdWord;
    const slot = hasClOrdId(words, idAt)
      ? clOrdIds.find(clOrdIds.hashOf(accountId, words, idAt), accountId, words, idAt)
      : findByOrderId(accountId, readU64(words, at + orderIdWord));
    if (slot < 0) return NONE;
    const instrumentId = words[at + COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    if (instrumentId === 0) return slot;
    return columns.instrumentIdOf(slot) === instrumentId ? slot : NONE;
  }

  function findByOrderId(accountId: number, orderId: number): number {
    const slot = books.find(orderId);
    return slot !== NONE && columns.accountIdOf(slot) === accountId ? slot : NONE;
  }

  return { find };
}
