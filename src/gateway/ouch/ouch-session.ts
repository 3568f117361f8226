// One OUCH client of a SoupBinTCP connection: who it is, and what its requests do. What it entered
// stays entered when it goes.

import { isOuchRequest, ouchRequestFault } from "../../codec/ouch-request.ts";
import {
  SOUP_NOT_AUTHORIZED,
  SOUP_SESSION_NOT_AVAILABLE,
  type SoupLogin,
} from "../../codec/soup-bin-tcp.ts";
import type { Venue } from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import type { AccountCounts } from "../account-counts.ts";
import { KEY_REVOKED, type KeyRing } from "../keys.ts";
import type { LatencyReceipts } from "../latency-receipts.ts";
import { OUCH_SESSIONS_OF_ACCOUNT_MAX } from "../limits.ts";
import type { SoupHandler, SoupLink, SoupStart } from "../soup/soup-connection.ts";
import { throttleOf } from "../throttle.ts";
import type { OuchAccounts } from "./ouch-accounts.ts";
import type { OuchCounts } from "./ouch-counts.ts";
import { OuchDesk } from "./ouch-desk.ts";
import { OuchReceipts, wantsReceipts } from "./ouch-receipts.ts";
import type { OuchSymbols } from "./ouch-symbols.ts";

export type OuchSessionParts = {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly accounts: OuchAccounts;
  readonly symbols: OuchSymbols;
  readonly counts: OuchCounts;
  readonly clock: Clock;
  readonly receipts: LatencyReceipts;
  /** Sessions of this port that each account has. */
  readonly places: AccountCounts;
  readonly ordersPerSecondMax?: number | undefined;
};

export class OuchSession implements SoupHandler {
  /** It goes on after the next start. */
  readonly endsAtStop = false;
  readonly #parts: OuchSessionParts;
  readonly #link: SoupLink;
  #unwatchKey: () => void = () => {};
  #desk: OuchDesk | undefined;
  #leavePlace: () => void = () => {};
  #receipts: OuchReceipts | undefined;

  constructor(parts: OuchSessionParts, link: SoupLink) {
    this.#parts = parts;
    this.#link = link;
  }

  get pendingCount(): number {
    return this.#desk?.pendingCount ?? 0;
  }

  onLogin(login: SoupLogin): SoupStart | number {
    const { venue, keys, accounts, places } = this.#parts;
    const key = keys.findShort(login.username, login.password);
    if (key === undefined) return SOUP_NOT_AUTHORIZED;
    const account = accounts.of(key.accountId);
    const { stream } = account;
    const sequence = login.sequence === 0 ? stream.nextSequence : login.sequence;
    const { session } = venue.ouch;
    const isHere = login.session === "" || login.session === session;
    const reports = isHere ? stream.cursorFrom(sequence) : undefined;
    const hasPlace = places.of(key.accountId) < OUCH_SESSIONS_OF_ACCOUNT_MAX;
    if (reports === undefined || !hasPlace) return SOUP_SESSION_NOT_AVAILABLE;
    places.add(key.accountId);
    this.#link.onLogin(key.accountId);
    this.#leavePlace = () => places.delete(key.accountId);
    const cursor = new OuchReceipts(reports, stream, this.#parts.receipts);
    this.#receipts = cursor;
    const throttle = throttleOf(this.#parts);
    const { say, onAnswered } = this.#link;
    const answers = { onAnswer: say, onDurable: onAnswered };
    this.#desk = new OuchDesk(account, { ...this.#parts, throttle, ...answers });
    this.#unwatchKey = keys.watch(key, () => this.#link.end(KEY_REVOKED));
    return { session, sequence, preface: [], cursor, listen: (each) => stream.listen(each) };
  }

  onMessage(bytes: Uint8Array, at: number, length: number): string {
    if (!isOuchRequest(bytes, at, length)) return ouchRequestFault(bytes, at, length);
    const wants = wantsReceipts(bytes, at, length);
    if (wants !== undefined) this.#receipts?.want(wants);
    this.#desk?.enter(bytes, at, length);
    return "";
  }

  onClose(): void {
    this.#unwatchKey();
    this.#leavePlace();
    this.#receipts?.want(false);
    this.#desk?.close();
  }
}
