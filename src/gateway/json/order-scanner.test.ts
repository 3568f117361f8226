import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { SIMULATED_INSTRUMENTS } from "../../market/simulated-instruments.ts";
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
  if ("code" in requests) return undefined;
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
  const count = scanner.scan(body, ASKER);
  if (count === NOT_USUAL) return NOT_USUAL;
  const expected = strictly(body);
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

test("a usual body with any byte changed, cut or put in is never misread", () => {
  const fault = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom("change", "cut", "insert", "double"),
    byte: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(...Buffer.from('{}[]",: \\.-09')),
    ),
  });
  fc.assert(
    fc.property(batchOf(usualOrder), fc.array(fault, { maxLength: 3 }), (batch, faults) => {
      let body = Buffer.from(JSON.stringify(batch));
      for (const { at, kind, byte } of faults) {
        const place = at % body.length;
        const [head, tail] = [body.subarray(0, place), body.subarray(place)];
        const rest = kind === "insert" ? tail : tail.subarray(1);
        const middle = kind === "cut" ? [] : [byte];
        body = Buffer.concat(
          kind === "double" ? [head, tail, tail] : [head, Buffer.from(middle), rest],
        );
      }
      assertSame(body);
    }),
    { numRuns: 5000 },
  );
});

test("a field twice, a field too many and an endless text are left to the strict way", () => {
  const good = '"symbol":"ACME","side":"buy","ordType":"limit","price":"1.00","orderQty":"1"';
  const bodies = [
    `{"orders":[{"new":{${good},"side":"sell"}}]}`,
    `{"orders":[{"new":{${good},"colour":"red"}}]}`,
    `{"orders":[{"new":{${good},"clOrdId":"${"x".repeat(500_000)}"}}]}`,
    `{"orders":[{"new":{${good}}}],"more":1}`,
    `{"orders":[{"new":{${good}}},{"cancel":{"orderId":1}}]}`,
    '{"orders":[]}',
    "",
  ];
  for (const body of bodies) assert.equal(scanner.scan(Buffer.from(body), ASKER), NOT_USUAL);
  assert.equal(scanner.scan(Buffer.from(`{"orders":[{"new":{${good}}}]}`), ASKER), 1);
});
