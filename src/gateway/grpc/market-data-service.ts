// The methods of MarketData. They need no key.

import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Instrument } from "../../model/instrument.ts";
import type { Venue } from "../../model/venue.ts";
import { isObject } from "../json/fields.ts";
import { STREAMS_MAX } from "../limits.ts";
import { type CallFailure, callFailure, stopping, unknownSymbol } from "./call-status.ts";
import type { Contract } from "./contract.ts";
import {
  instrumentFields,
  type MarketDataKind,
  type MarketDataStreams,
} from "./market-data-streams.ts";

export type MarketDataParts = {
  readonly venue: Venue;
  readonly contract: Contract;
  readonly market: MarketDataStreams;
  readonly isServing: () => boolean;
};

export function marketDataService(parts: MarketDataParts): UntypedServiceImplementation {
  const { venue, contract, market, isServing } = parts;

  const streaming = (kind: MarketDataKind) => {
    return (call: ServerWritableStream<unknown, Buffer>): void => {
      const instruments = isServing() ? instrumentsOf(call.request, venue) : stopping();
      if ("details" in instruments) call.emit("error", instruments);
      else market.begin(kind, call, instruments);
    };
  };
  return {
    ListInstruments: (_call: ServerUnaryCall<unknown, Buffer>, reply: sendUnaryData<Buffer>) => {
      const instruments = venue.instruments().map(instrumentFields);
      reply(null, contract.write("ListInstrumentsResponse", { instruments }));
    },
    StreamTop: streaming("top"),
    StreamDepth: streaming("depth"),
    StreamTrades: streaming("trades"),
    StreamStatus: streaming("status"),
  };
}

/** The instruments of a MarketDataRequest, each once. */
function instrumentsOf(message: unknown, venue: Venue): Instrument[] | CallFailure {
  const symbols = isObject(message) ? (message["symbols"] ?? []) : [];
  if (!Array.isArray(symbols) || symbols.length < 1 || symbols.length > STREAMS_MAX) {
    const expected = `symbols: expected 1 to ${STREAMS_MAX}`;
    return callFailure(status.INVALID_ARGUMENT, expected);
  }
  const instruments = new Set<Instrument>();
  for (const symbol of symbols as string[]) {
    const instrument = venue.instrumentBySymbol(symbol);
    if (instrument === undefined) return unknownSymbol(symbol);
    instruments.add(instrument);
  }
  return [...instruments];
}
