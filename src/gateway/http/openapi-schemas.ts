// JSON schemas of requests and answers, with an example each, as docs/protocols/json.md says them.

import { CL_ORD_ID_EXPECTED } from "../../codec/cl-ord-id.ts";
import {
  LIST_WORDS,
  ORD_TYPE_WORDS,
  SIDE_WORDS,
  TIME_IN_FORCE_WORDS,
} from "../../model/order-words.ts";
import { PHASE_NAMES } from "../../model/phase.ts";
import { isObject } from "../json/fields.ts";
import { EXEC_FIELDS, TERM_FIELDS, type TermForm } from "../json/term-fields.ts";
import { BATCH_ORDERS_MAX } from "../limits.ts";
import { OPERATOR_COMMANDS, type OperatorCommand } from "../operator-commands.ts";
import type { OperatorForm } from "../operator-fields.ts";
import { operatorSchemaName } from "./operator-routes.ts";

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
const side: Schema = { enum: SIDE_WORDS.words };
const ordType: Schema = { enum: ORD_TYPE_WORDS.words };
const timeInForce: Schema = { enum: TIME_IN_FORCE_WORDS.words };
const integer: Schema = { type: "integer" };
const reason: Schema = { type: "string", description: "a code of reasons.md, or empty" };
const level: Schema = {
  type: "array",
  prefixItems: [decimal, decimal, { type: "integer", minimum: 0 }],
  minItems: 3,
  maxItems: 3,
  description: "[price, quantity, number of orders]",
};
const levelOrNull: Schema = { anyOf: [level, { type: "null" }] };

/** What becomes of a past trade. */
const TRADE_CHANGES = ["tradeBusted", "tradeCorrected"];

/** Flags and terms of an order: docs/protocols/json.md's tables come from the same place. */
const execFields: Readonly<Record<string, Schema>> = Object.fromEntries(
  [...EXEC_FIELDS].map(([name, [, description]]) => [name, { type: "boolean", description }]),
);

function termFields(decimalForm: Schema): Record<string, Schema> {
  return Object.fromEntries(
    TERM_FIELDS.map(({ name, form, description }) => [
      name,
      { ...termSchema(form, decimalForm), description },
    ]),
  );
}

function termSchema(form: TermForm, decimalForm: Schema): Schema {
  if (typeof form === "object") return { enum: form.words };
  return form === "integer" ? { type: "integer", minimum: 0 } : decimalForm;
}

const reportFields: Readonly<Record<string, Schema>> = {
  sequence,
  transactTime: timeOrNull,
  orderId: { type: "integer", minimum: 0 },
  clOrdId,
  symbol: { type: "string" },
  side,
  ordType,
  timeInForce,
  ...execFields,
  ordStatus: { enum: ["new", "partiallyFilled", "filled", "canceled", "rejected"] },
  price: decimalOrNull,
  orderQty: decimal,
  cumQty: decimal,
  leavesQty: decimal,
  reason,
};

/** What every report says; the other flags and all terms only where they are asked for. */
const reportFieldsAlways = Object.keys(reportFields).filter(
  (name) => name === "postOnly" || !(name in execFields),
);

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

const legFields: Readonly<Record<string, Schema>> = {
  side,
  ordType,
  price: decimalOrNumber,
  orderQty: decimalOrNumber,
  timeInForce,
  ...execFields,
  ...termFields(decimalOrNumber),
  clOrdId,
};

const amendFields: Readonly<Record<string, Schema>> = {
  price: decimalOrNumber,
  orderQty: { ...decimalOrNumber, description: "the new total, what has executed included" },
  leavesQty: { ...decimalOrNumber, description: "the new rest, in place of a total" },
  stopPx: decimalOrNumber,
  displayQty: decimalOrNumber,
  expireTime: timeMicros,
  ordType: {
    enum: ["limit", "market", "stop", "stopLimit", "marketIfTouched", "limitIfTouched"],
    description: "the order begins again as one of this type",
  },
  triggerBy: { enum: ["last", "quote", "mid"], description: "with ordType: what fires it" },
  joinTail: { type: "boolean", description: "the order gives its place up in any case" },
  newClOrdId: clOrdId,
};

const entries: readonly Schema[] = [
  strict({ new: ref("Order") }, ["new"]),
  strict({ list: ref("OrderList") }, ["list"]),
  strict({ cancel: ref("Cancel") }, ["cancel"]),
  strict({ amend: ref("AmendEntry") }, ["amend"]),
];

