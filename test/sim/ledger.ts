// What the traders were told of their orders: the promises that the log has to keep.

import type { Truth } from "./truth.ts";
import { promise } from "./violation.ts";
import type { Json } from "./wire.ts";

type Told = { readonly orderId: number; readonly ordStatus: string; readonly cumQty: string };

export class Ledger {
  readonly #told = new Map<string, Told>();
  readonly #refused = new Map<string, string>();

  get toldCount(): number {
    return this.#told.size;
  }

  /** A report of the exchange on an order of the account. */
  noteTold(accountId: number, clOrdId: string, { orderId, ordStatus, cumQty }: Json): void {
    this.#told.set(keyOf(accountId, clOrdId), { orderId, ordStatus, cumQty });
  }

  /** The gateway said that the order, sent once, was not entered. */
  noteRefused(accountId: number, clOrdId: string, code: string): void {
    this.#refused.set(keyOf(accountId, clOrdId), code);
  }

  /** Every order that somebody was told of is in the log, and no order that was refused. */
  compare(truth: Truth): void {
    for (const [key, told] of this.#told) {
      const entries = truth.ordersByKey.get(key) ?? [];
      promise(
        entries.some(({ orderId }) => orderId === told.orderId),
        `an acknowledged order is never lost: ${key} was told as order ${told.orderId}, found ` +
          `${JSON.stringify(entries)} in the log`,
      );
      const cumQtyLots = Number(told.cumQty);
      const executed = truth.cumQtyLotsOf(told.orderId);
      promise(
        executed >= cumQtyLots,
        `an execution is never lost: ${key} was told ${cumQtyLots}, found ${executed}`,
      );
    }
    for (const [key, code] of this.#refused) {
      const entries = truth.ordersByKey.get(key) ?? [];
      promise(
        entries.length === 0,
        `a refused order is not entered: ${key} was refused with ${code}, found it in the log`,
      );
    }
    for (const [key, entries] of truth.ordersByKey) {
      const accepted = entries.filter(({ isAccepted }) => isAccepted);
      promise(accepted.length <= 1, `an order is entered once, found ${key} accepted twice`);
    }
  }
}

export function keyOf(accountId: number, clOrdId: string): string {
  return `${accountId} ${clOrdId}`;
}
