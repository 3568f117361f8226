// The orders that a LOBSTER file speaks of without having entered them: they rested before its
// first line, or came into its range of levels later. One reading of the file finds them with
// all the quantity the file ever takes off them. Memory: the orders alive at one time, and the
// found ones.

import type { Side } from "../model/side.ts";
import { LineSource } from "./line-source.ts";
import {
  emptyLobsterMessage,
  isDisplayed,
  LOBSTER_DELETE,
  LOBSTER_LINE_BYTES_MAX,
  LOBSTER_NEW,
  type LobsterMessage,
  readLobsterLine,
} from "./lobster-message.ts";

export type RestingOrder = {
  readonly orderId: string;
  readonly side: Side;
  readonly priceTicks: number;
  qtyLots: number;
};

/** Oldest first: the exchange numbers its orders as they arrive. Throws FlowError on a bad line. */
export async function findRestingOrders(path: string): Promise<RestingOrder[]> {
  const lines = new LineSource(path, LOBSTER_LINE_BYTES_MAX);
  const scan = new RestingScan();
  const message = emptyLobsterMessage();
  try {
    for (let line = await lines.next(); line !== undefined; line = await lines.next()) {
      readLobsterLine(line, lines, message);
      if (isDisplayed(message.type)) scan.see(message);
    }
  } finally {
    lines.close();
  }
  return scan.found();
}

class RestingScan {
  /** Open lots of the orders that the file entered itself. */
  readonly #entered = new Map<string, number>();
  readonly #resting = new Map<string, RestingOrder>();

  see(message: LobsterMessage): void {
    if (message.type === LOBSTER_NEW) {
      this.#entered.set(message.orderId, message.qtyLots);
      return;
    }
    const openLots = this.#entered.get(message.orderId);
    if (openLots === undefined) {
      this.#add(message);
    } else if (message.type === LOBSTER_DELETE || openLots <= message.qtyLots) {
      this.#entered.delete(message.orderId);
    } else {
      this.#entered.set(message.orderId, openLots - message.qtyLots);
    }
  }

  found(): RestingOrder[] {
    return [...this.#resting.values()].sort((a, b) => Number(a.orderId) - Number(b.orderId));
  }

  #add({ orderId, side, priceTicks, qtyLots }: LobsterMessage): void {
    const resting = this.#resting.get(orderId);
    if (resting === undefined) this.#resting.set(orderId, { orderId, side, priceTicks, qtyLots });
    else resting.qtyLots += qtyLots;
  }
}
