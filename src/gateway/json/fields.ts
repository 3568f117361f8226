// hot path
// Fields of parsed JSON, read strictly. Messages say "field: expected X, found Y".

import {
  INVALID_FIELD,
  MISSING_FIELD,
  type Refusal,
  refuse,
  UNKNOWN_FIELD,
} from "../error-codes.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

const FOUND_CHARACTERS_MAX = 40;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is there, in a few words: never deep, however deep the client's JSON is. */
export function foundText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value !== "string") return String(value);
  const isLong = value.length > FOUND_CHARACTERS_MAX;
  return `${JSON.stringify(value.slice(0, FOUND_CHARACTERS_MAX))}${isLong ? "..." : ""}`;
}

/** MISSING_FIELD or INVALID_FIELD, by what is there. */
export function unexpected(field: string, expected: string, value: unknown): Refusal {
  const code = value === undefined ? MISSING_FIELD : INVALID_FIELD;
  return refuse(code, `${field}: expected ${expected}, found ${foundText(value)}`);
}

/** Refuses the first field that is not in `known`, by name. */
export function refuseUnknown(object: JsonObject, known: ReadonlySet<string>): Refusal | undefined {
  for (const field in object) {
    if (!known.has(field)) {
      const expected = [...known].join(", ");
      const found = JSON.stringify(field.slice(0, FOUND_CHARACTERS_MAX));
      const message = `expected only ${expected === "" ? "no field" : expected}, found ${found}`;
      return refuse(UNKNOWN_FIELD, message);
    }
  }
  return undefined;
}

/** An id of the exchange: a whole number from 1. */
export function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** A whole number written in a path or query; undefined when it is none or out of range. */
export function integerOfText(text: string, min: number, max: number): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max && Number.isSafeInteger(value) ? value : undefined;
}
