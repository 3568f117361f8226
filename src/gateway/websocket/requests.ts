// A client's WebSocket message: an id, an op and the op's own fields, each known by name.

import { type Refusal, refuse, UNKNOWN_OP } from "../error-codes.ts";
import { foundText, isObject, type JsonObject, refuseUnknown, unexpected } from "../json/fields.ts";
import { parseJson } from "../json/parse-json.ts";
import { REQUEST_ID_CHARACTERS_MAX } from "../limits.ts";

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

/** `idJson` goes back as it is; "null" where the message had no id that could. */
export type SocketRequest =
  | { readonly idJson: string; readonly op: Op; readonly fields: JsonObject }
  | { readonly idJson: string; readonly refusal: Refusal };

/** Fields of each op. Where there are none, the readers of orders check them. */
const FIELDS_OF_OP: ReadonlyMap<string, ReadonlySet<string> | undefined> = new Map([
  ["login", new Set(["key", "keyId", "time", "signature"])],
  ["new", new Set(["order", "ack"])],
  ["list", new Set(["list", "ack"])],
  ["preview", undefined],
  ["amend", undefined],
  ["cancel", undefined],
  ["cancelAll", undefined],
  ["batch", new Set(["orders", "ack"])],
  ["status", new Set(["orderId", "clOrdId"])],
  ["openOrders", new Set(["symbol"])],
  ["cancelOnDisconnect", new Set(["on", "scope"])],
  ["deadMan", new Set(["timeoutMillis"])],
  ["receipts", new Set(["on"])],
  ["subscribe", new Set(["streams", "after"])],
  ["unsubscribe", new Set(["streams"])],
  ["ping", new Set<string>()],
]);

const ID_EXPECTED = `a number or a string of at most ${REQUEST_ID_CHARACTERS_MAX} characters`;

export function readRequest(text: string): SocketRequest {
  const parsed = parseJson(text);
  if ("refusal" in parsed) return { idJson: "null", refusal: parsed.refusal };
  if (!isObject(parsed.value)) {
    return { idJson: "null", refusal: unexpected("message", "an object", parsed.value) };
  }
  const { id, op, ...fields } = parsed.value;
  const idJson = idText(id);
  if (idJson === "") return { idJson: "null", refusal: unexpected("id", ID_EXPECTED, id) };
  if (typeof op !== "string") return { idJson, refusal: unexpected("op", "a string", op) };
  if (!FIELDS_OF_OP.has(op)) {
    const known = [...FIELDS_OF_OP.keys()].join(", ");
    const message = `op: expected one of ${known}, found ${foundText(op)}`;
    return { idJson, refusal: refuse(UNKNOWN_OP, message) };
  }
  const known = FIELDS_OF_OP.get(op);
  const refusal = known === undefined ? undefined : refuseUnknown(fields, known);
  return refusal === undefined ? { idJson, op: op as Op, fields } : { idJson, refusal };
}

/** JSON of an id; "" for what cannot be one. */
function idText(id: unknown): string {
  if (typeof id === "number" && Number.isFinite(id)) return String(id);
  const isShortText = typeof id === "string" && id.length <= REQUEST_ID_CHARACTERS_MAX;
  return isShortText ? JSON.stringify(id) : "";
}
