// How many connections all ports together may have: each costs an open file, and the log must never
// be the one that finds none.

import { OPEN_FILES_KEPT } from "./limits.ts";

/** As many connections as leave the exchange its files; where there are few, half of them. */
export function connectionsOf(openFilesMax: number): number {
  return Math.max(openFilesMax - OPEN_FILES_KEPT, Math.floor(openFilesMax / 2));
}

/** What is needed of a socket. */
type Closing = { once(event: "close", listener: () => void): unknown };

export class ConnectionBudget {
  readonly connectionsMax: number;
  /** Connections that were closed at once, for want of room here or at their port. */
  refusedCount = 0;
  #count = 0;

  constructor(connectionsMax: number) {
    this.connectionsMax = connectionsMax;
  }

  get count(): number {
    return this.#count;
  }

  /** Counts the connection until it closes; false: there is no room for it. */
  tryTake(socket: Closing): boolean {
    if (this.#count >= this.connectionsMax) {
      this.refusedCount++;
      return false;
    }
    this.#count++;
    socket.once("close", () => {
      this.#count--;
    });
    return true;
  }
}
