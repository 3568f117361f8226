// What the connections of one account share: the last UserRefNum that was used, also by requests
// that are not durable yet.

import type { OuchStream, OuchStreams } from "../../model/message-streams.ts";

export class OuchAccount {
  readonly accountId: number;
  readonly stream: OuchStream;
  #lastUserRefNum = 0;

  constructor(accountId: number, stream: OuchStream) {
    this.accountId = accountId;
    this.stream = stream;
  }

  get lastUserRefNum(): number {
    return Math.max(this.#lastUserRefNum, this.stream.lastUserRefNum);
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
