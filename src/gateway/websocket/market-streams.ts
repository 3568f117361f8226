// Public streams: one subscription at the venue for all connections. An update is written once for
// a symbol and kind, and only when somebody listens.

import type { Instrument } from "../../model/instrument.ts";
import type { MarketStatus } from "../../model/market-status.ts";
import type { DepthUpdate, PublicTrade, TopOfBook, Venue } from "../../model/venue.ts";
import { CHECKSUM_LEVELS, checksumOf } from "../json/book-checksum.ts";
import { depthFields, topFields, tradeFields } from "../json/market-data-writer.ts";
import { statusFields } from "../json/status-writer.ts";
import type { StreamListener } from "./account-streams.ts";

export type MarketStreamKind = "trades" | "top" | "depth" | "status";

/** A snapshot holds this many levels a side; updates tell of deeper ones too. */
const SNAPSHOT_LEVELS_MAX = 1000;

type Listeners = Map<number, Set<StreamListener>>;

export class MarketStreams {
  readonly #venue: Venue;
  readonly #listeners: Readonly<Record<MarketStreamKind, Listeners>> = {
    trades: new Map(),
    top: new Map(),
    depth: new Map(),
    status: new Map(),
  };
  readonly #unsubscribe: () => void;

  constructor(venue: Venue) {
    this.#venue = venue;
    this.#unsubscribe = venue.marketData.subscribe({
      wantsBook: (instrumentId) =>
        this.#listeners.depth.has(instrumentId) || this.#listeners.top.has(instrumentId),
      wantsTrades: (instrumentId) => this.#listeners.trades.has(instrumentId),
      onTrade: (trade) => this.#onTrade(trade),
      onTopOfBook: (top) => this.#onTopOfBook(top),
      onDepth: (update) => this.#onDepth(update),
      onStatus: (status) => this.#onStatus(status),
    });
  }

  /** Sends what the stream begins with, then every change; again begins again. */
  add(kind: MarketStreamKind, instrument: Instrument, listener: StreamListener): void {
    const { instrumentId } = instrument;
    const { marketData } = this.#venue;
    const ofKind = this.#listeners[kind];
    const listeners = ofKind.get(instrumentId) ?? new Set();
    ofKind.set(instrumentId, listeners.add(listener));
    if (kind === "top") listener.send(topMessage(marketData.topOfBook(instrumentId), instrument));
    if (kind === "status")
      listener.send(statusMessage(marketData.status(instrumentId), instrument));
    if (kind !== "depth") return;
    const snapshot = marketData.depth(instrumentId, SNAPSHOT_LEVELS_MAX);
    listener.send(this.#depthMessage("snapshot", snapshot, instrument));
  }

  delete(kind: MarketStreamKind, instrument: Instrument, listener: StreamListener): void {
    const listeners = this.#listeners[kind].get(instrument.instrumentId);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners[kind].delete(instrument.instrumentId);
  }

  close(): void {
    this.#unsubscribe();
    for (const ofKind of Object.values(this.#listeners)) ofKind.clear();
  }

  #onTrade(trade: PublicTrade): void {
    this.#send("trades", trade.instrumentId, (instrument) => {
      const fields = tradeFields(trade, instrument);
      return `{"stream":"trades:${instrument.symbol}","type":"trade",${fields}}`;
    });
  }

  #onTopOfBook(top: TopOfBook): void {
    this.#send("top", top.instrumentId, (instrument) => topMessage(top, instrument));
  }

  #onDepth(update: DepthUpdate): void {
    this.#send("depth", update.instrumentId, (instrument) =>
      this.#depthMessage("update", update, instrument),
    );
  }

  /** With the checksum of the book that the message makes: of its best levels. */
  #depthMessage(type: "snapshot" | "update", depth: DepthUpdate, instrument: Instrument): string {
    const best = this.#venue.marketData.depth(depth.instrumentId, CHECKSUM_LEVELS);
    const fields = `${depthFields(depth, instrument)},"checksum":${checksumOf(best, instrument)}`;
    return `{"stream":"depth:${instrument.symbol}","type":"${type}",${fields}}`;
  }

  #onStatus(status: MarketStatus): void {
    this.#send("status", status.instrumentId, (instrument) => statusMessage(status, instrument));
  }

  #send(
    kind: MarketStreamKind,
    instrumentId: number,
    write: (instrument: Instrument) => string,
  ): void {
    const listeners = this.#listeners[kind].get(instrumentId);
    if (listeners === undefined) return;
    const instrument = this.#venue.instrumentById(instrumentId);
    if (instrument === undefined) return;
    const message = write(instrument);
    for (const listener of listeners) listener.send(message);
  }
}

function topMessage(top: TopOfBook, instrument: Instrument): string {
  const fields = topFields(top, instrument);
  return `{"stream":"top:${instrument.symbol}","type":"top",${fields}}`;
}

function statusMessage(status: MarketStatus, instrument: Instrument): string {
  const fields = statusFields(status, instrument);
  return `{"stream":"status:${instrument.symbol}","type":"status",${fields}}`;
}
