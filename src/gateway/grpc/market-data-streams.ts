// Market data to whoever asked for it. Each message is written once, however many listen.

import type { ServerWritableStream } from "@grpc/grpc-js";
import { itchPriceUnit } from "../../codec/itch-instrument.ts";
import type { Instrument } from "../../model/instrument.ts";
import type { Indication, MarketStatus } from "../../model/market-status.ts";
import type {
  DepthLevel,
  DepthSnapshot,
  PublicTrade,
  TopOfBook,
  Venue,
} from "../../model/venue.ts";
import type { Clock } from "../../ops/clock.ts";
import type { JsonObject } from "../json/fields.ts";
import { notionalText } from "../json/market-data-writer.ts";
import { priceText, qtyText } from "../json/order-fields.ts";
import { ROWS_MAX } from "../limits.ts";
import type { Contract } from "./contract.ts";
import { enumNumber, SIDES } from "./enum-codes.ts";
import { OutgoingStream } from "./outgoing-stream.ts";
import { PUBLIC, type Streams } from "./streams.ts";

export type MarketDataKind = "top" | "depth" | "trades" | "status";

export type MarketDataStreamsParts = {
  readonly venue: Venue;
  readonly contract: Contract;
  readonly clock: Clock;
  readonly streams: Streams;
};

/** The proto enum begins with the one that is not said. */
const FIRST_PHASE = 1;

type Listeners = Map<number, Set<OutgoingStream>>;

export class MarketDataStreams {
  readonly #parts: MarketDataStreamsParts;
  readonly #listeners: Readonly<Record<MarketDataKind, Listeners>> = {
    top: new Map(),
    depth: new Map(),
    trades: new Map(),
    status: new Map(),
  };
  readonly #unsubscribe: () => void;

  constructor(parts: MarketDataStreamsParts) {
    this.#parts = parts;
    const { top, depth, trades } = this.#listeners;
    this.#unsubscribe = parts.venue.marketData.subscribe({
      wantsBook: (instrumentId) => top.has(instrumentId) || depth.has(instrumentId),
      wantsTrades: (instrumentId) => trades.has(instrumentId),
      onTrade: (trade) => this.#onTrade(trade),
      onTopOfBook: (found) =>
        this.#tell("top", found.instrumentId, (each) => this.#top(found, each)),
      onDepth: (update) => {
        this.#tell("depth", update.instrumentId, (each) => this.#depth(update, each, false));
      },
      onStatus: (status) => {
        this.#tell("status", status.instrumentId, (each) => this.#status(status, each));
      },
    });
  }

  /** The present state of each instrument comes first, of what has one. */
  begin(
    kind: MarketDataKind,
    call: ServerWritableStream<unknown, Buffer>,
    instruments: readonly Instrument[],
  ): void {
    const { clock, streams } = this.#parts;
    const stream = new OutgoingStream(call, PUBLIC, { clock, streams }, () => {
      for (const { instrumentId } of instruments) this.#delete(kind, instrumentId, stream);
    });
    for (const instrument of instruments) {
      const { instrumentId } = instrument;
      const listeners = this.#listeners[kind].get(instrumentId) ?? new Set();
      this.#listeners[kind].set(instrumentId, listeners.add(stream));
      const present = this.#present(kind, instrument);
      if (present !== undefined) stream.send(present);
    }
  }

  close(): void {
    this.#unsubscribe();
    for (const ofKind of Object.values(this.#listeners)) ofKind.clear();
  }

  /** Of trades there is no present. */
  #present(kind: MarketDataKind, instrument: Instrument): Buffer | undefined {
    const { marketData } = this.#parts.venue;
    const { instrumentId } = instrument;
    switch (kind) {
      case "top":
        return this.#top(marketData.topOfBook(instrumentId), instrument);
      case "depth":
        return this.#depth(marketData.depth(instrumentId, ROWS_MAX), instrument, true);
      case "status":
        return this.#status(marketData.status(instrumentId), instrument);
      case "trades":
        return undefined;
    }
  }

  #delete(kind: MarketDataKind, instrumentId: number, stream: OutgoingStream): void {
    const listeners = this.#listeners[kind].get(instrumentId);
    listeners?.delete(stream);
    if (listeners?.size === 0) this.#listeners[kind].delete(instrumentId);
  }

  #tell(kind: MarketDataKind, instrumentId: number, write: (each: Instrument) => Buffer): void {
    const listeners = this.#listeners[kind].get(instrumentId);
    const instrument = this.#parts.venue.instrumentById(instrumentId);
    if (listeners === undefined || instrument === undefined) return;
    const message = write(instrument);
    for (const stream of listeners) stream.send(message);
  }

  #onTrade(trade: PublicTrade): void {
    this.#tell("trades", trade.instrumentId, (instrument) => {
      const fields = {
        symbol: instrument.symbol,
        tradeId: trade.tradeId,
        sequence: trade.sequence,
        transactTime: trade.timeMicros,
        price: priceText(trade.lastPxTicks, instrument),
        qty: qtyText(trade.lastQtyLots, instrument),
        aggressorSide: enumNumber(SIDES, trade.aggressorSide),
        auction: trade.isAuction,
      };
      return this.#parts.contract.write("TradeBatch", { trades: [fields] });
    });
  }

  #status(
    { phase, nextPhase, indication, ...status }: MarketStatus,
    instrument: Instrument,
  ): Buffer {
    const fields = {
      symbol: instrument.symbol,
      sequence: status.sequence,
      transactTime: status.timeMicros,
      phase: phase + FIRST_PHASE,
      reason: status.reason,
      endTime: status.endTimeMicros,
      nextPhase: nextPhase + FIRST_PHASE,
      ...(indication === undefined ? {} : { indication: indicationFields(indication, instrument) }),
    };
    return this.#parts.contract.write("StatusBatch", { statuses: [fields] });
  }

  #top({ sequence, bid, ask }: TopOfBook, instrument: Instrument): Buffer {
    const { symbol } = instrument;
    const sides = {
      ...(bid === undefined ? {} : { bid: levelFields(bid, instrument) }),
      ...(ask === undefined ? {} : { ask: levelFields(ask, instrument) }),
    };
    return this.#parts.contract.write("TopBatch", { tops: [{ symbol, sequence, ...sides }] });
  }

  #depth(
    { rptSeq, sequence, bids, asks }: DepthSnapshot,
    instrument: Instrument,
    isSnapshot: boolean,
  ): Buffer {
    const { symbol } = instrument;
    const sides = {
      bids: bids.map((level) => levelFields(level, instrument)),
      asks: asks.map((level) => levelFields(level, instrument)),
    };
    const depth = { symbol, rptSeq, sequence, isSnapshot, ...sides };
    return this.#parts.contract.write("DepthBatch", { depths: [depth] });
  }
}

