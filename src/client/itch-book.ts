// A book of orders rebuilt from ITCH 5.0 messages, as a receiver of market data keeps it.

import { readPadded } from "../codec/ascii.ts";
import { i32At, u16At, u32At, u64At } from "../codec/big-endian.ts";
import * as itch from "../codec/itch.ts";

export type ItchOrder = {
  readonly reference: number;
  readonly locate: number;
  readonly side: string;
  /** As on the wire. */
  readonly price: number;
  shares: number;
};

export class ItchBook {
  /** Shown orders in the order in which they were added: within a price that is the queue. */
  readonly #orders = new Map<number, ItchOrder>();
  /** Symbols by locate code. */
  readonly symbols = new Map<number, string>();
  /** Shares that were printed, by locate code. */
  readonly printed = new Map<number, number>();

  /** Folds one message; false: it is none, or speaks of an order that is not there. */
  onMessage(bytes: Uint8Array, at: number, length: number): boolean {
    if (length === 0 || itch.itchBytes(bytes[at]) !== length) return false;
    const locate = u16At(bytes, at + itch.ITCH_LOCATE_BYTE);
    switch (bytes[at]) {
      case itch.ITCH_STOCK_DIRECTORY:
        this.symbols.set(locate, readPadded(bytes, at + itch.STOCK_DIRECTORY_STOCK_BYTE, 8));
        return true;
      case itch.ITCH_ADD_ORDER:
        return this.#add(bytes, at, locate);
      case itch.ITCH_ORDER_EXECUTED:
        return this.#execute(bytes, at, locate, true);
      case itch.ITCH_EXECUTED_WITH_PRICE: {
        const printable = readPadded(bytes, at + itch.EXECUTED_WITH_PRICE_PRINTABLE_BYTE, 1);
        return this.#execute(bytes, at, locate, printable === "Y");
      }
      case itch.ITCH_ORDER_CANCEL: {
        const reference = u64At(bytes, at + itch.ORDER_CANCEL_ORDER_REFERENCE_BYTE);
        return this.#lower(reference, u32At(bytes, at + itch.ORDER_CANCEL_SHARES_BYTE));
      }
      case itch.ITCH_ORDER_DELETE:
        return this.#orders.delete(u64At(bytes, at + itch.ORDER_DELETE_ORDER_REFERENCE_BYTE));
      case itch.ITCH_TRADE:
        this.#print(locate, u32At(bytes, at + itch.ADD_ORDER_SHARES_BYTE));
        return true;
      case itch.ITCH_CROSS_TRADE:
        this.#print(locate, u64At(bytes, at + itch.CROSS_TRADE_SHARES_BYTE));
        return true;
      default:
        return true;
    }
  }

  /** The orders of a side, the best price first, each price from its queue's head. */
  orders(locate: number, side: string): readonly ItchOrder[] {
    const found = [...this.#orders.values()].filter(
      (order) => order.locate === locate && order.side === side,
    );
    const better = side === "B" ? -1 : 1;
    return found.sort((first, second) => better * (first.price - second.price));
  }

  get orderCount(): number {
    return this.#orders.size;
  }

  #add(bytes: Uint8Array, at: number, locate: number): boolean {
    const reference = u64At(bytes, at + itch.ADD_ORDER_ORDER_REFERENCE_BYTE);
    if (this.#orders.has(reference)) return false;
    this.#orders.set(reference, {
      reference,
      locate,
      side: readPadded(bytes, at + itch.ADD_ORDER_SIDE_BYTE, 1),
      price: i32At(bytes, at + itch.ADD_ORDER_PRICE_BYTE),
      shares: u32At(bytes, at + itch.ADD_ORDER_SHARES_BYTE),
    });
    return true;
  }

  #execute(bytes: Uint8Array, at: number, locate: number, isPrinted: boolean): boolean {
    const shares = u32At(bytes, at + itch.ORDER_EXECUTED_SHARES_BYTE);
    if (isPrinted) this.#print(locate, shares);
    return this.#lower(u64At(bytes, at + itch.ORDER_EXECUTED_ORDER_REFERENCE_BYTE), shares);
  }

  #lower(reference: number, shares: number): boolean {
    const order = this.#orders.get(reference);
    if (order === undefined || order.shares < shares) return false;
    order.shares -= shares;
    if (order.shares === 0) this.#orders.delete(reference);
    return true;
  }

  #print(locate: number, shares: number): void {
    this.printed.set(locate, (this.printed.get(locate) ?? 0) + shares);
  }
}
