// JSON schemas of requests and answers, with an example each, as docs/protocols/json.md says them.

import { CL_ORD_ID_EXPECTED } from "../../codec/cl-ord-id.ts";
import { PHASE_NAMES } from "../../model/phase.ts";
import { BATCH_ORDERS_MAX } from "../limits.ts";

type Schema = Readonly<Record<string, unknown>>;

const decimal: Schema = { type: "string", pattern: "^-?\\d+(\\.\\d+)?$", examples: ["64000.50"] };
const decimalOrNumber: Schema = {
  anyOf: [decimal, { type: "number" }],
  description: "a decimal string on the instrument's grid; a plain number is accepted",
};
const decimalOrNull: Schema = { anyOf: [decimal, { type: "null" }] };
const id: Schema = { type: "integer", minimum: 1 };
const sequence: Schema = { type: "integer", minimum: 0 };
const timeMicros: Schema = { type: "integer", description: "microseconds since the Unix epoch" };
const timeOrNull: Schema = { anyOf: [timeMicros, { type: "null" }] };
const clOrdId: Schema = { type: "string", maxLength: 36, description: CL_ORD_ID_EXPECTED };
const symbol: Schema = { type: "string", pattern: "^[A-Z0-9._-]{1,16}$", examples: ["BTC-USD"] };
const side: Schema = { enum: ["buy", "sell"] };
const ordType: Schema = { enum: ["limit", "market"] };
const timeInForce: Schema = { enum: ["gtc", "ioc", "fok"] };
const postOnly: Schema = { type: "boolean" };
const reason: Schema = { type: "string", description: "a code of reasons.md, or empty" };
const level: Schema = {
  type: "array",
  prefixItems: [decimal, decimal, { type: "integer", minimum: 0 }],
  minItems: 3,
  maxItems: 3,
  description: "[price, quantity, number of orders]",
};
const levelOrNull: Schema = { anyOf: [level, { type: "null" }] };

const reportFields: Readonly<Record<string, Schema>> = {
  sequence,
  transactTime: timeOrNull,
  orderId: { type: "integer", minimum: 0 },
  clOrdId,
  symbol: { type: "string" },
  side,
  ordType,
  timeInForce,
  postOnly,
  ordStatus: { enum: ["new", "partiallyFilled", "filled", "canceled", "rejected"] },
  price: decimalOrNull,
  orderQty: decimal,
  cumQty: decimal,
  leavesQty: decimal,
  reason,
};

const orderExample = {
  symbol: "BTC-USD",
  side: "buy",
  ordType: "limit",
  price: "64000.50",
  orderQty: "0.250",
  timeInForce: "gtc",
  postOnly: false,
  clOrdId: "my-1",
};

const reportExample = {
  sequence: 4711,
  transactTime: 1764000000000000,
  orderId: 17,
  clOrdId: "my-1",
  symbol: "BTC-USD",
  side: "buy",
  ordType: "limit",
  timeInForce: "gtc",
  postOnly: false,
  ordStatus: "partiallyFilled",
  price: "64000.50",
  orderQty: "0.250",
  cumQty: "0.100",
  leavesQty: "0.150",
  reason: "",
  fills: [{ tradeId: 9, lastPx: "64000.00", lastQty: "0.100" }],
};