function indicationFields(
  { priceTicks, matchedLots, surplusLots, surplusSide }: Indication,
  instrument: Instrument,
): JsonObject {
  return {
    price: priceText(priceTicks, instrument),
    matchedQty: qtyText(matchedLots, instrument),
    surplusQty: qtyText(surplusLots, instrument),
    surplusSide: enumNumber(SIDES, surplusSide),
  };
}

export function instrumentFields(instrument: Instrument): JsonObject {
  const { instrumentId, symbol, currency } = instrument;
  return {
    ...{ instrumentId, symbol, currency },
    tickSize: priceText(1, instrument),
    lotSize: qtyText(1, instrument),
    priceMin: priceText(instrument.priceTicksMin, instrument),
    priceMax: priceText(instrument.priceTicksMax, instrument),
    orderQtyMin: qtyText(instrument.orderQtyLotsMin, instrument),
    orderQtyMax: qtyText(instrument.orderQtyLotsMax, instrument),
    notionalMin: notionalText(instrument.notionalMin, instrument),
    notionalMax: notionalText(instrument.notionalMax, instrument),
    restsAtProtection: instrument.restsAtProtection ?? false,
    itchPriceUnit: itchPriceUnit(instrument),
  };
}

/** A level that is gone has quantity "0", however many decimals the grid has. */
function levelFields(
  [priceTicks, qtyLots, orders]: DepthLevel,
  instrument: Instrument,
): JsonObject {
  const qty = qtyLots === 0 ? "0" : qtyText(qtyLots, instrument);
  return { price: priceText(priceTicks, instrument), qty, orders };
}
