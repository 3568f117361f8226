// A client's WebSocket message: an id, an op and the op's own fields, each known by name.

import { type Refusal, refuse, UNKNOWN_OP } from "../error-codes.ts";
import { foundText, isObject, type JsonObject, refuseUnknown, unexpected } from "../json/fields.ts";
import { parseJson } from "../json/parse-json.ts";
import { REQUEST_ID_CHARACTERS_MAX, REQUEST_ID_MAX } from "../limits.ts";
import { fieldNamesOf, type Op, SOCKET_OPS } from "./socket-ops.ts";

/** `idJson` goes back as it is; "null" where the message had no id that could. */
export type SocketRequest =
  | { readonly idJson: string; readonly op: Op; readonly fields: JsonObject }
  | { readonly idJson: string; readonly refusal: Refusal };

const ID_EXPECTED =
  `a number of at most ${REQUEST_ID_MAX}, ` +
  `or a string of at most ${REQUEST_ID_CHARACTERS_MAX} characters`;

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
  const fieldNames = fieldNamesOf(op);
  if (fieldNames === undefined) {
    const known = Object.keys(SOCKET_OPS).join(", ");
    const message = `op: expected one of ${known}, found ${foundText(op)}`;
    return { idJson, refusal: refuse(UNKNOWN_OP, message) };
  }
  const refusal = refuseUnknown(fields, fieldNames);
  return refusal === undefined ? { idJson, op: op as Op, fields } : { idJson, refusal };
}

/** JSON of an id; "" for what cannot be one. */
function idText(id: unknown): string {
  if (typeof id === "number" && Math.abs(id) <= REQUEST_ID_MAX) return String(id);
  const isShortText = typeof id === "string" && id.length <= REQUEST_ID_CHARACTERS_MAX;
  return isShortText ? JSON.stringify(id) : "";
}
