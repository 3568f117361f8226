import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as reasons from "./reasons.ts";

const PAGE = new URL("../../docs/protocols/reasons.md", import.meta.url);

test("every reason has one number and one name, and no other reason has them", () => {
  const numbers = reasons.REASONS.map(({ code }) => code);
  const names = reasons.REASONS.map(({ name }) => name);
  assert.equal(new Set(numbers).size, reasons.REASONS.length);
  assert.equal(new Set(names).size, reasons.REASONS.length);
  for (const { code, name } of reasons.REASONS) {
    assert.match(name, /^[A-Z][A-Z_]+[A-Z]$/);
    assert.ok(code < 100 || code >= 1000, "FIX's numbers are below 100, ours from 1000");
    assert.ok(code > 0 && code <= 0xffff, "a reason fits its field in the event record");
  }
});

test("every constant is in the list under its own name", () => {
  const constants = Object.entries(reasons).filter(([name]) => name.startsWith("REASON_"));
  const listed = reasons.REASONS.map(({ code, name }) => [`REASON_${name}`, code]);
  assert.deepEqual(Object.fromEntries(constants), {
    REASON_NONE: 0,
    ...Object.fromEntries(listed),
  });
});

test("a number has its name, none has none, and an unknown one says its number", () => {
  assert.equal(reasons.reasonName(reasons.REASON_BUSY), "BUSY");
  assert.equal(reasons.reasonName(reasons.REASON_NONE), "");
  assert.equal(reasons.reasonName(4711), "REASON_4711");
});

test("docs/protocols/reasons.md lists exactly these reasons", () => {
  const page = readFileSync(PAGE, "utf8");
  const rows = [...page.matchAll(/^\| *(\d+) *\| *`?([A-Z_]+)`? *\|/gm)];
  assert.deepEqual(
    Object.fromEntries(rows.map(([, code, name]) => [name, Number(code)])),
    Object.fromEntries(reasons.REASONS.map(({ code, name }) => [name, code])),
  );
});
