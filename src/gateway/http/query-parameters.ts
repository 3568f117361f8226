// Query parameters that several routes share.

import { ACK_DURABLE, ACK_LEVELS } from "../../model/ack-level.ts";
import { ROWS_MAX } from "../limits.ts";
import type { QueryParameter } from "./route.ts";

export const SYMBOL: QueryParameter = {
  name: "symbol",
  description: "only this instrument",
  schema: { type: "string", examples: ["BTC-USD"] },
};

export const ACK: QueryParameter = {
  name: "ack",
  description:
    "how sure the answer must be: accepted leaves before the disk has the order; the header " +
    "outcry-ack says what it got",
  schema: { type: "string", enum: ACK_LEVELS, default: ACK_DURABLE },
};

export const SIDE: QueryParameter = {
  name: "side",
  description: "only this side",
  schema: { type: "string", enum: ["buy", "sell"] },
};

export const RECEIPT: QueryParameter = {
  name: "receipt",
  description: "true: the answer says when the request passed each stage of the exchange",
  schema: { type: "string", enum: ["true", "false"], default: "false" },
};

/** Filters of a mass cancel: those that are given must all fit. */
export const PRICE_MIN: QueryParameter = {
  name: "priceMin",
  description: "only limits from here on; with symbol",
  schema: { type: "string", examples: ["64000.00"] },
};

export const PRICE_MAX: QueryParameter = {
  name: "priceMax",
  description: "only limits up to here; with symbol",
  schema: { type: "string", examples: ["65000.00"] },
};

export const SESSION_ID: QueryParameter = {
  name: "sessionId",
  description: "only what this session entered",
  schema: { type: "integer", minimum: 1 },
};

export const ACCOUNT_ID: QueryParameter = {
  name: "accountId",
  description: "orders of this account instead of the own one: the operator's right",
  schema: { type: "integer", minimum: 1 },
};

export const BEFORE: QueryParameter = {
  name: "before",
  description: "only rows before this sequence; the last row of a page gives the next page",
  schema: { type: "integer", minimum: 1 },
};

export function rowsParameter(
  name: string,
  description: string,
  otherwise: number,
): QueryParameter {
  return {
    name,
    description,
    schema: { type: "integer", minimum: 1, maximum: ROWS_MAX, default: otherwise },
  };
}
