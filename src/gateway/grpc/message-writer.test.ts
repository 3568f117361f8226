import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { loadContract } from "./contract.ts";
import { PROTO_DIRECTORY } from "./grpc-for-test.ts";
import { MessageReader, NO_VARINT } from "./message-reader.ts";
import { lengthKey, MessageWriter, varintKey } from "./message-writer.ts";

const contract = loadContract(PROTO_DIRECTORY);
const writer = new MessageWriter();

/** proto3 leaves defaults out; the library writes what it is given. */
function said(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== 0 && value !== ""),
  );
}

test("fields and messages inside of messages are written as the library writes them", () => {
  const fill = fc.record({
    tradeId: fc.maxSafeNat(),
    lastPx: fc.string({ unit: "grapheme-ascii", maxLength: 100 }),
  });
  const report = fc.record({
    sequence: fc.maxSafeNat(),
    orderId: fc.oneof(fc.nat(300), fc.maxSafeNat()),
    clOrdId: fc.string({ unit: "grapheme-ascii", maxLength: 36 }),
    reason: fc.nat(0xffff),
    fills: fc.array(fill, { maxLength: 300, size: "max" }),
  });
  fc.assert(
    fc.property(report, (fields) => {
      writer.uint(varintKey(1), fields.sequence);
      writer.uint(varintKey(3), fields.orderId);
      writer.shortText(lengthKey(4), fields.clOrdId);
      writer.uint(varintKey(15), fields.reason);
      for (const { tradeId, lastPx } of fields.fills) {
        const from = writer.open(lengthKey(16));
        writer.uint(varintKey(1), tradeId);
        writer.utf8(lengthKey(2), lastPx);
        writer.close(from);
      }
      const fills = fields.fills.map(said);
      const expected = contract.write("ExecutionReport", { ...said(fields), fills });
      assert.equal(writer.takeBytes().toString("hex"), expected.toString("hex"));
    }),
    { numRuns: 300 },
  );
});

test("a varint of 32 bits is read back, and none that is longer or cut", () => {
  const reader = new MessageReader();
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(7), (value, cut) => {
      writer.varint(value);
      const bytes = writer.takeBytes();
      reader.begin(bytes);
      assert.equal(reader.varint(bytes.length), value <= 0xffff_ffff ? value : NO_VARINT);
      if (cut >= bytes.length) return;
      reader.begin(bytes);
      if (cut < bytes.length)
        assert.equal(reader.varint(Math.min(cut, bytes.length - 1)), NO_VARINT);
    }),
  );
});
