// Requests cut at every byte, and garbage: what is a request is read, nothing else is, and nothing
// is read beyond its end.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecordBuffer } from "../base/record-buffer.ts";
import { readOuchReport } from "../client/ouch-report-reader.ts";
import { enterRequest, replaceRequest } from "../client/ouch-requests.ts";
import { COMMAND_BYTES_MAX } from "./command.ts";
import { OuchCommands } from "./ouch-commands.ts";
import { OuchInstrument } from "./ouch-instrument.ts";
import * as request from "./ouch-request.ts";
import * as soup from "./soup-bin-tcp.ts";

const RUNS = Number(process.env["OUTCRY_FUZZ_RUNS"] ?? 20_000);

/** Every request there is, with and without options. */
const REQUESTS: readonly Uint8Array[] = [
  enterRequest({ userRefNum: 1, side: "B", quantity: 10, symbol: "ACME", price: 1_000_000 }),
  enterRequest({
    userRefNum: 2,
    side: "T",
    quantity: 10,
    symbol: "ACME",
    price: 1_000_000,
    clOrdId: "ABCDEFGHIJKLMN",
    options: { minQty: 1, maxFloor: 5, priceType: "R", pegOffset: -1, postOnly: true },
  }),
  replaceRequest({ origUserRefNum: 2, userRefNum: 3, quantity: 5, price: 1_000_000 }),
  Buffer.from("580000000100000000", "hex"),
  Buffer.from("5800000001000000000000", "hex"),
  Buffer.from("4d000000015300000003", "hex"),
  Buffer.from("43000000042020202041434d45202020200003021b42", "hex"),
  Buffer.from("4400000005202020200000", "hex"),
  Buffer.from("4500000006202020200000", "hex"),
  Buffer.from("51", "hex"),
];

function isRequest(bytes: Uint8Array): boolean {
  return request.isOuchRequest(bytes, 0, bytes.length);
}

test("a request is one at its whole length only", () => {
  for (const bytes of REQUESTS) {
    assert.ok(isRequest(bytes), Buffer.from(bytes).toString("hex"));
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.slice(0, length);
      const isShorter = bytes[0] === request.OUCH_CANCEL_ORDER && length === 9;
      assert.equal(isRequest(cut), isShorter, Buffer.from(cut).toString("hex"));
    }
    assert.equal(isRequest(Uint8Array.of(...bytes, 0)), false);
  }
});

test("options that are cut, unknown or of another length make no request", () => {
  const options = [[2], [1, 12], [2, 12], [3, 12, 80, 0], [2, 99, 1], [2, 8, 1], [255, 12, 80]];
  for (const bytes of options) {
    const whole = new Uint8Array(request.ENTER_ORDER_BYTES + bytes.length);
    whole.set(REQUESTS[0]);
    whole[request.ENTER_ORDER_APPENDAGE_LENGTH_BYTE + 1] = bytes.length;
    whole.set(bytes, request.ENTER_ORDER_BYTES);
    assert.equal(isRequest(whole), false, String(bytes));
  }
});

test("packets come out whole however they are cut", () => {
  const stream = Buffer.concat(
    REQUESTS.flatMap((bytes) => [header(bytes.length), Buffer.from(bytes)]),
  );
  const whole = read([stream]);
  assert.equal(whole.length, REQUESTS.length);
  for (let cut = 0; cut <= stream.length; cut++) {
    assert.deepEqual(read([stream.subarray(0, cut), stream.subarray(cut)]), whole);
  }
  const bytewise = Array.from(stream, (_, i) => stream.subarray(i, i + 1));
  assert.deepEqual(read(bytewise), whole);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 40 }), (lengths) => {
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (const length of lengths) {
        pieces.push(stream.subarray(at, at + length));
        at += length;
      }
      assert.deepEqual(read([...pieces, stream.subarray(at)]), whole);
    }),
    { numRuns: 500 },
  );
});

test("a packet without a type, or over the limit, ends the reading", () => {
  for (const start of [
    [0, 0],
    [0xff, 0xff],
    [0x01, 0xff],
  ]) {
    assert.equal(new soup.SoupReader(512, () => {}).read(Uint8Array.of(...start, 0x55)), false);
    const reader = new soup.SoupReader(512, () => assert.fail("it is no packet"));
    assert.equal(reader.read(Uint8Array.of(start[0])), true);
    assert.equal(reader.read(Uint8Array.of(start[1])), false);
  }
});

test("garbage never breaks the readers, and what they take is written as a command", () => {
  const record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  const commands = new OuchCommands(record);
  const asker = { accountId: 1, sessionId: 1 };
  const mutated = fc
    .tuple(
      fc.constantFrom(...REQUESTS),
      fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }),
    )
    .map(([bytes, changes]) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
      return copy;
    });
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), (bytes) => {
      read([Buffer.concat([header(bytes.length), bytes])]);
      readOuchReport(bytes, 0, bytes.length);
      if (!isRequest(bytes)) return;
      taken++;
      write(commands, bytes, asker);
    }),
    { numRuns: RUNS },
  );
  assert.ok(taken > RUNS / 50, "some of it is taken");
});

const ACME = new OuchInstrument({
  instrumentId: 1,
  symbol: "ACME",
  currency: "USD",
  priceDecimals: 2,
  tickUnits: 1,
  qtyDecimals: 0,
  lotUnits: 1,
  priceTicksMin: 1,
  priceTicksMax: 1_000_000,
  orderQtyLotsMin: 1,
  orderQtyLotsMax: 1_000_000,
});

function write(
  commands: OuchCommands,
  bytes: Uint8Array,
  asker: { accountId: number; sessionId: number },
): void {
  const { length } = bytes;
  switch (bytes[0]) {
    case request.OUCH_ENTER_ORDER:
      commands.writeEnter(bytes, 0, length, asker, ACME, 1);
      return;
    case request.OUCH_REPLACE_ORDER:
      commands.writeReplace(bytes, 0, length, asker, ACME, 1);
      return;
    case request.OUCH_CANCEL_ORDER:
      commands.writeCancel(bytes, 0, asker);
      return;
    case request.OUCH_MODIFY_ORDER:
      commands.writeModify(bytes, 0, asker);
      return;
    case request.OUCH_MASS_CANCEL:
      commands.writeMassCancel(bytes, 0, length, asker, 1);
      return;
    default:
  }
}

function header(payloadBytes: number): Buffer {
  const bytes = Buffer.alloc(soup.SOUP_HEADER_BYTES);
  soup.putSoupHeader(bytes, 0, soup.SOUP_UNSEQUENCED_DATA, payloadBytes);
  return bytes;
}

function read(pieces: readonly Uint8Array[]): string[] {
  const packets: string[] = [];
  const reader = new soup.SoupReader(512, (bytes, at, length) => {
    packets.push(Buffer.from(bytes.subarray(at, at + length)).toString("hex"));
  });
  for (const piece of pieces) if (!reader.read(piece)) break;
  return packets;
}