const storyLine: Schema = {
  ...object(
    {
      what: { enum: ["event", "place", "passed"] },
      sequence,
      transactTime: timeMicros,
      execType: { type: "string" },
      lastPx: decimalOrNull,
      lastQty: decimalOrNull,
      cumQty: decimal,
      leavesQty: decimal,
      reason,
      where: { type: "string" },
      price: decimal,
      ordersAhead: { type: "integer", minimum: 0 },
      qtyAhead: decimal,
      orderId: { anyOf: [id, { type: "null" }] },
      why: { type: "string" },
    },
    ["what", "sequence"],
  ),
  description:
    "event: what its owner was told. place: where it stands and what the public sees before it. " +
    "passed: another order of its side traded, named if it was in sight with all it had, and why " +
    "that one came first.",
};

const listExample = {
  listType: "oco",
  symbol: "BTC-USD",
  orders: [
    { side: "sell", ordType: "limit", price: "66000.00", orderQty: "0.250", clOrdId: "take-1" },
    { side: "sell", ordType: "stop", stopPx: "62000.00", orderQty: "0.250", clOrdId: "stop-1" },
  ],
};

const receipt: Schema = {
  ...object({
    ...{ ingress: integer, sequenced: integer, matched: integer },
    ...{ durable: { type: ["integer", "null"] }, egress: integer },
  }),
  description:
    "nanoseconds of the exchange's monotonic clock, where it was asked for; durable is null of " +
    "an answer that did not wait for the disk",
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

/** Beside a report's: of an order's entry, and of its last event. */
const historyOrderFields: Readonly<Record<string, Schema>> = {
  index: sequence,
  lastSequence: sequence,
  lastTransactTime: timeMicros,
};

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Order: {
    ...strict(
      {
        symbol,
        ...legFields,
      },
      ["symbol", "side", "ordType"],
    ),
    description:
      "price for limit, stopLimit and limitIfTouched orders; of a pegged one the worst that it " +
      "may go to. timeInForce is gtc, for market orders ioc, unless given; without clOrdId the " +
      "exchange makes a UUID.",
    examples: [orderExample],
  },
  Leg: {
    ...strict(legFields, ["side", "ordType"]),
    description: "an order of a list: without symbol",
  },
  OrderList: {
    ...strict(
      {
        listType: { enum: LIST_WORDS.words },
        proRata: { type: "boolean", description: "released with each fill; not with oco" },
        symbol,
        orders: { type: "array", minItems: 2, maxItems: 3, items: ref("Leg") },
      },
      ["listType", "symbol", "orders"],
    ),
    description:
      "oco: one cancels the other. oto: the second waits until the first is filled. otoco: the " +
      "first, once filled, activates the other two, of which one cancels the other.",
    examples: [listExample],
  },
  ListReport: stamped(object({ sequence, orders: { type: "array", items: ref("Report") } })),
  ListRejection: stamped(
    object({ code: { type: "string" }, message: { type: "string" }, list: ref("ListReport") }, [
      "code",
      "message",
    ]),
  ),
  Entry: {
    oneOf: entries,
    description: "one of new, list, cancel and amend",
    examples: [{ new: orderExample }],
  },
  Preview: {
    ...object({ status: { type: "integer" }, answer: { type: "object" } }),
    description: "the HTTP status and the JSON that the request would be answered with",
  },
  Story: object({
    orderId: id,
    symbol,
    lines: { type: "array", items: storyLine },
    untold: { type: "integer", minimum: 0, description: "lines beyond those asked for" },
  }),
  Cancel: {
    ...strict({ orderId: id, clOrdId, reduceBy: decimalOrNumber, reduceTo: decimalOrNumber }, []),
    description:
      "exactly one of orderId and clOrdId; with reduceBy or reduceTo only a part is taken off",
    examples: [{ clOrdId: "my-1" }],
  },
  AmendEntry: {
    ...strict({ orderId: id, clOrdId, ...amendFields }, []),
    description: "exactly one of orderId and clOrdId",
    examples: [{ clOrdId: "my-1", price: "64001.00" }],
  },
  Amend: {
    ...strict(amendFields, []),
    description: "what is left out stays",
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
            oneOf: entries,
          },
        },
      },
      ["orders"],
    ),
    examples: [{ orders: [{ new: orderExample }, { cancel: { clOrdId: "my-0" } }] }],
  },
  Report: {
    ...object(
      {
        ...reportFields,
        ...termFields(decimal),
        fills: { type: "array", items: ref("Fill") },
        receipt,
      },
      reportFieldsAlways,
    ),
    description: "transactTime is null and fills are left out where only the state was asked for",
    examples: [reportExample],
  },
  Fill: object({ tradeId: id, lastPx: decimal, lastQty: decimal }),
  Error: {
    ...stamped(object({ code: { type: "string" }, message: { type: "string" } })),
    examples: [errorExample],
  },
  Rejection: {
    ...stamped(
      object({ code: { type: "string" }, message: { type: "string" }, report: ref("Report") }, [
        "code",
        "message",
      ]),
    ),
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
        items: {
          anyOf: [ref("Report"), ref("Rejection"), ref("ListReport"), ref("ListRejection")],
        },
      },
    }),
    examples: [{ results: [reportExample, errorExample] }],
  },
  Orders: object({ orders: { type: "array", items: ref("Report") } }),
  CancelAllResult: {
    ...stamped(object({ canceled: { type: "integer", minimum: 0 }, sequence })),
    examples: [{ canceled: 3, sequence: 4712 }],
  },
  HistoryOrders: object({
    orders: {
      type: "array",
      items: object({ ...reportFields, ...historyOrderFields }, [
        ...reportFieldsAlways,
        "index",
        "lastSequence",
        "lastTransactTime",
      ]),
    },
    sequence,
  }),
  HistoryExecutions: object({
    executions: { type: "array", items: ref("Execution") },
    sequence,
  }),
  Execution: stamped(
    object({
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
          ...TRADE_CHANGES,
        ],
      },
      orderId: { type: "integer", minimum: 0 },
      clOrdId,
      symbol: { type: "string" },
      side: { enum: ["buy", "sell", "unknown"] },
      lastPx: decimalOrNull,
      lastQty: decimalOrNull,
      leavesQty: decimalOrNull,
      cumQty: decimalOrNull,
      tradeId: { anyOf: [id, { type: "null" }] },
      reason,
    }),
  ),
  TradeChange: stamped(
    object({
      sequence,
      index: { type: "integer", minimum: 0 },
      transactTime: timeMicros,
      execType: { enum: TRADE_CHANGES },
      orderId: id,
      symbol: { type: "string" },
      side,
      tradeId: id,
      lastPx: decimal,
      lastQty: decimal,
    }),
  ),
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
    notionalMin: decimalOrNull,
    notionalMax: decimalOrNull,
    restsAtProtection: { type: "boolean" },
    itchPriceUnit: { ...decimal, description: "what 1 is worth in a price over ITCH" },
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
  Trade: object(
    {
      busted: { const: true, description: "it was taken back; left out of all others" },
      corrected: { const: true, description: "price and qty are what it counts as now" },
      tradeId: id,
      sequence,
      transactTime: timeMicros,
      price: decimal,
      qty: decimal,
      aggressorSide: side,
      auction: { type: "boolean", description: "a call's, where nobody took from anybody" },
    },
    ["tradeId", "sequence", "transactTime", "price", "qty", "aggressorSide", "auction"],
  ),
  Candles: object({
    candles: { type: "array", items: ref("Candle") },
    tradeId: { type: "integer", minimum: 0, description: "the newest trade in them; 0 for none" },
  }),
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
  Done: object({ sequence }),
  Balances: object({
    balances: {
      type: "array",
      items: object({ asset: { type: "string" }, balance: integer, held: integer }),
    },
  }),
  Positions: object({
    positions: {
      type: "array",
      items: object({
        symbol: { type: "string" },
        ...{ lots: integer, cost: integer, realizedPnl: integer, fees: integer },
        ...{ openBuyLots: integer, openSellLots: integer },
      }),
    },
  }),
  ...Object.fromEntries(
    OPERATOR_COMMANDS.map((command) => [operatorSchemaName(command), operatorSchema(command)]),
  ),
};

