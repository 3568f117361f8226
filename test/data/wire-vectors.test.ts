// Packets of real exchanges, recorded and decoded by others, through our codecs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ItchBook } from "../../src/client/itch-book.ts";
import { readOuchReport } from "../../src/client/ouch-report-reader.ts";
import { itchBytes } from "../../src/codec/itch.ts";
import * as mold from "../../src/codec/mold-udp64.ts";
import * as request from "../../src/codec/ouch-request.ts";
import * as soup from "../../src/codec/soup-bin-tcp.ts";
import { sharedData } from "./shared-data.ts";

const vectors = sharedData("data/wire/ouch_itch_vectors.json");
const sample = sharedData("data/wire/ex20101224.TEST_ITCH_50");
const SAMPLE_MESSAGES = 12_012;

type Vector = {
  readonly file: string;
  readonly tcp_payload_hex: string;
  readonly soupbintcp: { readonly length: number; readonly packet_type: string };
  readonly ouch_5_0?: Readonly<Record<string, string | number>>;
};

test("OUCH packets of a real exchange are read as they were meant", vectors, () => {
  const { ouch } = JSON.parse(readFileSync(vectors.paths[0], "utf8")) as { ouch: Vector[] };
  for (const { file, tcp_payload_hex: hex, soupbintcp, ouch_5_0: expected } of ouch) {
    const packets: string[] = [];
    const bytes = Buffer.from(hex, "hex");
    const reader = new soup.SoupReader(512, (packet, at, length) => {
      packets.push(String.fromCharCode(packet[at + 2]));
      assert.equal(length, soupbintcp.length + 2, file);
      if (expected === undefined) return;
      const messageAt = at + soup.SOUP_HEADER_BYTES;
      assertFields(packet, messageAt, length - soup.SOUP_HEADER_BYTES, expected, file);
    });
    assert.ok(reader.read(bytes), file);
    assert.deepEqual(packets, [soupbintcp.packet_type], file);
    assert.equal(reader.carriedBytes, 0);
  }
});

function assertFields(
  bytes: Uint8Array,
  at: number,
  length: number,
  expected: Readonly<Record<string, string | number>>,
  file: string,
): void {
  const fields = readOuchReport(bytes, at, length);
  if (expected["type"] === "X" || expected["type"] === "O") {
    assert.ok(request.isOuchRequest(bytes, at, length), file);
    return;
  }
  assert.ok(fields !== undefined, file);
  assert.equal(fields.userRefNum, expected["user_ref_num"], file);
  assert.equal(fields.timestamp, expected["timestamp_ns"], file);
  assert.equal(fields.quantity, expected["quantity"], file);
  assert.equal(fields.symbol, expected["symbol"], file);
  assert.equal(fields.price, expected["price_1e4"], file);
  assert.equal(fields.clOrdId, expected["cl_ord_id"], file);
  assert.equal(fields.reason, expected["reason"], file);
}

type ItchVector = {
  readonly file: string;
  readonly moldudp64: mold.MoldHeader;
  readonly messages: readonly { readonly type: string; readonly hex: string }[];
  readonly udp_payload_hex: string | null;
};

test("MoldUDP64 packets of a real exchange are read as they were meant", vectors, () => {
  const { itch } = JSON.parse(readFileSync(vectors.paths[0], "utf8")) as { itch: ItchVector[] };
  for (const { file, moldudp64, messages, udp_payload_hex: hex } of itch) {
    if (hex === null) continue;
    const bytes = Buffer.from(hex, "hex");
    assert.deepEqual(mold.readMoldHeader(bytes), moldudp64, file);
    const found: string[] = [];
    const isWhole = mold.readMoldMessages(bytes, moldudp64.count, (packet, at, length) => {
      assert.equal(itchBytes(packet[at]), length, file);
      found.push(Buffer.from(packet.subarray(at, at + length)).toString("hex"));
    });
    assert.ok(isWhole, file);
    assert.deepEqual(
      found,
      messages.map((message) => message.hex),
      file,
    );
  }
});

test("a day of ITCH is messages of known types and lengths, to its last byte", sample, () => {
  const bytes = readFileSync(sample.paths[0]);
  const book = new ItchBook();
  let count = 0;
  let unknownOrders = 0;
  let at = 0;
  while (at < bytes.length) {
    // The file has room for a length before each message, and zeros there.
    const length = itchBytes(bytes[at + 2]);
    assert.ok(length > 0, `message ${count} has a known type`);
    if (!book.onMessage(bytes, at + 2, length)) unknownOrders++;
    at += 2 + length;
    count++;
  }
  assert.deepEqual([count, at], [SAMPLE_MESSAGES, bytes.length], "the lengths add up");
  assert.ok(book.orderCount > 0);
  assert.ok(unknownOrders < count, "the file is artificial: some of its orders never were added");
});
