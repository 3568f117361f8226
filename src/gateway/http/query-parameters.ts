// Query parameters that several routes share.

import { ROWS_MAX } from "../limits.ts";
import type { QueryParameter } from "./route.ts";

export const SYMBOL: QueryParameter = {
  name: "symbol",
  description: "only this instrument",
  schema: { type: "string", examples: ["BTC-USD"] },
};

export const SIDE: QueryParameter = {
  name: "side",
  description: "only this side",
  schema: { type: "string", enum: ["buy", "sell"] },
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
