// What one connection listens to.

import { type Refusal, refuse, TOO_MANY_STREAMS, UNAUTHORIZED } from "../error-codes.ts";
import { STREAMS_MAX } from "../limits.ts";
import type { AccountStreams, StreamListener } from "./account-streams.ts";
import type { MarketStreams } from "./market-streams.ts";
import type { Stream } from "./stream-names.ts";

export class Subscriptions {
  readonly #market: MarketStreams;
  readonly #accounts: AccountStreams;
  readonly #listener: StreamListener;
  readonly #byName = new Map<string, Stream>();

  constructor(market: MarketStreams, accounts: AccountStreams, listener: StreamListener) {
    this.#market = market;
    this.#accounts = accounts;
    this.#listener = listener;
  }

  /** `{"streams": [...]}` of all that is subscribed now. */
  get json(): string {
    return `{"streams":${JSON.stringify([...this.#byName.keys()])}}`;
  }

  /** Why `streams` cannot be added; accountId 0 is nobody. */
  refuse(streams: readonly Stream[], accountId: number): Refusal | undefined {
    const names = new Set([...this.#byName.keys(), ...streams.map(({ name }) => name)]);
    if (names.size > STREAMS_MAX) {
      const message = `streams: expected at most ${STREAMS_MAX}, found ${names.size}`;
      return refuse(TOO_MANY_STREAMS, message);
    }
    if (accountId !== 0 || !streams.some(({ kind }) => kind === "orders")) return undefined;
    return refuse(UNAUTHORIZED, "orders: expected a login before, found none");
  }

  /** Notes the streams; `begin` then starts them, so that an answer can stand in between. */
  note(streams: readonly Stream[]): void {
    for (const stream of streams) this.#byName.set(stream.name, stream);
  }

  begin(streams: readonly Stream[], accountId: number): void {
    for (const stream of streams) {
      if (stream.kind === "orders") this.#accounts.add(accountId, this.#listener);
      else this.#market.add(stream.kind, stream.instrument, this.#listener);
    }
  }

  end(streams: readonly Stream[], accountId: number): void {
    for (const stream of streams) {
      this.#byName.delete(stream.name);
      if (stream.kind === "orders") this.#accounts.delete(accountId, this.#listener);
      else this.#market.delete(stream.kind, stream.instrument, this.#listener);
    }
  }

  endAll(accountId: number): void {
    this.end([...this.#byName.values()], accountId);
  }
}