const errorExample = {
  code: "QTY_OUT_OF_RANGE",
  message: "orderQty: expected 0.001 to 1000.000, found 0.000",
};

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Order: {
    ...strict(
      {
        symbol,
        side,
        ordType,
        price: decimalOrNumber,
        orderQty: decimalOrNumber,
        timeInForce,
        postOnly,
        clOrdId,
      },
      ["symbol", "side", "ordType", "orderQty"],
    ),
    description:
      "price only for limit orders. timeInForce is gtc for limit and ioc for market orders, " +
      "unless given; without clOrdId the exchange makes a UUID.",
    examples: [orderExample],
  },
  Cancel: {
    ...strict({ orderId: id, clOrdId, reduceBy: decimalOrNumber }, []),
    description: "exactly one of orderId and clOrdId",
    examples: [{ clOrdId: "my-1" }],
  },
  AmendEntry: {
    ...strict(
      {
        orderId: id,
        clOrdId,
        price: decimalOrNumber,
        orderQty: decimalOrNumber,
        newClOrdId: clOrdId,
      },
      [],
    ),
    description: "exactly one of orderId and clOrdId",
    examples: [{ clOrdId: "my-1", price: "64001.00" }],
  },
  Amend: {
    ...strict({ price: decimalOrNumber, orderQty: decimalOrNumber, newClOrdId: clOrdId }, []),
    description: "orderQty is the new total",
    examples: [{ price: "64001.00", orderQty: "0.200" }],
  },
  Batch: {
    ...strict(
      {
        orders: {
          type: "array",
          minItems: 1,
          maxItems: BATCH_ORDERS_MAX,
          items: {
            oneOf: [
              strict({ new: ref("Order") }, ["new"]),
              strict({ cancel: ref("Cancel") }, ["cancel"]),
              strict({ amend: ref("AmendEntry") }, ["amend"]),
            ],
          },
        },
      },
      ["orders"],
    ),
    examples: [{ orders: [{ new: orderExample }, { cancel: { clOrdId: "my-0" } }] }],
  },
  Report: {
    ...object(
      { ...reportFields, fills: { type: "array", items: ref("Fill") } },
      Object.keys(reportFields),
    ),
    description: "transactTime is null and fills are left out where only the state was asked for",
    examples: [reportExample],
  },
  Fill: object({ tradeId: id, lastPx: decimal, lastQty: decimal }),
  Error: {
    ...object({ code: { type: "string" }, message: { type: "string" } }),
    examples: [errorExample],
  },
  Rejection: {
    ...object({ code: { type: "string" }, message: { type: "string" }, report: ref("Report") }, [
      "code",
      "message",
    ]),
    description: "with a report when the exchange rejected it, without when the gateway refused it",
    examples: [
      {
        ...errorExample,
        report: { ...reportExample, ordStatus: "rejected", reason: errorExample.code, fills: [] },
      },
    ],
  },
  BatchResults: {
    ...object({
      results: {
        type: "array",
        items: { anyOf: [ref("Report"), ref("Rejection")] },
      },
    }),
    examples: [{ results: [reportExample, errorExample] }],
  },
  Orders: object({ orders: { type: "array", items: ref("Report") } }),
  CancelAllResult: {
    ...object({ canceled: { type: "integer", minimum: 0 }, sequence }),
    examples: [{ canceled: 3, sequence: 4712 }],
  },
  HistoryOrders: object({
    orders: {
      type: "array",
      items: object({ ...reportFields, lastSequence: sequence, lastTransactTime: timeMicros }),
    },
    sequence,
  }),
  HistoryExecutions: object({
    executions: { type: "array", items: ref("Execution") },
    sequence,
  }),
  Execution: object({
    sequence,
    index: { type: "integer", minimum: 0 },
    transactTime: timeMicros,
    execType: {
      enum: [
        "new",
        "trade",
        "booked",
        "canceled",
        "replaced",
        "rejected",
        "cancelRejected",
        "amendRejected",
        "triggered",
        "restated",
        "prevented",
      ],
    },
    orderId: { type: "integer", minimum: 0 },
    clOrdId,
    symbol: { type: "string" },
    side: { enum: ["buy", "sell", "unknown"] },
    lastPx: decimalOrNull,
    lastQty: decimalOrNull,
    leavesQty: decimal,
    cumQty: decimal,
    tradeId: { anyOf: [id, { type: "null" }] },
    reason,
  }),
  Instruments: object({ instruments: { type: "array", items: ref("Instrument") } }),
  Instrument: object({
    instrumentId: id,
    symbol,
    currency: { type: "string" },
    tickSize: decimal,
    lotSize: decimal,
    priceMin: decimal,
    priceMax: decimal,
    orderQtyMin: decimal,
    orderQtyMax: decimal,
  }),
  Depth: {
    ...object({ symbol, rptSeq: sequence, sequence, bids: levels(), asks: levels() }),
    examples: [
      {
        symbol: "BTC-USD",
        rptSeq: 31,
        sequence: 4711,
        bids: [["64000.50", "0.150", 1]],
        asks: [["64001.00", "2.000", 3]],
      },
    ],
  },
  PastDepth: object({
    ...{ atSequence: sequence, atTime: { type: "integer" }, symbol, rptSeq: sequence, sequence },
    ...{ bids: levels(), asks: levels() },
  }),
  Top: object({ symbol, sequence, bid: levelOrNull, ask: levelOrNull }),
  Status: object({
    symbol,
    sequence,
    transactTime: timeOrNull,
    phase: { enum: PHASE_NAMES },
    reason,
    endTime: timeOrNull,
    nextPhase: { anyOf: [{ enum: PHASE_NAMES }, { type: "null" }] },
    extensions: { type: "integer", minimum: 0, description: "of the present call" },
    collar: { anyOf: [ref("Collar"), { type: "null" }] },
    indication: { anyOf: [ref("Indication"), { type: "null" }] },
  }),
  Collar: object({ reference: decimal, low: decimal, high: decimal }),
  Indication: object({
    price: decimal,
    matchedQty: decimal,
    surplusQty: decimal,
    surplusSide: { anyOf: [side, { type: "null" }] },
  }),
  Trades: object({ trades: { type: "array", items: ref("Trade") } }),
  Trade: object({
    tradeId: id,
    sequence,
    transactTime: timeMicros,
    price: decimal,
    qty: decimal,
    aggressorSide: side,
    auction: { type: "boolean", description: "a call's, where nobody took from anybody" },
  }),
  Candles: object({ candles: { type: "array", items: ref("Candle") } }),
  Candle: object({
    start: timeMicros,
    open: decimal,
    high: decimal,
    low: decimal,
    close: decimal,
    volume: decimal,
  }),
  Health: object({
    state: { enum: ["running", "draining", "failed"] },
    failure: { type: "string" },
    sequence,
    durableSequence: sequence,
    historyHash: { type: "string", description: "equal histories have equal hashes" },
  }),
  OpenApi: { type: "object" },
};

/** An answer: every property is there unless `required` says otherwise; more may come later. */
function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = Object.keys(properties),
): Schema {
  return { type: "object", properties, required };
}

/** A request: no other property is allowed. */
function strict(properties: Readonly<Record<string, Schema>>, required: readonly string[]): Schema {
  return {
    type: "object",
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function levels(): Schema {
  return { type: "array", items: level };
}
