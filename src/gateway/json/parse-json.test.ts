import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { findJsonFault } from "./json-position.ts";
import { parseJson } from "./parse-json.ts";

function messageOf(text: string): string {
  const parsed = parseJson(text);
  return "refusal" in parsed ? parsed.refusal.message : "";
}

test("malformed JSON is refused with what was expected, where, and what stood there", () => {
  const cases: [string, string][] = [
    ["", "JSON: expected a value at position 0, found the end"],
    ["{x}", 'JSON: expected a field name at position 1, found "x}"'],
    ['{"a":1,}', 'JSON: expected a field name at position 7, found "}"'],
    ["[1,2", 'JSON: expected "," or "]" at position 4, found the end'],
    ["[1,]", 'JSON: expected a value at position 3, found "]"'],
    ['{"a":tru}', 'JSON: expected a value at position 5, found "tru}"'],
    ['{"a" 1}', 'JSON: expected ":" at position 5, found "1}"'],
    ["{} {}", 'JSON: expected the end at position 3, found "{}"'],
    ['["\\x"]', 'JSON: expected a value at position 1, found "\\"\\\\x\\"]"'],
    ["01", 'JSON: expected the end at position 1, found "1"'],
    ['"a"1', 'JSON: expected the end at position 3, found "1"'],
    ['{"a":"\ufffd"}', 'JSON: expected UTF-8 text at position 6, found "\ufffd\\"}"'],
  ];
  for (const [text, message] of cases) assert.equal(messageOf(text), message, text);
});

test("the position finder and JSON.parse agree on what is JSON", () => {
  const json = fc.json();
  const broken = fc
    .tuple(json, fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "x", "0", ":", "\\"))
    .map(([text, at, replacement]) => {
      const position = at % (text.length + 1);
      return text.slice(0, position) + replacement + text.slice(position + 1);
    });
  fc.assert(
    fc.property(fc.oneof(json, broken, fc.string()), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const fault = findJsonFault(text);
      assert.equal(fault === undefined, isJson, text);
      if (fault !== undefined) assert.ok(fault.position <= text.length);
    }),
    { numRuns: 3000 },
  );
});

test("a megabyte of brackets or escapes is walked, not descended into", () => {
  const brackets = "[".repeat(1024 * 1024);
  assert.equal(findJsonFault(brackets)?.position, brackets.length);
  assert.equal(findJsonFault(`"${"\\n".repeat(512 * 1024)}`)?.position, 0);
  assert.equal(findJsonFault(`["${"a".repeat(1024 * 1024)}"`)?.expected, '"," or "]"');
});