function operatorSchema({ fields }: OperatorCommand): Schema {
  const properties = fields.map(({ name, form, description, otherwise }) => {
    const isShort = typeof form !== "object" || "pattern" in form;
    const isDefault = otherwise !== undefined && otherwise !== null && isShort;
    const schema = { ...operatorFieldSchema(form), description };
    return [name, isDefault ? { ...schema, default: otherwise } : schema];
  });
  const required = fields.filter(({ otherwise }) => otherwise === undefined);
  return {
    ...strict(
      Object.fromEntries(properties),
      required.map(({ name }) => name),
    ),
    examples: [Object.fromEntries(required.map(({ name, form }) => [name, exampleOf(form)]))],
  };
}

function operatorFieldSchema(form: OperatorForm): Schema {
  if (form === "boolean") return { type: "boolean" };
  if (form === "symbol") return symbol;
  if ("pattern" in form) return { type: "string", pattern: form.pattern.source };
  if (!("min" in form)) return { enum: form.words };
  return { type: "integer", minimum: form.min, maximum: form.max };
}

function exampleOf(form: OperatorForm): unknown {
  if (form === "boolean") return true;
  if (form === "symbol") return "BTC-USD";
  if ("pattern" in form) return "USD";
  return "min" in form ? 1 : form.words[0];
}

/** An answer: every property is there unless `required` says otherwise; more may come later. */
function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = Object.keys(properties),
): Schema {
  return { type: "object", properties, required };
}

/** An answer that has a receipt where one was asked for. */
function stamped(schema: Schema): Schema {
  const { properties } = schema;
  return { ...schema, properties: { ...(isObject(properties) ? properties : {}), receipt } };
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
