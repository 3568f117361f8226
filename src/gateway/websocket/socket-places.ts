// Who has the WebSockets: an account, no more than its share, or nobody yet. Of those the oldest
// from where most come from makes way for a new one beyond their share.

import type { Duplex } from "node:stream";
import type { Clock } from "../../ops/clock.ts";
import { AccountCounts } from "../account-counts.ts";
import { Crowds, originOf } from "../crowds.ts";
import { type Refusal, refuse, TOO_MANY_CONNECTIONS } from "../error-codes.ts";
import {
  PUBLIC_REQUESTS_A_SECOND_MAX,
  WEBSOCKETS_OF_ACCOUNT_MAX,
  WEBSOCKETS_PUBLIC_MAX,
} from "../limits.ts";
import { OriginRates } from "../origin-rates.ts";

/** Whose connections are those that nobody has logged in on. */
export const NOBODY = 0;

type Cutting = { cut(): void };

export class SocketPlaces {
  readonly #rates: OriginRates;
  readonly #accounts = new AccountCounts();
  readonly #strangers = new Crowds<Cutting>();
  readonly #origins = new Map<Cutting, string>();

  constructor(clock: Clock) {
    this.#rates = new OriginRates(clock, PUBLIC_REQUESTS_A_SECOND_MAX);
  }

  /** Nobody has logged in on it yet. */
  add(connection: Cutting, socket: Duplex & { readonly remoteAddress?: string }): void {
    const origin = originOf(socket.remoteAddress ?? "");
    this.#origins.set(connection, origin);
    this.#strangers.add(connection, origin);
    if (this.#strangers.count <= WEBSOCKETS_PUBLIC_MAX) return;
    const oldest = this.#strangers.oldestOfLargest();
    if (oldest === undefined) return;
    this.delete(oldest, NOBODY);
    oldest.cut();
  }

  /** One more message; false: too many where nobody has logged in. */
  mayAsk(connection: Cutting): boolean {
    const origin = this.#origins.get(connection);
    return origin === undefined || this.#rates.tryTake(origin);
  }

  hasRoomFor(accountId: number): boolean {
    return this.#accounts.of(accountId) < WEBSOCKETS_OF_ACCOUNT_MAX;
  }

  logIn(connection: Cutting, accountId: number): void {
    this.delete(connection, NOBODY);
    this.#accounts.add(accountId);
  }

  /** Nothing more where it has made way. */
  delete(connection: Cutting, accountId: number): void {
    const origin = this.#origins.get(connection);
    this.#origins.delete(connection);
    if (accountId !== NOBODY) this.#accounts.delete(accountId);
    else if (origin !== undefined) this.#strangers.delete(connection, origin);
  }
}

export function refusePlace(): Refusal {
  const expected = `at most ${WEBSOCKETS_OF_ACCOUNT_MAX} of an account`;
  return refuse(TOO_MANY_CONNECTIONS, `connections: expected ${expected}, found one more`);
}
