import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_BYTES } from "./event.ts";
import { fieldsOf, headingsOf, rowsOf } from "./journal-tables-for-test.ts";
import {
  COMMAND_FIELDS,
  COMMAND_HEADER_FIELDS,
  EVENT_FIELDS,
  EVENT_KIND_NAMES,
  namedCommand,
  namedEvent,
  type RecordField,
} from "./record-fields.ts";
import { newRecord } from "./record-for-test.ts";

const WIDTHS = new Map([
  ["u8", 1],
  ["u16", 2],
  ["u32", 4],
  ["i32", 4],
  ["u64", 8],
  ["i64", 8],
  ["id", 16],
]);
/** Their parts have names of their own. */
const COMPOSED = ["newOrder", "leg1", "leg2", "leg3"];

function layoutOf(fields: readonly RecordField[]) {
  return fields
    .filter(({ name }) => !name.startsWith("leg") || name === "legsCount")
    .map(({ name, offset, type }) => [name, offset, WIDTHS.get(type) ?? Number(type.slice(5))])
    .sort((a, b) => Number(a[1]) - Number(b[1]));
}

function documented(heading: string, isLeftOut: (name: string) => boolean) {
  return fieldsOf(heading)
    .filter(({ name }) => name !== "reserved" && !isLeftOut(name))
    .map(({ name, offset, bytes }) => [name, offset, bytes]);
}

const headings = headingsOf("###", "## Commands").filter((line) => /^### \d+ /.test(line));
for (const [kind, [name, fields]] of COMMAND_FIELDS) {
  test(`fields of "${name}" have the names and places of docs/protocols/journal.md`, () => {
    const heading = headings.find((line) => line.startsWith(`### ${kind} `)) ?? "";
    assert.match(heading.toLowerCase(), new RegExp(`^### ${kind} ${name} \\(`));
    const own = fields.filter(({ offset }) => kind !== 6 || offset >= 64);
    assert.deepEqual(
      layoutOf(own),
      documented(heading, (field) => COMPOSED.includes(field)),
    );
  });
}

test("every command that the log may have is told by its names", () => {
  const kinds = headings.map((line) => Number(line.split(" ")[1]));
  assert.deepEqual([...COMMAND_FIELDS.keys()], kinds);
});

test("the fields of headers and events have their names and places too", () => {
  const isMark = (name: string) => ["version", "kind", "blocks"].includes(name);
  const header = documented("### Command header (all kinds)", isMark);
  assert.deepEqual(layoutOf(COMMAND_HEADER_FIELDS), header);
  assert.deepEqual(layoutOf(EVENT_FIELDS), documented("### Event (all kinds, 128 bytes)", isMark));
  for (const [kind, name] of rowsOf("### Event kinds")) {
    assert.equal(EVENT_KIND_NAMES.get(Number(kind)), name, `event kind ${kind}`);
  }
});

test("a command is told by its names", () => {
  const record = newRecord({ clOrdId: "a-1", side: 2, orderQtyLots: 7, priceTicks: -3 });
  assert.deepEqual(namedCommand(record.bytes, 0), {
    ...{ kind: "new order", sequence: 0, timeMicros: 0, accountId: 1, instrumentId: 1 },
    ...{ sessionId: 1, clOrdId: "a-1", orderQtyLots: 7, priceTicks: -3 },
    ...{ side: 2, ordType: 2, timeInForce: 1, execInst: 0 },
  });
});

test("a kind from the future is told by its header", () => {
  const bytes = new Uint8Array(EVENT_BYTES);
  bytes[1] = 250;
  assert.equal(namedCommand(bytes, 0)["kind"], "kind 250");
  assert.equal(namedEvent(bytes, 0)["kind"], "kind 250");
});
