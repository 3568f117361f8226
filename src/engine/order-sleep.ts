// hot path
// Legs of an order list sleep until their parent is filled: they stand parked, hold nothing, and
// are asked what an order is asked only when they wake.

import { NONE } from "../base/none.ts";
import { LIST_OCO } from "../model/order-terms.ts";
import type { EngineTables } from "./engine-tables.ts";

/** Whether the working order is a leg that waits for its parent. */
export function isAsleep(tables: EngineTables, slot: number): boolean {
  const { columns, lists, terms } = tables;
  const termsRow = columns.termsRowOf(slot);
  if (termsRow === NONE || terms.isAwake(termsRow)) return false;
  const listRow = terms.listRowOf(termsRow);
  return listRow !== NONE && lists.typeOf(listRow) !== LIST_OCO && terms.legIndexOf(termsRow) !== 0;
}
