// A client's text as JSON, or a refusal that says where it stops being JSON.

import { MALFORMED_JSON, type Refusal, refuse } from "../error-codes.ts";
import { findJsonFault } from "./json-position.ts";

const FOUND_CHARACTERS_MAX = 20;

export type Parsed = { readonly value: unknown } | { readonly refusal: Refusal };

export function parseJson(text: string): Parsed {
  // What is not UTF-8 was decoded to U+FFFD, which no field of ours may hold.
  const badAt = text.indexOf("\ufffd");
  if (badAt !== -1) return fault(text, badAt, "UTF-8 text");
  try {
    return { value: JSON.parse(text) };
  } catch {
    const found = findJsonFault(text);
    return fault(text, found?.position ?? 0, found?.expected ?? "JSON");
  }
}

function fault(text: string, position: number, expected: string): Parsed {
  const rest = text.slice(position, position + FOUND_CHARACTERS_MAX);
  const found = rest === "" ? "the end" : JSON.stringify(rest);
  const message = `JSON: expected ${expected} at position ${position}, found ${found}`;
  return { refusal: refuse(MALFORMED_JSON, message) };
}
