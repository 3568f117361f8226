import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { SIMULATED_INSTRUMENTS } from "../../market/simulated-instruments.ts";
import type { OrderRequest } from "../requested-commands.ts";
import { readRequest } from "../websocket/requests.ts";
import { readNew } from "./command-reader.ts";
import { NOT_USUAL, OrderScanner } from "./order-scanner.ts";
import { parseJson } from "./parse-json.ts";
import { readBatch } from "./request-reader.ts";

const RECORD_BYTES = 64;
const ASKER = { accountId: 7, sessionId: 9 };
const instruments = SIMULATED_INSTRUMENTS.map(({ instrument }) => instrument);
const symbols = {
  instrumentBySymbol: (symbol: string) => instruments.find((each) => each.symbol === symbol),
};
const scanner = new OrderScanner(symbols);

/** The records that the strict way makes of a body; undefined where it refuses anything. */
function strictly(body: Buffer): Buffer | undefined {
  const parsed = parseJson(body.toString());
  if ("refusal" in parsed) return undefined;
  const requests = readBatch(parsed.value);
  return "code" in requests ? undefined : recordsOf(requests);
}

/** The same of a WebSocket message, when its id is the scanner's. */
function strictlyOfRequest(message: Buffer): Buffer | undefined {
  const request = readRequest(message.toString());
  if ("refusal" in request || request.idJson !== String(scanner.requestId)) return undefined;
  const { op, fields } = request;
  if (op === "new" && !scanner.isBatch)
    return recordsOf([{ kind: "new", fields: fields["order"] }]);
  const requests = op === "batch" && scanner.isBatch ? readBatch(fields) : [];
  return "code" in requests ? undefined : recordsOf(requests);
}

function recordsOf(requests: readonly OrderRequest[]): Buffer | undefined {
  const record = RecordBuffer.ofBytes(RECORD_BYTES);
  const records: Uint8Array[] = [];
  for (const request of requests) {
    if (request.kind !== "new") return undefined;
    if (readNew(request.fields, ASKER, symbols, record) !== undefined) return undefined;
    records.push(record.bytes.slice());
  }
  return Buffer.concat(records);
}

/** Whatever the scanner takes, the strict way takes too, and makes the same of it. */
function assertSame(body: Buffer): number {
  return assertSameRecords(body, scanner.scan(body, ASKER), strictly);
}

function assertSameRequest(message: Buffer): number {
  return assertSameRecords(message, scanner.scanRequest(message, ASKER), strictlyOfRequest);
}

function assertSameRecords(body: Buffer, count: number, read: typeof strictly): number {
  if (count === NOT_USUAL) return NOT_USUAL;
  const expected = read(body);
  assert.ok(expected !== undefined, `scanned, but strictly refused: ${body}`);
  const found = Buffer.from(scanner.records.bytes.subarray(0, count * RECORD_BYTES));
  assert.equal(found.toString("hex"), expected.toString("hex"), String(body));
  return count;
}

