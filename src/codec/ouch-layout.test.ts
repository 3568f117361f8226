// docs/protocols/ouch.md is the layout: its tables and the codec's constants say the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { constantName, fieldsOf, headingsOf, rowsOf } from "./journal-tables-for-test.ts";
import * as options from "./ouch-options.ts";
import * as report from "./ouch-report.ts";
import * as request from "./ouch-request.ts";
import * as soup from "./soup-bin-tcp.ts";

type Constants = Readonly<Record<string, unknown>>;

const PAGE = "ouch.md";
/** Kinds that have no offsets of their own: those of another kind, so many bytes further on. */
const LIKE: ReadonlyMap<string, readonly [string, number]> = new Map([
  ["REPLACED", ["ACCEPTED", report.REPLACED_SHIFT_BYTES]],
  ["ENABLE_ORDER_ENTRY", ["DISABLE_ORDER_ENTRY", 0]],
  ["ENABLE_RESPONSE", ["DISABLE_RESPONSE", 0]],
]);

type Heading = { letter: string; name: string; bytes: number; line: string };

function kindsOf(section: string): Heading[] {
  return headingsOf("###", section, PAGE).map((line) => {
    const match = /^### (\w) (.+) \((\d+) bytes\)$/.exec(line);
    assert.ok(match !== null, `expected "### LETTER NAME (LENGTH bytes)", found "${line}"`);
    return { letter: match[1], name: constantName(match[2]), bytes: Number(match[3]), line };
  });
}

/** A message's fields follow each other without a gap. */
function assertCovers({ line, bytes }: Heading): void {
  let offset = 0;
  for (const field of fieldsOf(line, PAGE)) {
    assert.equal(field.offset, offset, `${line}: ${field.name}`);
    offset += field.bytes;
  }
  assert.equal(offset, bytes, `${line}: the fields end with the message`);
}

function assertOffsets(kind: Heading, constants: Constants, shared: readonly string[]): void {
  const own = new Map(fieldsOf(kind.line, PAGE).map(({ name, offset }) => [name, offset]));
  for (const name of shared) own.delete(name);
  const [prefix, shift] = LIKE.get(kind.name) ?? [kind.name, 0];
  for (const [name, offset] of own) {
    const full = `${prefix}_${constantName(name)}_BYTE`;
    const ownName = `${kind.name}_${constantName(name)}_BYTE`;
    const found = constants[ownName] ?? Number(constants[full]) + shift;
    assert.equal(found, offset, ownName);
  }
  const codes = Object.keys(constants).filter(
    (name) => name.startsWith(`${kind.name}_`) && name.endsWith("_BYTE"),
  );
  const inPage = new Set([...own.keys()].map((name) => `${kind.name}_${constantName(name)}_BYTE`));
  assert.deepEqual(
    codes.filter((name) => !inPage.has(name)),
    [],
    "every constant is a field of the page",
  );
}

test("every request has its letter, length and fields as the page says", () => {
  const constants: Constants = request;
  const kinds = kindsOf("## Requests");
  for (const kind of kinds) {
    assertCovers(kind);
    const code = kind.letter.charCodeAt(0);
    assert.equal(constants[`OUCH_${kind.name}`], code, kind.name);
    assert.equal(request.ouchRequestBytes(code), kind.bytes);
    assertOffsets(kind, constants, ["type"]);
  }
  const codes = Array.from({ length: 256 }, (_, code) => code);
  assert.equal(codes.filter((code) => request.ouchRequestBytes(code) > 0).length, kinds.length);
});

test("every report has its letter, length and fields as the page says", () => {
  const constants: Constants = report;
  const kinds = kindsOf("## Reports");
  for (const kind of kinds) {
    assertCovers(kind);
    const code = kind.letter.charCodeAt(0);
    assert.equal(constants[`OUCH_${kind.name}`], code, kind.name);
    assert.equal(report.ouchReportBytes(code), kind.bytes);
    const fields = fieldsOf(kind.line, PAGE);
    const offsetOf = (name: string) => fields.find((field) => field.name === name)?.offset;
    assert.equal(offsetOf("timestamp"), report.OUCH_TIMESTAMP_BYTE);
    const isRenumbered = offsetOf("origUserRefNum") !== undefined;
    const firstName = isRenumbered ? "origUserRefNum" : "userRefNum";
    if (kind.name !== "SYSTEM_EVENT") {
      assert.equal(offsetOf(firstName), report.OUCH_USER_REF_NUM_BYTE);
    }
    const shared = isRenumbered ? ["type", "timestamp"] : ["type", "timestamp", "userRefNum"];
    assertOffsets(kind, constants, shared);
  }
  const codes = Array.from({ length: 256 }, (_, code) => code);
  assert.equal(codes.filter((code) => report.ouchReportBytes(code) > 0).length, kinds.length);
});

test("logins have their letters, lengths and fields as the page says", () => {
  for (const kind of kindsOf("## SoupBinTCP")) {
    assertCovers(kind);
    const constants: Constants = soup;
    assert.equal(constants[`SOUP_${kind.name}`], kind.letter.charCodeAt(0));
    assert.equal(constants[`${kind.name}_BYTES`], kind.bytes);
    assertOffsets(kind, constants, ["length", "type"]);
  }
});

test("options have the tags and lengths that the page says", () => {
  const constants: Constants = options;
  const rows = rowsOf("## Options", PAGE);
  for (const [tag, name, bytes] of rows) {
    assert.equal(constants[`OUCH_${constantName(name)}`], Number(tag), name);
    assert.equal(options.ouchOptionBytes(Number(tag)), Number(bytes), name);
  }
  const tags = Array.from({ length: 256 }, (_, tag) => tag);
  assert.equal(tags.filter((tag) => options.ouchOptionBytes(tag) > 0).length, rows.length);
});
