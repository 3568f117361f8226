import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { sealBlock } from "./block-layout.ts";
import { writeSegmentHeader } from "./segment.ts";
import { encodeSnapshotHeader } from "./snapshot-header.ts";

const DOCUMENT = new URL("../../docs/protocols/journal.md", import.meta.url);
const ROW = /^\| (\w+) \| (\d+) \| (u32|u64|\d+ bytes) \|/;
const WIDTH_BYTES = new Map([
  ["u32", 4],
  ["u64", 8],
]);
const instanceId = Uint8Array.from({ length: 16 }, (_, i) => 0x80 + i);

/** What the table under `title` says is in `bytes`: u32 and u64 as numbers, else the bytes. */
function readByTable(title: string, bytes: Uint8Array): Record<string, number | number[]> {
  const section = readFileSync(DOCUMENT, "utf8").split(`### ${title}\n`)[1]?.split("\n#")[0] ?? "";
  const found: Record<string, number | number[]> = {};
  let endBytes = 0;
  for (const line of section.split("\n")) {
    const row = ROW.exec(line);
    if (row === null) continue;
    const [, field, offset, type] = row;
    assert.equal(Number(offset), endBytes, `${title}: ${field} follows the field before`);
    const widthBytes = WIDTH_BYTES.get(type) ?? Number.parseInt(type, 10);
    const words = new Int32Array(bytes.slice(endBytes, endBytes + widthBytes).buffer);
    if (type === "u32") found[field] = words[0] >>> 0;
    else if (type === "u64") found[field] = readU64(words, 0);
    else found[field] = [...bytes.subarray(endBytes, endBytes + widthBytes)];
    endBytes += widthBytes;
  }
  const headerBytes = Number(/\((\d+) bytes\)/.exec(title)?.[1]);
  assert.equal(endBytes, headerBytes, `the table of "${title}" covers it`);
  return found;
}

test("the segment header is laid out as docs/protocols/journal.md says", () => {
  const buffer = RecordBuffer.ofBytes(64);
  const header = {
    segmentIndex: 3,
    firstSequence: 5_000_000_000_001,
    segmentBytes: 4096,
    previousChecksum: 0xfedc_ba98,
    epoch: 7,
    instanceId,
  };
  writeSegmentHeader(buffer, header);
  assert.deepEqual(readByTable("Segment header (64 bytes)", buffer.bytes), {
    ...header,
    magic: 0x4753_434f,
    checksum: crc32(buffer.bytes.subarray(8)),
    formatVersion: 1,
    instanceId: [...instanceId],
    reserved: [0, 0, 0, 0, 0, 0, 0, 0],
  });
  assert.equal(Buffer.from(buffer.bytes).toString("latin1", 0, 4), "OCSG");
});

test("the commit block header is laid out as docs/protocols/journal.md says", () => {
  const buffer = RecordBuffer.ofBytes(64 + 192);
  buffer.bytes.fill(9, 64);
  const place = {
    segmentIndex: 3,
    offsetBytes: 640,
    previousChecksum: 0xfedc_ba98,
    epoch: 7,
    instanceId,
  };
  const checksum = sealBlock(buffer, 0, 256, 5_000_000_000_001, 5_000_000_000_003, place);
  assert.equal(checksum, crc32(buffer.bytes.subarray(8)));
  assert.deepEqual(readByTable("Commit block header (64 bytes)", buffer.bytes), {
    ...place,
    magic: 0x4b42_434f,
    checksum,
    payloadBytes: 192,
    recordCount: 3,
    firstSequence: 5_000_000_000_001,
    lastSequence: 5_000_000_000_003,
    instanceId: [...instanceId],
  });
  assert.equal(Buffer.from(buffer.bytes).toString("latin1", 0, 4), "OCBK");
});

test("the snapshot header is laid out as docs/protocols/journal.md says", () => {
  const header = {
    sequence: 5_000_000_000_001,
    timeMicros: 1_795_000_000_000_000,
    payloadBytes: 5_000_000_000_002,
    blockChecksum: 0xfedc_ba98,
    engineVersion: 5,
    feedVersion: 6,
    limitsHash: 0x8765_4321,
    historyHash: 0x89ab_cdef,
    stateHash: "8000000000000001",
    instanceId,
    payloadHash: Uint8Array.from({ length: 32 }, (_, i) => 0xc0 + i),
  };
  const bytes = encodeSnapshotHeader(header);
  assert.deepEqual(readByTable("Snapshot header (128 bytes)", bytes), {
    ...header,
    magic: 0x5353_434f,
    checksum: crc32(bytes.subarray(8)),
    formatVersion: 1,
    instanceId: [...instanceId],
    payloadHash: [...header.payloadHash],
    stateHash: [0x80, 0, 0, 0, 0, 0, 0, 1],
    reserved: new Array(16).fill(0),
  });
  assert.equal(Buffer.from(bytes).toString("latin1", 0, 4), "OCSS");
});
