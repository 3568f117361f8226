// Names of streams: "orders", or a kind of market data and a symbol.

import type { Instrument } from "../../model/instrument.ts";
import { type Refusal, refuse, UNKNOWN_STREAM } from "../error-codes.ts";
import type { Symbols } from "../json/command-reader.ts";
import { foundText, unexpected } from "../json/fields.ts";
import { STREAMS_MAX } from "../limits.ts";
import type { MarketStreamKind } from "./market-streams.ts";

export type MarketStream = {
  readonly name: string;
  readonly kind: MarketStreamKind;
  readonly instrument: Instrument;
};
export type Stream = { readonly name: string; readonly kind: "orders" } | MarketStream;

const EXPECTED = "trades:SYMBOL, top:SYMBOL, depth:SYMBOL, status:SYMBOL or orders";

/** The streams that `names` lists: all of them or the first fault. */
export function readStreams(names: unknown, symbols: Symbols): readonly Stream[] | Refusal {
  if (!Array.isArray(names)) return unexpected("streams", "an array", names);
  if (names.length > STREAMS_MAX) {
    return unexpected("streams", `at most ${STREAMS_MAX} names`, names.length);
  }
  const streams: Stream[] = [];
  for (const name of names as unknown[]) {
    const stream = typeof name === "string" ? readStream(name, symbols) : undefined;
    if (stream === undefined) {
      return refuse(UNKNOWN_STREAM, `streams: expected ${EXPECTED}, found ${foundText(name)}`);
    }
    streams.push(stream);
  }
  return streams;
}

function readStream(name: string, symbols: Symbols): Stream | undefined {
  if (name === "orders") return { name, kind: "orders" };
  const [, kind, symbol = ""] = /^(trades|top|depth|status):(.+)$/.exec(name) ?? [];
  const instrument = symbols.instrumentBySymbol(symbol);
  if (instrument === undefined) return undefined;
  return { name, kind: kind as MarketStreamKind, instrument };
}
