// Order requests in JSON, one by one or as a batch, taken apart into what the order desk enters. A
// fault in an entry refuses that entry alone.

import type { Refusal } from "../error-codes.ts";
import { BATCH_ORDERS_MAX } from "../limits.ts";
import type { OrderRequest } from "../requested-commands.ts";
import { readOrderRef } from "./command-reader.ts";
import { isObject, type JsonObject, refuseUnknown, unexpected } from "./fields.ts";

const BATCH_FIELDS = new Set(["orders"]);
const ENTRY_EXPECTED = 'an object with one of "new", "list", "cancel" and "amend"';

/** A cancel or amend whose order stands among its fields, as in WebSocket requests and batches. */
export function readOrderRequest(kind: "cancel" | "amend", fields: unknown): OrderRequest {
  if (!isObject(fields)) return refused(unexpected(kind, "an object", fields));
  const order = readOrderRef(fields);
  if ("code" in order) return refused(order);
  const { orderId, clOrdId, ...rest } = fields;
  return { kind, order, fields: rest };
}

/** The entries of `{"orders": [...]}`, or why it is no batch. */
export function readBatch(body: unknown): readonly OrderRequest[] | Refusal {
  if (!isObject(body)) return unexpected("body", "an object", body);
  const unknown = refuseUnknown(body, BATCH_FIELDS);
  if (unknown !== undefined) return unknown;
  const { orders } = body;
  if (!Array.isArray(orders)) return unexpected("orders", "an array", orders);
  if (orders.length < 1 || orders.length > BATCH_ORDERS_MAX) {
    return unexpected("orders", `1 to ${BATCH_ORDERS_MAX} entries`, orders.length);
  }
  return orders.map((entry) => readEntry(entry));
}

/** One entry of a batch: `{"new": {...}}` and the like. */
export function readEntry(entry: unknown): OrderRequest {
  if (!isObject(entry)) return refused(unexpected("entry", ENTRY_EXPECTED, entry));
  const kind = onlyField(entry);
  switch (kind) {
    case "new":
    case "list":
      return { kind, fields: entry[kind] };
    case "cancel":
    case "amend":
      return readOrderRequest(kind, entry[kind]);
    default:
      return refused(unexpected("entry", ENTRY_EXPECTED, entryText(entry)));
  }
}

/** The name of the object's field; "" when it has none or several. */
function onlyField(entry: JsonObject): string {
  let name = "";
  for (const field in entry) {
    if (name !== "") return "";
    name = field;
  }
  return name;
}

function entryText(entry: JsonObject): string {
  return Object.keys(entry).slice(0, 4).join(", ");
}

function refused(refusal: Refusal): OrderRequest {
  return { kind: "refused", refusal };
}
