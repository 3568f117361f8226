// A client of the market data: rebuilds one book from a snapshot and increments, minds the gaps,
// and now and then does not read for a while.

import type { Prng } from "../../src/base/prng.ts";
import { ApiClient, type ApiClientParts } from "./api-client.ts";
import { promise } from "./violation.ts";
import type { Json } from "./wire.ts";

type Level = readonly [price: string, qty: string, orders: number];

/** A question for depth at a number of updates; the book as this client has it by then. */
export type SeenDepth = { readonly symbol: string; readonly rptSeq: number; readonly text: string };

/** One in so many updates is compared with the truth, and every snapshot. */
const UPDATES_A_SAMPLE = 5;

export class Watcher {
  readonly symbol: string;
  readonly seen: SeenDepth[] = [];
  /** Trade ids, a list a connection. */
  readonly trades: number[][] = [];
  readonly #client: ApiClient;
  readonly #prng: Prng;
  readonly #bids = new Map<string, Level>();
  readonly #asks = new Map<string, Level>();
  #rptSeq = 0;
  #top: Json = {};

  constructor(symbol: string, parts: ApiClientParts, prng: Prng) {
    this.symbol = symbol;
    this.#prng = prng;
    this.#client = new ApiClient(parts, {
      onOpen: () => {
        this.trades.push([]);
        const streams = ["trades", "top", "depth"].map((kind) => `${kind}:${symbol}`);
        this.#client.ask({ op: "subscribe", streams }, () => {});
      },
      onLost: () => {
        this.#rptSeq = 0;
      },
      onStream: (message) => this.#onMessage(message),
    });
    this.#client.connect();
  }

  get isSettled(): boolean {
    return this.#client.isOpen && this.#client.waitingCount === 0 && this.#rptSeq > 0;
  }

  /** Updates of the book that it has heard of; 0 while it knows nothing. */
  get rptSeq(): number {
    return this.#rptSeq;
  }

  set isReading(isReading: boolean) {
    this.#client.isReading = isReading;
  }

  /** The book as it is now, to be compared. */
  sample(): void {
    const text = depthText(sorted(this.#bids, -1), sorted(this.#asks, 1));
    this.seen.push({ symbol: this.symbol, rptSeq: this.#rptSeq, text });
  }

  #onMessage(message: Json): void {
    switch (message["type"]) {
      case "trade":
        this.#onTrade(message["tradeId"]);
        return;
      case "top":
        this.#top = message;
        return;
      case "snapshot":
        this.#bids.clear();
        this.#asks.clear();
        this.#apply(message);
        this.sample();
        return;
      default:
        this.#onUpdate(message);
    }
  }

  #onTrade(tradeId: number): void {
    const last = this.trades.at(-1)?.at(-1) ?? 0;
    promise(tradeId > last, `trades come once and in order, found ${tradeId} after ${last}`);
    this.trades.at(-1)?.push(tradeId);
  }

  #onUpdate(update: Json): void {
    const expected = this.#rptSeq + 1;
    const { rptSeq } = update;
    promise(rptSeq === expected, `updates have no gap, expected ${expected}, found ${rptSeq}`);
    this.#apply(update);
    this.#compareTop();
    if (this.#prng.nextChance(1, UPDATES_A_SAMPLE)) this.sample();
  }

  #apply(depth: Json): void {
    this.#rptSeq = depth["rptSeq"];
    for (const [levels, side] of [
      [this.#bids, "bids"],
      [this.#asks, "asks"],
    ] as const) {
      for (const level of depth[side] as Level[]) {
        if (level[1] === "0") levels.delete(level[0]);
        else levels.set(level[0], level);
      }
    }
  }

  #compareTop(): void {
    const best = JSON.stringify([
      sorted(this.#bids, -1)[0] ?? null,
      sorted(this.#asks, 1)[0] ?? null,
    ]);
    const told = JSON.stringify([this.#top["bid"], this.#top["ask"]]);
    promise(
      best === told,
      `${this.symbol}: the top is the best of the depth, found ${told}, ${best}`,
    );
  }
}

export function depthText(bids: readonly Level[], asks: readonly Level[]): string {
  return JSON.stringify([bids, asks]);
}

function sorted(levels: ReadonlyMap<string, Level>, direction: 1 | -1): Level[] {
  return [...levels.values()].sort((a, b) => direction * (Number(a[0]) - Number(b[0])));
}
