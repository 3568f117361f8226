// How many connections all ports together may have, and each: a connection costs an open file, and
// the log must never be the one that finds none. Where there is no more room a new one takes the
// place of one that nobody has logged in on: the oldest from where most come from.

import { AccountCounts } from "./account-counts.ts";
import { Crowds, originOf } from "./crowds.ts";
import { OPEN_FILES_KEPT } from "./limits.ts";

/** As many connections as leave the exchange its files; where there are few, half of them. */
export function connectionsOf(openFilesMax: number): number {
  return Math.max(openFilesMax - OPEN_FILES_KEPT, Math.floor(openFilesMax / 2));
}

/** What is needed of a socket. */
export type Closing = {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
};

type Place = {
  readonly socket: Closing;
  readonly origin: string;
  /** Whose it is; undefined: nobody's yet. */
  accountId: number | undefined;
  release(): void;
};

/** Connections, and those of them that nobody has logged in on. */
class Room {
  readonly #max: number;
  readonly strangers = new Crowds<Place>();
  count = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isOver(): boolean {
    return this.count > this.#max;
  }

  add(place: Place): void {
    this.count++;
    this.strangers.add(place, place.origin);
  }

  delete(place: Place): void {
    this.count--;
    this.strangers.delete(place, place.origin);
  }
}

export class ConnectionBudget {
  readonly connectionsMax: number;
  readonly #room: Room;
  /** Connections that were closed at once, for want of room here or at their port. */
  refusedCount = 0;
  /** Those without a login that made way for newer ones. */
  evictedCount = 0;

  constructor(connectionsMax = Number.POSITIVE_INFINITY) {
    this.connectionsMax = connectionsMax;
    this.#room = new Room(connectionsMax);
  }

  get count(): number {
    return this.#room.count;
  }

  /** The places of one port among all; an account's beyond its share are as those of nobody. */
  ofPort(connectionsMax: number, ofAccountMax = connectionsMax): ConnectionPlaces {
    return new ConnectionPlaces(this, [new Room(connectionsMax), this.#room], ofAccountMax);
  }
}

export class ConnectionPlaces {
  readonly #budget: ConnectionBudget;
  readonly #rooms: readonly Room[];
  readonly #ofAccountMax: number;
  readonly #accounts = new AccountCounts();
  /** By address and port of the client: TLS has another socket on top. */
  readonly #places = new Map<string, Place>();

  constructor(budget: ConnectionBudget, rooms: readonly Room[], ofAccountMax: number) {
    this.#budget = budget;
    this.#rooms = rooms;
    this.#ofAccountMax = ofAccountMax;
  }

  /** Counts the connection until it closes; false: there is no room for it. */
  tryTake(socket: Closing): boolean {
    const peer = peerOf(socket);
    const place: Place = {
      socket,
      origin: originOf(socket.remoteAddress ?? ""),
      accountId: undefined,
      release: () => {
        if (this.#places.get(peer) !== place) return;
        this.#places.delete(peer);
        if (place.accountId !== undefined) this.#accounts.delete(place.accountId);
        for (const room of this.#rooms) room.delete(place);
      },
    };
    this.#places.get(peer)?.release(); // Its close is about to be told.
    this.#places.set(peer, place);
    for (const room of this.#rooms) room.add(place);
    for (const room of this.#rooms) if (room.isOver && !this.#makeRoom(room, place)) return false;
    socket.once("close", place.release);
    return true;
  }

  isKnown(peer: string): boolean {
    return this.#places.get(peer)?.accountId !== undefined;
  }

  /** Where a client comes from that nobody has logged in on; "" of all others. */
  strangeOrigin(peer: string): string {
    const place = this.#places.get(peer);
    return place === undefined || place.accountId !== undefined ? "" : place.origin;
  }

  /** An account has logged in on it: it makes way for nobody any more. */
  know(peer: string, accountId: number): void {
    const place = this.#places.get(peer);
    if (place === undefined || place.accountId !== undefined) return;
    if (this.#accounts.of(accountId) >= this.#ofAccountMax) return;
    this.#accounts.add(accountId);
    place.accountId = accountId;
    for (const { strangers } of this.#rooms) strangers.delete(place, place.origin);
  }

  /** False: the newcomer itself has to go. */
  #makeRoom({ strangers }: Room, newcomer: Place): boolean {
    const oldest = strangers.oldestOfLargest() ?? newcomer;
    oldest.release();
    if (oldest === newcomer) {
      this.#budget.refusedCount++;
      return false;
    }
    this.#budget.evictedCount++;
    oldest.socket.destroy();
    return true;
  }
}

/** What tells the clients of a port apart. */
export function peerOf({ remoteAddress, remotePort }: Closing): string {
  return `${remoteAddress}:${remotePort}`;
}
