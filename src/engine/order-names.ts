// hot path
// Which working order the command at work names, a cancel or an amend: by client order id or, where
// that is empty, by order id; none when it names another instrument than the order's.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import {
  CANCEL_CL_ORD_ID_WORD,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_INSTRUMENT_ID_WORD,
} from "../codec/command.ts";
import type { EngineTables } from "./engine-tables.ts";

/** The same in every command that names an order. */
const ID = CANCEL_CL_ORD_ID_WORD;

export type OrderNames = ReturnType<typeof createOrderNames>;

export function createOrderNames(tables: EngineTables) {
  const { books, clOrdIds, columns, frame } = tables;
  const { words: command } = frame;

  /** The slot, or NONE. The word says where in the command the order id stands. */
  function find(orderIdWord: number): number {
    const accountId = command[COMMAND_ACCOUNT_ID_WORD] >>> 0;
    const slot = hasClOrdId(command, ID)
      ? clOrdIds.find(clOrdIds.hashOf(accountId, command, ID), accountId, command, ID)
      : findByOrderId(accountId, readU64(command, orderIdWord));
    if (slot < 0) return NONE;
    const instrumentId = command[COMMAND_INSTRUMENT_ID_WORD] >>> 0;
    if (instrumentId === 0) return slot;
    return columns.instrumentIdOf(slot) === instrumentId ? slot : NONE;
  }

  function findByOrderId(accountId: number, orderId: number): number {
    const slot = books.find(orderId);
    return slot !== NONE && columns.accountIdOf(slot) === accountId ? slot : NONE;
  }

  return { find };
}
