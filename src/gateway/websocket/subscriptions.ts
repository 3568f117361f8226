// What one connection listens to.

import {
  type Refusal,
  refuse,
  STREAM_GAP,
  TOO_MANY_STREAMS,
  UNAUTHORIZED,
} from "../error-codes.ts";
import { STREAMS_MAX } from "../limits.ts";
import { AccountListener, type AccountStreams, type StreamListener } from "./account-streams.ts";
import { ConflatedStream } from "./conflated-stream.ts";
import type { MarketStreams } from "./market-streams.ts";
import type { Outbox } from "./outbox.ts";
import type { MarketStream, Stream } from "./stream-names.ts";

export class Subscriptions {
  readonly #market: MarketStreams;
  readonly #accounts: AccountStreams;
  readonly #outbox: Outbox;
  readonly #byName = new Map<string, Stream>();
  readonly #conflated = new Map<string, ConflatedStream>();
  readonly #orders: AccountListener;

  constructor(market: MarketStreams, accounts: AccountStreams, outbox: Outbox) {
    this.#market = market;
    this.#accounts = accounts;
    this.#outbox = outbox;
    this.#orders = new AccountListener(outbox);
  }

  /** Whether executions say when their commands passed each stage. */
  tellReceipts(isOn: boolean): void {
    this.#orders.wantsReceipts = isOn;
  }

  /** `{"streams": [...]}` of all that is subscribed now. */
  get json(): string {
    return `{${this.#streamsField}}`;
  }

  /** The same for who begins: `orders` tells what comes after this sequence. */
  get begunJson(): string {
    return `{${this.#streamsField},"sequence":${this.#accounts.toldSequence}}`;
  }

  get #streamsField(): string {
    return `"streams":${JSON.stringify([...this.#byName.keys()])}`;
  }

  /**
   * Why `streams` cannot be added; accountId 0 is nobody. `afterSequence`: where `orders` is to go
   * on.
   */
  refuse(
    streams: readonly Stream[],
    accountId: number,
    afterSequence: number | undefined,
  ): Refusal | undefined {
    const names = new Set([...this.#byName.keys(), ...streams.map(({ name }) => name)]);
    if (names.size > STREAMS_MAX) {
      const message = `streams: expected at most ${STREAMS_MAX}, found ${names.size}`;
      return refuse(TOO_MANY_STREAMS, message);
    }
    if (!streams.some(({ kind }) => kind === "orders")) return undefined;
    if (accountId === 0) return refuse(UNAUTHORIZED, "orders: expected a login before, found none");
    const { sinceSequence, newestSequence } = this.#accounts;
    if (afterSequence === undefined) return undefined;
    if (afterSequence < sinceSequence) {
      const expected = `${sinceSequence} or later (/history/executions has what came before)`;
      return refuse(STREAM_GAP, `after: expected ${expected}, found ${afterSequence}`);
    }
    if (afterSequence <= newestSequence) return undefined;
    const expected = `at most ${newestSequence}, the newest command's`;
    return refuse(STREAM_GAP, `after: expected ${expected}, found ${afterSequence}`);
  }

  /** Notes the streams; `begin` then starts them, so that an answer can stand in between. */
  note(streams: readonly Stream[]): void {
    for (const stream of streams) this.#byName.set(stream.name, stream);
  }

  begin(streams: readonly Stream[], accountId: number, afterSequence: number | undefined): void {
    for (const stream of streams) {
      if (stream.kind === "orders") this.#accounts.add(accountId, this.#orders, afterSequence);
      else this.#market.add(stream.kind, stream.instrument, this.#listenerOf(stream));
    }
  }

  #listenerOf(stream: MarketStream): StreamListener {
    const { name, kind, instrument } = stream;
    if (kind === "trades") return this.#outbox;
    const known = this.#conflated.get(name);
    if (known !== undefined) return known;
    const conflated = new ConflatedStream(this.#outbox, (listener) =>
      this.#market.add(kind, instrument, listener),
    );
    this.#conflated.set(name, conflated);
    return conflated;
  }

  end(streams: readonly Stream[], accountId: number): void {
    for (const stream of streams) {
      this.#byName.delete(stream.name);
      if (stream.kind === "orders") {
        this.#accounts.delete(accountId, this.#orders);
        continue;
      }
      this.#market.delete(stream.kind, stream.instrument, this.#listenerOf(stream));
      this.#conflated.get(stream.name)?.end();
      this.#conflated.delete(stream.name);
    }
  }

  endAll(accountId: number): void {
    this.end([...this.#byName.values()], accountId);
  }
}
