// What a client may ask over a WebSocket: one table that requests are read by and that the AsyncAPI
// document is made from.

import { ACK_LEVELS } from "../../model/ack-level.ts";
import { SCHEMAS } from "../http/openapi-schemas.ts";
import { STREAMS_MAX } from "../limits.ts";

export type Op =
  | "login"
  | "new"
  | "list"
  | "preview"
  | "amend"
  | "cancel"
  | "cancelAll"
  | "batch"
  | "status"
  | "openOrders"
  | "cancelOnDisconnect"
  | "deadMan"
  | "receipts"
  | "subscribe"
  | "unsubscribe"
  | "ping";

type Schema = Readonly<Record<string, unknown>>;

export type SocketOp = {
  readonly summary: string;
  /** Schemas of the fields beside `id` and `op`, or the name of a schema that has them. */
  readonly fields: Readonly<Record<string, Schema>> | string;
  /** Those of them without which it is refused as MISSING_FIELD; left out: none. */
  readonly needs?: readonly string[];
  /** The name of the result's schema, or its fields. */
  readonly result: Readonly<Record<string, Schema>> | string;
};

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const text: Schema = { type: "string" };
const ack: Schema = { enum: ACK_LEVELS };
const sequence: Schema = { type: "integer", minimum: 0 };
const streams: Schema = { type: "array", items: text, maxItems: STREAMS_MAX };
const name: Readonly<Record<string, Schema>> = {
  orderId: { type: "integer", minimum: 1 },
  clOrdId: text,
};

export const SOCKET_OPS: Readonly<Record<Op, SocketOp>> = {
  login: {
    summary: "Say who is there, by a key or a signature",
    fields: { key: text, keyId: text, time: { type: ["string", "integer"] }, signature: text },
    result: { accountId: { type: "integer", minimum: 1 } },
  },
  new: {
    summary: "Enter an order",
    fields: { order: ref("Order"), ack },
    needs: ["order"],
    result: "Report",
  },
  list: {
    summary: "Enter orders that depend on each other",
    fields: { list: ref("OrderList"), ack },
    needs: ["list"],
    result: "ListReport",
  },
  preview: {
    summary: "What the answer to an entry would be",
    fields: {
      new: ref("Order"),
      list: ref("OrderList"),
      cancel: ref("Cancel"),
      amend: ref("AmendEntry"),
    },
    result: "Preview",
  },
  amend: { summary: "Amend an order", fields: "AmendEntry", result: "Report" },
  cancel: { summary: "Cancel an order, or a part of it", fields: "Cancel", result: "Report" },
  cancelAll: {
    summary: "Cancel what fits every filter",
    fields: {
      ...{ symbol: text, side: text, priceMin: text, priceMax: text },
      ...{ sessionId: { type: "integer" }, accountId: { type: "integer" } },
    },
    result: "CancelAllResult",
  },
  batch: {
    summary: "Enter up to 1000 entries in order",
    fields: { orders: { type: "array", items: ref("Entry") }, ack },
    needs: ["orders"],
    result: "BatchResults",
  },
  status: { summary: "State of one order", fields: name, result: "Report" },
  openOrders: { summary: "Working orders", fields: { symbol: text }, result: "Orders" },
  cancelOnDisconnect: {
    summary: "Whether orders end with their session",
    fields: { on: { type: "boolean" }, scope: { enum: ["session", "account"] } },
    needs: ["on"],
    result: { sequence },
  },
  deadMan: {
    summary: "Cancel the account's orders unless it speaks again in time",
    fields: { timeoutMillis: { type: "integer", minimum: 0 } },
    needs: ["timeoutMillis"],
    result: { sequence },
  },
  receipts: {
    summary: "Whether answers to orders and executions say when they passed each stage",
    fields: { on: { type: "boolean" } },
    needs: ["on"],
    result: { on: { type: "boolean" } },
  },
  subscribe: {
    summary: "Begin streams; orders from a sequence on",
    fields: { streams, after: sequence },
    needs: ["streams"],
    result: { streams, sequence },
  },
  unsubscribe: {
    summary: "End streams",
    fields: { streams },
    needs: ["streams"],
    result: { streams },
  },
  ping: { summary: "Is anybody there", fields: {}, result: {} },
};

/** Names of an op's own fields; undefined: there is no such op. */
export function fieldNamesOf(op: string): ReadonlySet<string> | undefined {
  return FIELD_NAMES.get(op);
}

const FIELD_NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(SOCKET_OPS).map(([op, { fields }]) => {
    const properties = typeof fields === "string" ? SCHEMAS[fields]["properties"] : fields;
    return [op, new Set(Object.keys(properties as object))];
  }),
);
