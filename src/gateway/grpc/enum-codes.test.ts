import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrdStatus } from "../../model/ord-status.ts";
import {
  type CodeWords,
  LIST_WORDS,
  ORD_TYPE_WORDS,
  PEG_WORDS,
  SIDE_WORDS,
  STP_WORDS,
  TIME_IN_FORCE_WORDS,
  TRIGGER_WORDS,
} from "../../model/order-words.ts";
import { PHASE_NAMES } from "../../model/phase.ts";
import { execTypeWord, ordStatusWord } from "../json/report-writer.ts";
import { TERM_FIELDS } from "../json/term-fields.ts";
import { EXEC_TYPES, ORD_STATUSES, ORD_TYPES, SIDES, TIMES_IN_FORCE } from "./enum-codes.ts";
import { DEFINITIONS } from "./grpc-for-test.ts";
import { wordOf } from "./request-fields.ts";

type EnumValue = { readonly name: string; readonly number: number };

/** Values of a proto enum as words, by number. */
function wordsOf(name: string, prefix: string): unknown[] {
  const { type } = DEFINITIONS[`outcry.v1.${name}`] as unknown as { type: { value: EnumValue[] } };
  const words: unknown[] = [];
  for (const { name: value, number } of type.value) words[number] = wordOf(value, prefix);
  return words;
}

function compare(
  name: string,
  prefix: string,
  codes: readonly number[],
  word: (code: number) => string,
) {
  assert.deepEqual(wordsOf(name, prefix), ["unspecified", ...codes.slice(1).map(word)]);
}

test("the enums of the proto files are our codes, in JSON's words", () => {
  compare("Side", "SIDE_", SIDES, (code) => SIDE_WORDS.wordOf(code));
  compare("OrdType", "ORD_TYPE_", ORD_TYPES, (code) => ORD_TYPE_WORDS.wordOf(code));
  compare("TimeInForce", "TIME_IN_FORCE_", TIMES_IN_FORCE, (code) =>
    TIME_IN_FORCE_WORDS.wordOf(code),
  );
  compare("OrdStatus", "ORD_STATUS_", ORD_STATUSES, (code) => ordStatusWord(code as OrdStatus));
  compare("ExecType", "EXEC_TYPE_", EXEC_TYPES, execTypeWord);
  const listed = (name: string, prefix: string, { words }: CodeWords) => {
    assert.deepEqual(wordsOf(name, prefix), ["unspecified", ...words]);
  };
  listed("TriggerBy", "TRIGGER_BY_", TRIGGER_WORDS);
  listed("PegPriceType", "PEG_PRICE_TYPE_", PEG_WORDS);
  listed("Stp", "STP_", STP_WORDS);
  listed("ListType", "LIST_TYPE_", LIST_WORDS);
  assert.deepEqual(wordsOf("Phase", "PHASE_"), ["unspecified", ...PHASE_NAMES]);
});

test("the fields of Terms are JSON's terms, numbered in their order", () => {
  const { type } = DEFINITIONS["outcry.v1.Terms"] as unknown as { type: { field: EnumValue[] } };
  const names = type.field.map(({ name }) => name);
  assert.deepEqual(
    names,
    TERM_FIELDS.map(({ name }) => name),
  );
  assert.deepEqual(
    type.field.map(({ number }) => number),
    TERM_FIELDS.map((_, index) => index + 1),
  );
});
