// The fields of what an operator sets: whole numbers in the units of the journal, words, texts,
// true or false. One table reads them from JSON or a command line and documents them.

import { CURRENCY_PATTERN, SYMBOL_PATTERN } from "../model/instrument.ts";
import type { CodeWords } from "../model/order-words.ts";
import type { Refusal } from "./error-codes.ts";
import { readInstrument, type Symbols } from "./json/command-reader.ts";
import { type JsonObject, unexpected } from "./json/fields.ts";
import { readWord } from "./json/term-fields.ts";

/** Room of a whole number in its record. */
export type IntegerRange = { readonly min: number; readonly max: number };

/** A text of its record: never longer than its field there, and of its letters only. */
export type TextForm = { readonly pattern: RegExp; readonly expected: string };

/** "symbol" reads as the number of the instrument, 0 where it may be left out. */
export type OperatorForm = IntegerRange | CodeWords | TextForm | "boolean" | "symbol";

export type OperatorField = {
  readonly name: string;
  readonly form: OperatorForm;
  readonly description: string;
  /** What it is where it is left out; undefined: it must be there. */
  readonly otherwise?: number | boolean | string | null;
};

export type OperatorValues = Readonly<Record<string, number | boolean | string | undefined>>;

export const U8: IntegerRange = { min: 0, max: 255 };
export const U32: IntegerRange = { min: 0, max: 2 ** 32 - 1 };
export const I32: IntegerRange = { min: -(2 ** 31), max: 2 ** 31 - 1 };
export const U53: IntegerRange = { min: 0, max: Number.MAX_SAFE_INTEGER };
export const ID: IntegerRange = { min: 1, max: 2 ** 32 - 1 };
export const SYMBOL_TEXT: TextForm = {
  pattern: SYMBOL_PATTERN,
  expected: "1 to 16 of A-Z 0-9 . _ -",
};
export const ASSET_TEXT: TextForm = { pattern: CURRENCY_PATTERN, expected: "1 to 8 of A-Z 0-9" };
export const ASSET_OR_NONE_TEXT: TextForm = {
  pattern: /^[A-Z0-9]{0,8}$/,
  expected: "at most 8 of A-Z 0-9",
};

/** The values of `fields` in `body`, codes as numbers; the instrument as instrumentId. */
export function readOperatorFields(
  fields: readonly OperatorField[],
  body: JsonObject,
  symbols: Symbols,
): OperatorValues | Refusal {
  const values: Record<string, number | boolean | string | undefined> = {};
  for (const field of fields) {
    const { name, form, otherwise } = field;
    const given = body[name];
    if (given === undefined && otherwise !== undefined) {
      if (form === "symbol") values["instrumentId"] = 0;
      else values[name] = otherwise ?? undefined;
      continue;
    }
    const value = readField(field, given, symbols);
    if (typeof value === "object") return value;
    values[form === "symbol" ? "instrumentId" : name] = value;
  }
  return values;
}

function readField(
  { name, form }: OperatorField,
  value: unknown,
  symbols: Symbols,
): number | boolean | string | Refusal {
  if (form === "boolean") {
    return typeof value === "boolean" ? value : unexpected(name, "true or false", value);
  }
  if (form === "symbol") {
    const instrument = readInstrument(value, symbols);
    return "code" in instrument ? instrument : instrument.instrumentId;
  }
  if ("pattern" in form) {
    const isText = typeof value === "string" && form.pattern.test(value);
    return isText ? value : unexpected(name, form.expected, value);
  }
  if (!("min" in form)) return readWord(name, value, form);
  const isInRange = Number.isSafeInteger(value) && inRange(Number(value), form);
  return isInRange ? Number(value) : unexpected(name, rangeText(form), value);
}

/** A value of a command line as JSON has it. */
export function valueOfText(field: OperatorField, text: string): unknown {
  const { form } = field;
  if (form === "boolean" && text === "true") return true;
  if (form === "boolean" && text === "false") return false;
  const isNumber = typeof form === "object" && "min" in form;
  return isNumber && /^-?\d{1,16}$/.test(text) ? Number(text) : text;
}

function inRange(value: number, { min, max }: IntegerRange): boolean {
  return value >= min && value <= max;
}

function rangeText({ min, max }: IntegerRange): string {
  return `a whole number from ${min} to ${max}`;
}
