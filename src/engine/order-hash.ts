// The terms of orders, and what the exchange keeps of such an order beside them, folded into the
// state hash: two states whose books look alike but whose orders would act otherwise differ.
// Nothing of plain orders.

import { NONE } from "../base/none.ts";
import { LIST_LEGS_MAX, TERMS_WORDS } from "../codec/command.ts";
import type { EngineTables } from "./engine-tables.ts";
import type { OrderChains } from "./order-chains.ts";

type Fold = { number(value: number): void };

/** Beside the terms: how far an order has come by them. */
export function foldTerms(fold: Fold, tables: EngineTables, slot: number): void {
  const { books, columns, terms } = tables;
  const row = columns.termsRowOf(slot);
  if (row === NONE) return;
  const at = terms.firstWordOf(row);
  for (let i = 0; i < TERMS_WORDS; i++) fold.number(terms.words[at + i]);
  fold.number(terms.limitTicksOf(row));
  fold.number(terms.worstPxTicksOf(row));
  fold.number(terms.extremeTicksOf(row));
  fold.number(Number(terms.isTracking(row)));
  fold.number(Number(terms.isAwake(row)));
  fold.number(terms.refillCountOf(row));
  fold.number(terms.publicOrderIdOf(row));
  fold.number(terms.arrivalOf(row));
  fold.number(terms.releasedLotsOf(row));
  fold.number(books.shownLotsOf(slot));
  foldList(fold, tables, row);
}

/** Orders that follow a price do so in the order of a chain of their own, and fire so. */
export function foldChain(
  fold: Fold,
  tables: EngineTables,
  chain: OrderChains,
  book: number,
): void {
  const { terms } = tables;
  for (let row = chain.firstOf(book); row !== NONE; row = terms.nextOf(row)) {
    fold.number(orderIdOf(tables, row));
  }
}

function foldList(fold: Fold, tables: EngineTables, row: number): void {
  const { lists, terms } = tables;
  const listRow = terms.listRowOf(row);
  if (listRow === NONE) return;
  fold.number(lists.typeOf(listRow));
  fold.number(lists.stateOf(listRow));
  fold.number(Number(lists.isProRata(listRow)));
  fold.number(lists.filledLotsOf(listRow));
  fold.number(lists.totalLotsOf(listRow));
  fold.number(terms.legIndexOf(row));
  for (let leg = 0; leg < LIST_LEGS_MAX; leg++) {
    fold.number(orderIdOf(tables, lists.legOf(listRow, leg)));
  }
}

/** 0 where the leg has ended. */
function orderIdOf({ books, terms }: EngineTables, row: number): number {
  return row === NONE ? 0 : books.orderIdOf(terms.slotOf(row));
}