const order = fc.record(
  {
    symbol: fc.constantFrom("BTC-USD", "ETH-USD", "ACME", "NONE"),
    side: fc.constantFrom("buy", "sell", "Buy", ""),
    ordType: fc.constantFrom("limit", "limit", "limit", "market", "limi"),
    price: fc.oneof(
      fc.integer({ min: 0, max: 200_000 }).map((ticks) => (ticks / 2).toFixed(1)),
      fc.constantFrom(
        "100.00",
        "-1",
        "1.",
        ".5",
        "1e3",
        "0100.0",
        "",
        "9".repeat(20),
        "2147483648",
      ),
      fc.integer({ min: 0, max: 1000 }),
    ),
    orderQty: fc.constantFrom("1", "0", "10.00", "0.001", "7", "1.5", "99999999999999"),
    timeInForce: fc.constantFrom("gtc", "ioc", "fok", "day"),
    clOrdId: fc.oneof(
      fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
      fc.stringMatching(/^[A-Za-z0-9-]{1,16}$/),
      fc.uuid(),
    ),
    postOnly: fc.boolean(),
  },
  { requiredKeys: ["symbol", "side", "ordType", "price", "orderQty", "clOrdId"] },
);
const usualOrder = fc.record(
  {
    symbol: fc.constantFrom("ACME", "ETH-USD"),
    side: fc.constantFrom("buy", "sell"),
    ordType: fc.constant("limit"),
    price: fc.integer({ min: 1, max: 100_000 }).map((ticks) => (ticks / 100).toFixed(2)),
    orderQty: fc.integer({ min: 1, max: 1000 }).map(String),
    timeInForce: fc.constantFrom("gtc", "ioc", "fok"),
    clOrdId: fc.oneof(fc.stringMatching(/^[!#-[\]-~]{1,16}$/), fc.uuid()),
  },
  { requiredKeys: ["symbol", "side", "ordType", "price", "orderQty", "clOrdId"] },
);
const batchOf = (orders: fc.Arbitrary<object>) =>
  fc.array(orders, { minLength: 1, maxLength: 8 }).map((all) => ({
    orders: all.map((each) => ({ new: each })),
  }));
const spaced = (value: unknown) =>
  JSON.stringify(value, null, 1).replace(/,\n */g, ", ").replace(/\n */g, "");

const requestId = fc.nat({ max: 10 ** 15 - 1 });
const requestOf = (orders: fc.Arbitrary<object>) =>
  fc.oneof(
    fc.record({ id: requestId, op: fc.constant("new"), order: orders }),
    fc.tuple(requestId, batchOf(orders)).map(([id, batch]) => ({ id, op: "batch", ...batch })),
  );

test("usual requests over WebSocket are scanned, as JSON.stringify and Python write them", () => {
  fc.assert(
    fc.property(requestOf(usualOrder), fc.boolean(), (request, isPython) => {
      const text = isPython ? spaced(request) : JSON.stringify(request);
      const count = "orders" in request ? request.orders.length : 1;
      assert.equal(assertSameRequest(Buffer.from(text)), count, text);
    }),
  );
});

test("an id that would come back otherwise than it was written is left to the strict way", () => {
  const order = '{"symbol":"ACME","side":"buy","ordType":"limit","price":"1.00","orderQty":"1"}';
  for (const id of ["01", "-1", "1.0", "1e3", '"a"', "1234567890123456", "", "null"]) {
    const text = `{"id":${id},"op":"new","order":${order}}`;
    assert.equal(scanner.scanRequest(Buffer.from(text), ASKER), NOT_USUAL, text);
  }
  const text = `{"id":0,"op":"new","order":${order}}`;
  assert.equal(scanner.scanRequest(Buffer.from(text), ASKER), 1);
});

test("usual batches are scanned, as JSON.stringify and as Python write them", () => {
  fc.assert(
    fc.property(batchOf(usualOrder), fc.boolean(), (batch, isPython) => {
      const text = isPython ? spaced(batch) : JSON.stringify(batch);
      assert.equal(assertSame(Buffer.from(text)), batch.orders.length, text);
    }),
  );
});

test("what is scanned is what the strict way makes, whatever the orders", () => {
  fc.assert(
    fc.property(batchOf(order), (batch) => {
      assertSame(Buffer.from(JSON.stringify(batch)));
    }),
    { numRuns: 2000 },
  );
});

type Fault = { readonly at: number; readonly kind: string; readonly byte: number };

const fault: fc.Arbitrary<Fault> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom("change", "cut", "insert", "double"),
  byte: fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...Buffer.from('{}[]",: \\.-09')),
  ),
});

function withFaults(value: unknown, faults: readonly Fault[]): Buffer {
  let body = Buffer.from(JSON.stringify(value));
  for (const { at, kind, byte } of faults) {
    const place = at % body.length;
    const [head, tail] = [body.subarray(0, place), body.subarray(place)];
    const rest = kind === "insert" ? tail : tail.subarray(1);
    const middle = kind === "cut" ? [] : [byte];
    body = Buffer.concat(
      kind === "double" ? [head, tail, tail] : [head, Buffer.from(middle), rest],
    );
  }
  return body;
}

test("a usual body with any byte changed, cut or put in is never misread", () => {
  fc.assert(
    fc.property(batchOf(usualOrder), fc.array(fault, { maxLength: 3 }), (batch, faults) => {
      assertSame(withFaults(batch, faults));
    }),
    { numRuns: 5000 },
  );
});

test("nor is a usual request over WebSocket", () => {
  fc.assert(
    fc.property(requestOf(usualOrder), fc.array(fault, { maxLength: 3 }), (request, faults) => {
      assertSameRequest(withFaults(request, faults));
    }),
    { numRuns: 5000 },
  );
});

test("a field twice, a field too many and an endless text are left to the strict way", () => {
  const good = '"symbol":"ACME","side":"buy","ordType":"limit","price":"1.00","orderQty":"1"';
  const bodies = [
    `{"orders":[{"new":{${good},"side":"sell"}}]}`,
    `{"orders":[{"new":{${good},"color":"red"}}]}`,
    `{"orders":[{"new":{${good},"clOrdId":"${"x".repeat(500_000)}"}}]}`,
    `{"orders":[{"new":{${good}}}],"more":1}`,
    `{"orders":[{"new":{${good}}},{"cancel":{"orderId":1}}]}`,
    '{"orders":[]}',
    "",
  ];
  for (const body of bodies) assert.equal(scanner.scan(Buffer.from(body), ASKER), NOT_USUAL);
  assert.equal(scanner.scan(Buffer.from(`{"orders":[{"new":{${good}}}]}`), ASKER), 1);
});
