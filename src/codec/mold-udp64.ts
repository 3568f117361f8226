// hot path
// MoldUDP64 packets: docs/protocols/itch.md, "MoldUDP64". A packet is a session, the number of its
// first message, how many there are, and each behind its length.

import { putU16, putU64, u16At, u64At } from "./big-endian.ts";

export const MOLD_SESSION_BYTE = 0;
export const MOLD_SEQUENCE_BYTE = 10;
export const MOLD_COUNT_BYTE = 18;
export const MOLD_HEADER_BYTES = 20;

export const MOLD_SESSION_BYTES = 10;
export const MOLD_HEARTBEAT_COUNT = 0;
export const MOLD_END_OF_SESSION_COUNT = 0xffff;

/** Writes a header at the start of `bytes`; of a request the count is how many are asked for. */
export function putMoldHeader(
  bytes: Uint8Array,
  session: string,
  sequence: number,
  count: number,
): void {
  for (let i = 0; i < MOLD_SESSION_BYTES; i++) {
    bytes[MOLD_SESSION_BYTE + i] = i < session.length ? session.charCodeAt(i) : 0x20;
  }
  putU64(bytes, MOLD_SEQUENCE_BYTE, sequence);
  putU16(bytes, MOLD_COUNT_BYTE, count);
}

export type MoldHeader = {
  readonly session: string;
  readonly sequence: number;
  readonly count: number;
};

/** Undefined: too short to be one. */
export function readMoldHeader(bytes: Uint8Array): MoldHeader | undefined {
  if (bytes.length < MOLD_HEADER_BYTES) return undefined;
  let session = "";
  for (let i = 0; i < MOLD_SESSION_BYTES; i++) {
    session += String.fromCharCode(bytes[MOLD_SESSION_BYTE + i]);
  }
  const sequence = u64At(bytes, MOLD_SEQUENCE_BYTE);
  return { session: session.trimEnd(), sequence, count: u16At(bytes, MOLD_COUNT_BYTE) };
}

/**
 * Hands over the messages of a packet; false, perhaps after some of them, when it is not as long as
 * its count and lengths say.
 */
export function readMoldMessages(
  bytes: Uint8Array,
  count: number,
  onMessage: (bytes: Uint8Array, at: number, length: number) => void,
): boolean {
  let at = MOLD_HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    if (at + 2 > bytes.length) return false;
    const length = u16At(bytes, at);
    if (at + 2 + length > bytes.length) return false;
    onMessage(bytes, at + 2, length);
    at += 2 + length;
  }
  return at === bytes.length;
}
