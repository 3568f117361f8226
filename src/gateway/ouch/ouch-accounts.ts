// What the connections of one account share: the last UserRefNum that was used, also by requests
// that are not durable yet.

import type { OuchStream, OuchStreams } from "../../model/message-streams.ts";

/** Nobody's: an account that used it would have no number left, and hear nothing of that. */
export const OUCH_NO_USER_REF_NUM = 0xffff_ffff;

export class OuchAccount {
  readonly accountId: number;
  readonly stream: OuchStream;
  #lastUserRefNum = 0;

  constructor(accountId: number, stream: OuchStream) {
    this.accountId = accountId;
    this.stream = stream;
  }

  /** OUCH_NO_USER_REF_NUM: there is none any more. */
  get nextUserRefNum(): number {
    const lastUserRefNum = Math.max(this.#lastUserRefNum, this.stream.lastUserRefNum);
    return Math.min(lastUserRefNum + 1, OUCH_NO_USER_REF_NUM);
  }

  /** Requests may come again, and again: one with a number that was used before changes nothing. */
  isUsed(userRefNum: number): boolean {
    return userRefNum <= this.#lastUserRefNum || userRefNum <= this.stream.lastUserRefNum;
  }

  use(userRefNum: number): void {
    this.#lastUserRefNum = userRefNum;
  }
}

export class OuchAccounts {
  readonly #streams: OuchStreams;
  readonly #byId = new Map<number, OuchAccount>();

  constructor(streams: OuchStreams) {
    this.#streams = streams;
  }

  of(accountId: number): OuchAccount {
    let account = this.#byId.get(accountId);
    if (account === undefined) {
      account = new OuchAccount(accountId, this.#streams.ofAccount(accountId));
      this.#byId.set(accountId, account);
    }
    return account;
  }
}
