// REST market data: public, no key, only what is durable.

import type { Instrument } from "../../model/instrument.ts";
import type { MarketData, Venue } from "../../model/venue.ts";
import type { Refusal } from "../error-codes.ts";
import { readInstrument } from "../json/command-reader.ts";
import {
  candleJson,
  depthFields,
  instrumentJson,
  topFields,
  tradeFields,
} from "../json/market-data-writer.ts";
import { statusFields } from "../json/status-writer.ts";
import { rowsParameter } from "./query-parameters.ts";
import { readRowsMax } from "./query-reader.ts";
import { replyJson, replyRefusal } from "./reply.ts";
import type { Call, QueryParameter, Route, RouteAnswer } from "./route.ts";

const LEVELS_DEFAULT = 20;
const ROWS_DEFAULT = 100;
const LEVELS = rowsParameter("levels", "levels of each side", LEVELS_DEFAULT);
const LIMIT = rowsParameter("limit", "rows of the answer", ROWS_DEFAULT);
const NO_INSTRUMENT: RouteAnswer = { description: "no such instrument", schema: "Error" };

/** What one instrument can be asked for; `rows` is the parameter that bounds the answer. */
type Question = {
  readonly suffix: string;
  readonly operationId: string;
  readonly summary: string;
  readonly schema: string;
  readonly rows?: QueryParameter;
  readonly write: (instrument: Instrument, rowsMax: number) => string;
};

export function marketDataRoutes(venue: Venue): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/instruments",
      tag: "Market data",
      operationId: "instruments",
      summary: "Everything that trades",
      needsKey: false,
      answers: { 200: { description: "all instruments", schema: "Instruments" } },
      handle: ({ response }) => {
        const instruments = venue.instruments().map(instrumentJson).join(",");
        replyJson(response, 200, `{"instruments":[${instruments}]}`);
      },
    },
    ...questions(venue.marketData).map((question) => instrumentRoute(venue, question)),
  ];
}

function questions(marketData: MarketData): Question[] {
  return [
    {
      suffix: "",
      operationId: "instrument",
      summary: "One instrument",
      schema: "Instrument",
      write: instrumentJson,
    },
    {
      suffix: "/depth",
      operationId: "depth",
      summary: "Price levels, best first",
      schema: "Depth",
      rows: LEVELS,
      write: (instrument, levelsMax) => {
        const depth = marketData.depth(instrument.instrumentId, levelsMax);
        return `{${depthFields(depth, instrument)}}`;
      },
    },
    {
      suffix: "/top",
      operationId: "topOfBook",
      summary: "Best bid and ask",
      schema: "Top",
      write: (instrument) => {
        const top = marketData.topOfBook(instrument.instrumentId);
        return `{${topFields(top, instrument)}}`;
      },
    },
    {
      suffix: "/status",
      operationId: "status",
      summary: "Phase of trading and, in a call, what would trade",
      schema: "Status",
      write: (instrument) => {
        const status = marketData.status(instrument.instrumentId);
        return `{${statusFields(status, instrument)}}`;
      },
    },
    {
      suffix: "/trades",
      operationId: "trades",
      summary: "Newest trades, newest last",
      schema: "Trades",
      rows: LIMIT,
      write: (instrument, tradesMax) => {
        const trades = marketData
          .recentTrades(instrument.instrumentId, tradesMax)
          .map((trade) => `{${tradeFields(trade, instrument)}}`);
        return `{"trades":[${trades.join(",")}]}`;
      },
    },
    {
      suffix: "/candles",
      operationId: "candles",
      summary: "One-minute candles, oldest first",
      schema: "Candles",
      rows: LIMIT,
      write: (instrument, candlesMax) => {
        const candles = marketData
          .candles(instrument.instrumentId, candlesMax)
          .map((candle) => candleJson(candle, instrument));
        const newest = marketData.recentTrades(instrument.instrumentId, 1).at(-1)?.tradeId ?? 0;
        return `{"candles":[${candles.join(",")}],"tradeId":${newest}}`;
      },
    },
  ];
}

function instrumentRoute(venue: Venue, question: Question): Route {
  const { suffix, operationId, summary, schema, rows, write } = question;
  return {
    method: "GET",
    path: `/instruments/{symbol}${suffix}`,
    tag: "Market data",
    operationId,
    summary,
    needsKey: false,
    ...(rows === undefined ? {} : { query: [rows] }),
    answers: { 200: { description: summary, schema }, 404: NO_INSTRUMENT },
    handle: (call) => {
      const instrument = readInstrument(call.pathValues[0], venue);
      const rowsMax = rows === undefined ? 0 : rowsOf(call, rows);
      if ("code" in instrument) replyRefusal(call.response, instrument);
      else if (typeof rowsMax !== "number") replyRefusal(call.response, rowsMax);
      else replyJson(call.response, 200, write(instrument, rowsMax));
    },
  };
}

function rowsOf({ query }: Call, { name, schema }: QueryParameter): number | Refusal {
  return readRowsMax(query, name, Number(schema["default"]));
}
