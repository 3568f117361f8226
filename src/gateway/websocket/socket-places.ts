// Who has the WebSockets: nobody yet, or an account, each no more than its share.

import { AccountCounts } from "../account-counts.ts";
import { type Refusal, refuse, TOO_MANY_CONNECTIONS } from "../error-codes.ts";
import { WEBSOCKETS_OF_ACCOUNT_MAX, WEBSOCKETS_PUBLIC_MAX } from "../limits.ts";

/** Whose connections are those that nobody has logged in on. */
export const NOBODY = 0;

export class SocketPlaces extends AccountCounts {
  hasRoomFor(accountId: number): boolean {
    const max = accountId === NOBODY ? WEBSOCKETS_PUBLIC_MAX : WEBSOCKETS_OF_ACCOUNT_MAX;
    return this.of(accountId) < max;
  }
}

export function refusePlace(): Refusal {
  const message =
    `connections: expected at most ${WEBSOCKETS_OF_ACCOUNT_MAX} of an account ` +
    `and ${WEBSOCKETS_PUBLIC_MAX} without a login, found one more`;
  return refuse(TOO_MANY_CONNECTIONS, message);
}
