import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer } from "../../base/record-buffer.ts";
import { SIMULATED_INSTRUMENTS } from "../../market/simulated-instruments.ts";
import { readNew } from "../json/command-reader.ts";
import { BATCH_ORDERS_MAX } from "../limits.ts";
import { loadContract } from "./contract.ts";
import { PROTO_DIRECTORY } from "./grpc-for-test.ts";
import { MessageWriter } from "./message-writer.ts";
import { streamRequest } from "./request-fields.ts";
import { NOT_USUAL, RequestScanner } from "./request-scanner.ts";

const RECORD_BYTES = 64;
const ASKER = { accountId: 7, sessionId: 9 };
const instruments = SIMULATED_INSTRUMENTS.map(({ instrument }) => instrument);
const symbols = {
  instrumentBySymbol: (symbol: string) => instruments.find((each) => each.symbol === symbol),
};
const contract = loadContract(PROTO_DIRECTORY);
const scanner = new RequestScanner(symbols);

/** The records that the library and the strict way make of a batch; undefined: refused. */
function strictly(bytes: Buffer): { batchId: number; records: Buffer } | undefined {
  const { batchId = 0, requests = [] } = contract.readRequestBatch(bytes) as {
    batchId?: number;
    requests?: unknown[];
  };
  const record = RecordBuffer.ofBytes(RECORD_BYTES);
  const records: Uint8Array[] = [];
  for (const message of requests) {
    const request = streamRequest(message);
    if (request.kind !== "new") return undefined;
    if (readNew(request.fields, ASKER, symbols, record) !== undefined) return undefined;
    records.push(record.bytes.slice());
  }
  return { batchId, records: Buffer.concat(records) };
}

/** Whatever the scanner takes, the strict way takes too, and makes the same of it. */
function assertSame(bytes: Buffer): number {
  const count = scanner.scan(bytes, ASKER);
  if (count === NOT_USUAL) return NOT_USUAL;
  const expected = strictly(bytes);
  assert.ok(expected !== undefined, `scanned, but strictly refused: ${bytes.toString("hex")}`);
  const found = Buffer.from(scanner.records.bytes.subarray(0, count * RECORD_BYTES));
  assert.equal(found.toString("hex"), expected.records.toString("hex"), bytes.toString("hex"));
  assert.equal(scanner.batchId, expected.batchId);
  return count;
}

function mostly<T>(usual: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 12, arbitrary: usual },
    ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
  );
}

const order = fc.record(
  {
    symbol: mostly(fc.constantFrom("BTC-USD", "ETH-USD", "ACME"), fc.constantFrom("NONE", "")),
    side: mostly(fc.constantFrom(1, 2), fc.constantFrom(0, 3)),
    ordType: mostly(fc.constant(1), fc.constantFrom(0, 2, 3, 99)),
    price: mostly(
      fc.integer({ min: 0, max: 200_000 }).map((ticks) => (ticks / 2).toFixed(1)),
      fc.constantFrom("100.00", "-1", "1.", ".5", "1e3", "0100.0", "", "9".repeat(20), "\u00e9"),
    ),
    orderQty: mostly(
      fc.integer({ min: 0, max: 5000 }).map(String),
      fc.constantFrom("0.001", "1.5", "x", "-2", "007"),
    ),
    timeInForce: mostly(fc.constantFrom(0, 1, 2, 3), fc.constantFrom(4, 9)),
    postOnly: fc.boolean(),
    clOrdId: mostly(
      fc.integer({ min: 0, max: 1e9 }).map((n) => `c${n}`),
      fc.constantFrom("ouch:7", "ouch:x", "open", "with space", "x".repeat(17)),
      fc.uuid({ version: 4 }),
    ),
  },
  { requiredKeys: ["symbol", "side", "ordType", "price", "orderQty", "clOrdId"] },
);

test("what is read straight from the bytes is what the library and the strict way read", () => {
  let scannedCount = 0;
  const batch = fc.record({
    batchId: fc.nat(0xffff_ffff),
    orders: fc.array(order, { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(batch, ({ batchId, orders }) => {
      const requests = orders.map((each) => ({ new: each }));
      if (assertSame(contract.write("RequestBatch", { batchId, requests })) > 0) scannedCount++;
    }),
    { numRuns: 2000 },
  );
  assert.ok(scannedCount > 50, `only ${scannedCount} batches were usual`);
});

test("fields come in any order, and a field that comes twice is for the library", () => {
  const price = Buffer.from("2204312e3030", "hex");
  const rest = contract.write("NewOrder", {
    symbol: "ACME",
    side: 1,
    ordType: 1,
    orderQty: "1",
    clOrdId: "a",
  });
  assert.equal(assertSame(batchOf(Buffer.concat([price, rest]))), 1);
  assert.equal(assertSame(batchOf(Buffer.concat([price, rest, price]))), NOT_USUAL);
});

test("requests of other kinds, unknown fields and empty batches are for the library", () => {
  const write = (requests: object[]) => contract.write("RequestBatch", { batchId: 1, requests });
  assert.equal(scanner.scan(write([{ massCancel: {} }]), ASKER), NOT_USUAL);
  assert.equal(scanner.scan(write([{}]), ASKER), NOT_USUAL);
  assert.equal(scanner.scan(write([]), ASKER), NOT_USUAL);
  assert.equal(scanner.scan(Buffer.concat([write([]), Buffer.from([0x78, 1])]), ASKER), NOT_USUAL);
});

test("a full batch is read, and one order more is not", () => {
  const { clOrdId, ...usual } = { ...USUAL, clOrdId: "" };
  const requests = Array.from({ length: BATCH_ORDERS_MAX + 1 }, (_, i) => ({
    new: { ...usual, clOrdId: `${clOrdId}${i}` },
  }));
  assert.equal(assertSame(contract.write("RequestBatch", { requests: requests.slice(1) })), 1000);
  assert.equal(scanner.scan(contract.write("RequestBatch", { requests }), ASKER), NOT_USUAL);
});

test("cut anywhere, or with any byte changed, a batch is read the same or not at all", () => {
  const requests = [{ new: USUAL }, { new: { ...USUAL, side: 2, clOrdId: "other" } }];
  const whole = contract.write("RequestBatch", { batchId: 300, requests });
  assert.equal(assertSame(whole), 2);
  for (let length = 0; length < whole.length; length++) {
    const cut = whole.subarray(0, length);
    if (scanner.scan(cut, ASKER) !== NOT_USUAL) assertSame(cut);
  }
  const mutated = Buffer.from(whole);
  for (let at = 0; at < whole.length; at++) {
    for (let byte = 0; byte < 256; byte++) {
      mutated[at] = byte;
      if (scanner.scan(mutated, ASKER) !== NOT_USUAL) assertSame(mutated);
    }
    mutated[at] = whole[at]!;
  }
});

const USUAL = { symbol: "ACME", side: 1, ordType: 1, price: "1.00", orderQty: "1", clOrdId: "one" };

/** A batch of one request that is a new order of these bytes. */
function batchOf(newOrder: Buffer): Buffer {
  const out = new MessageWriter();
  const request = out.open(0x12);
  const order = out.open(0x0a);
  out.fragment(newOrder);
  out.close(order);
  out.close(request);
  return out.takeBytes();
}
