// The first 128 bytes of a snapshot's file: docs/protocols/journal.md, "Snapshots".

import { RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import {
  CHECKSUM_WORD,
  checksumOf,
  headerU32,
  INSTANCE_ID_BYTES,
  MAGIC_WORD,
} from "./block-layout.ts";
import type { BlockFile } from "./disk.ts";
import { LOG_VERSION, LogFailure, snapshotDamaged } from "./log-failure.ts";

export const SNAPSHOT_HEADER_BYTES = 128;
export const SNAPSHOT_FORMAT_VERSION = 1;
export const SNAPSHOT_MAGIC = 0x5353_434f; // "OCSS" as bytes in a file.
export const PAYLOAD_HASH_BYTES = 32;
const STATE_HASH_BYTES = 8;

const FORMAT_VERSION_WORD = 2;
const ENGINE_VERSION_WORD = 3;
const SEQUENCE_WORD = 4;
const TIME_MICROS_WORD = 6;
const PAYLOAD_BYTES_WORD = 8;
const BLOCK_CHECKSUM_WORD = 10;
const FEED_VERSION_WORD = 11;
const INSTANCE_ID_WORD = 12;
const PAYLOAD_HASH_WORD = 16;
const STATE_HASH_WORD = 24;
const HISTORY_HASH_WORD = 26;
const LIMITS_HASH_WORD = 27;

/** What a snapshot says of the state in it, beside the state. */
export type SnapshotFacts = {
  /** The last command in it. Its block ends with it. */
  readonly sequence: number;
  readonly timeMicros: number;
  /** Of the block that ends with `sequence`: where the chain goes on. */
  readonly blockChecksum: number;
  readonly instanceId: Uint8Array;
  /** Layouts of the two parts of the state; whoever has others cannot load it. */
  readonly engineVersion: number;
  readonly feedVersion: number;
  /** Of the tables' sizes, which the loading engine must share. */
  readonly limitsHash: number;
  readonly historyHash: number;
  /** 16 hexadecimal digits. */
  readonly stateHash: string;
};

export type SnapshotHeader = SnapshotFacts & {
  readonly payloadBytes: number;
  /** SHA-256. */
  readonly payloadHash: Uint8Array;
};

export function encodeSnapshotHeader(header: SnapshotHeader): Uint8Array {
  const buffer = RecordBuffer.ofBytes(SNAPSHOT_HEADER_BYTES);
  const { words, bytes } = buffer;
  words[MAGIC_WORD] = SNAPSHOT_MAGIC;
  words[FORMAT_VERSION_WORD] = SNAPSHOT_FORMAT_VERSION;
  words[ENGINE_VERSION_WORD] = header.engineVersion;
  writeU64(words, SEQUENCE_WORD, header.sequence);
  writeU64(words, TIME_MICROS_WORD, header.timeMicros);
  writeU64(words, PAYLOAD_BYTES_WORD, header.payloadBytes);
  words[BLOCK_CHECKSUM_WORD] = header.blockChecksum;
  words[FEED_VERSION_WORD] = header.feedVersion;
  bytes.set(header.instanceId, INSTANCE_ID_WORD * 4);
  bytes.set(header.payloadHash, PAYLOAD_HASH_WORD * 4);
  bytes.set(Buffer.from(header.stateHash, "hex"), STATE_HASH_WORD * 4);
  words[HISTORY_HASH_WORD] = header.historyHash;
  words[LIMITS_HASH_WORD] = header.limitsHash;
  words[CHECKSUM_WORD] = checksumOf(bytes, 0, SNAPSHOT_HEADER_BYTES);
  return bytes;
}

/** Throws SNAPSHOT_DAMAGED, and LOG_VERSION for a format that this program does not know. */
export function readSnapshotHeader(file: BlockFile): SnapshotHeader {
  const buffer = RecordBuffer.ofBytes(SNAPSHOT_HEADER_BYTES);
  const { words, bytes } = buffer;
  const place = { file: file.path, offsetBytes: 0 };
  if (file.read(bytes, 0, SNAPSHOT_HEADER_BYTES, 0) < SNAPSHOT_HEADER_BYTES) {
    throw snapshotDamaged(place, "a whole header", "a file that ends in it");
  }
  if (words[MAGIC_WORD] !== SNAPSHOT_MAGIC) {
    throw snapshotDamaged(place, "a snapshot's first bytes", "other ones");
  }
  if (checksumOf(bytes, 0, SNAPSHOT_HEADER_BYTES) !== headerU32(buffer, 0, CHECKSUM_WORD)) {
    throw snapshotDamaged(place, "an intact header", "one whose checksum differs");
  }
  const version = headerU32(buffer, 0, FORMAT_VERSION_WORD);
  if (version > SNAPSHOT_FORMAT_VERSION || version === 0) {
    const message = `expected snapshot format version ${SNAPSHOT_FORMAT_VERSION}, found ${version}`;
    throw new LogFailure(LOG_VERSION, message, { place });
  }
  const slice = (word: number, length: number) => bytes.slice(word * 4, word * 4 + length);
  return {
    sequence: readU64(words, SEQUENCE_WORD),
    timeMicros: readU64(words, TIME_MICROS_WORD),
    payloadBytes: readU64(words, PAYLOAD_BYTES_WORD),
    blockChecksum: headerU32(buffer, 0, BLOCK_CHECKSUM_WORD),
    engineVersion: headerU32(buffer, 0, ENGINE_VERSION_WORD),
    feedVersion: headerU32(buffer, 0, FEED_VERSION_WORD),
    limitsHash: headerU32(buffer, 0, LIMITS_HASH_WORD),
    historyHash: headerU32(buffer, 0, HISTORY_HASH_WORD),
    instanceId: slice(INSTANCE_ID_WORD, INSTANCE_ID_BYTES),
    payloadHash: slice(PAYLOAD_HASH_WORD, PAYLOAD_HASH_BYTES),
    stateHash: Buffer.from(slice(STATE_HASH_WORD, STATE_HASH_BYTES)).toString("hex"),
  };
}
