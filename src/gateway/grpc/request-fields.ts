// Messages of proto/outcry/v1, as the library reads them, as the requests of JSON: the names are
// the same, and so is what is said of a wrong one.

import { readOrderRef } from "../json/command-reader.ts";
import { isObject, type JsonObject, unexpected } from "../json/fields.ts";
import type { OrderRequest } from "../requested-commands.ts";

/** What guards an account's orders is no order request, but comes between them. */
export type GuardRequest = {
  readonly kind: "cancelOnDisconnect" | "deadMan";
  readonly fields: JsonObject;
};
export type StreamRequest = OrderRequest | GuardRequest;

export function isOrderRequest(request: StreamRequest): request is OrderRequest {
  return request.kind !== "cancelOnDisconnect" && request.kind !== "deadMan";
}

/** Enum fields, and what the names of their values begin with. */
const ENUM_PREFIXES: ReadonlyMap<string, string> = new Map([
  ["side", "SIDE_"],
  ["ordType", "ORD_TYPE_"],
  ["timeInForce", "TIME_IN_FORCE_"],
  ["triggerBy", "TRIGGER_BY_"],
  ["pegPriceType", "PEG_PRICE_TYPE_"],
  ["stp", "STP_"],
  ["listType", "LIST_TYPE_"],
]);
const UNSPECIFIED = "unspecified";

/** Fields with JSON's words; what has its default value was not said. */
export function fieldsOf(message: unknown): JsonObject {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(isObject(message) ? message : {})) {
    const prefix = ENUM_PREFIXES.get(name);
    const said = prefix === undefined ? value : wordOf(value, prefix);
    if (said !== "" && said !== 0 && said !== UNSPECIFIED) fields[name] = said;
  }
  return fields;
}

/** "ORD_TYPE_STOP_LIMIT" is "stopLimit"; a number that has no name stays one. */
export function wordOf(value: unknown, prefix: string): unknown {
  if (typeof value !== "string") return value;
  const words = value.slice(prefix.length).toLowerCase();
  return words.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What is said of a field of JSON, in the words of the contract: "ord_type: expected ORD_..." */
export function contractText(message: string): string {
  const [field = ""] = /^[a-z][A-Za-z]*(?=: expected )/.exec(message) ?? [];
  if (field === "") return message;
  const prefix = ENUM_PREFIXES.get(field);
  const text = message.slice(field.length);
  const named =
    prefix === undefined
      ? text
      : text.replace(/"([a-z][A-Za-z]*)"/g, (_, word) => prefix + snakeOf(word).toUpperCase());
  return snakeOf(field) + named;
}

function snakeOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function newRequest(message: unknown): OrderRequest {
  return { kind: "new", fields: orderFields(message) };
}

export function listRequest(message: unknown): OrderRequest {
  const { orders, ...fields } = fieldsOf(message);
  const legs = Array.isArray(orders) ? orders.map(orderFields) : orders;
  return { kind: "list", fields: { ...fields, orders: legs } };
}

/** JSON has the terms of an order among its fields. */
function orderFields(message: unknown): JsonObject {
  const { terms, ...fields } = fieldsOf(message);
  return { ...fields, ...fieldsOf(terms) };
}

export function cancelAllRequest(message: unknown): OrderRequest {
  return { kind: "cancelAll", fields: fieldsOf(message) };
}

/** A cancel or an amend: its order is a message inside. */
export function changeRequest(kind: "cancel" | "amend", message: unknown): OrderRequest {
  const { order: named, ...fields } = fieldsOf(message);
  const order = readOrderRef(fieldsOf(named));
  return "code" in order ? { kind: "refused", refusal: order } : { kind, order, fields };
}

/** A Request of a stream. */
export function streamRequest(message: unknown): StreamRequest {
  const request = isObject(message) ? message : {};
  const { request: kind } = request;
  switch (kind) {
    case "new":
      return newRequest(request[kind]);
    case "list":
      return listRequest(request[kind]);
    case "cancel":
    case "amend":
      return changeRequest(kind, request[kind]);
    case "massCancel":
      return cancelAllRequest(request[kind]);
    case "cancelOnDisconnect":
      return { kind, fields: { on: false, ...fieldsOf(request[kind]) } };
    case "deadMan":
      return { kind, fields: { timeoutMillis: 0, ...fieldsOf(request[kind]) } };
    default:
      return { kind: "refused", refusal: unexpected("request", "one that is known", kind) };
  }
}
