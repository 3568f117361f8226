// Query parameters, read as strictly as fields: an unknown or repeated one is refused by name.

import type { Instrument } from "../../model/instrument.ts";
import { INVALID_FIELD, type Refusal, refuse } from "../error-codes.ts";
import { readInstrument, type Symbols } from "../json/command-reader.ts";
import { foundText, integerOfText, refuseUnknown, unexpected } from "../json/fields.ts";
import { ROWS_MAX } from "../limits.ts";
import type { QueryParameter, Route } from "./route.ts";

export type Query = ReadonlyMap<string, string>;

const NO_QUERY: Query = new Map();
const knownNames = new WeakMap<readonly QueryParameter[], ReadonlySet<string>>();

/** Parameters of the text after the question mark. */
export function readQuery(text: string, route: Route): Query | Refusal {
  if (text === "") return NO_QUERY;
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (query.has(name)) {
      return refuse(INVALID_FIELD, `${foundText(name)}: expected it once, found it twice`);
    }
    query.set(name, value);
  }
  const unknown = refuseUnknown(Object.fromEntries(query), namesOf(route.query ?? []));
  return unknown ?? query;
}

function namesOf(parameters: readonly QueryParameter[]): ReadonlySet<string> {
  const names = knownNames.get(parameters) ?? new Set(parameters.map(({ name }) => name));
  knownNames.set(parameters, names);
  return names;
}

/** A number of rows from 1 to ROWS_MAX; `otherwise` where the query does not say. */
export function readRowsMax(query: Query, name: string, otherwise: number): number | Refusal {
  return readInteger(query, name, { min: 1, max: ROWS_MAX, otherwise });
}

export type IntegerRange = {
  readonly min: number;
  readonly max: number;
  readonly otherwise: number;
};

export function readInteger(query: Query, name: string, range: IntegerRange): number | Refusal {
  const text = query.get(name);
  if (text === undefined) return range.otherwise;
  const { min, max } = range;
  return (
    integerOfText(text, min, max) ?? unexpected(name, `a whole number, ${min} to ${max}`, text)
  );
}

/** The instrument of `symbol`; undefined where the query has none. */
export function readSymbol(query: Query, symbols: Symbols): Instrument | Refusal | undefined {
  const symbol = query.get("symbol");
  return symbol === undefined ? undefined : readInstrument(symbol, symbols);
}
