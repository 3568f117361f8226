// Packets of real exchanges, recorded and decoded by others, through our codecs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readOuchReport } from "../../src/client/ouch-report-reader.ts";
import * as request from "../../src/codec/ouch-request.ts";
import * as soup from "../../src/codec/soup-bin-tcp.ts";
import { sharedData } from "./shared-data.ts";

const vectors = sharedData("data/wire/ouch_itch_vectors.json");

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
