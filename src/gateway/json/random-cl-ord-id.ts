// Client order ids for orders that came without one: random UUIDs (RFC 9562, version 4) written as
// bytes, from a pool that is filled once for 256 of them.

import { randomFillSync } from "node:crypto";
import { CL_ORD_ID_BYTES, decodeClOrdId } from "../../codec/cl-ord-id.ts";

const pool = new Uint8Array(256 * CL_ORD_ID_BYTES);
let nextAt = pool.length;

export function writeRandomClOrdId(bytes: Uint8Array, offsetBytes: number): void {
  if (nextAt === pool.length) {
    randomFillSync(pool);
    nextAt = 0;
  }
  for (let i = 0; i < CL_ORD_ID_BYTES; i++) bytes[offsetBytes + i] = pool[nextAt + i];
  nextAt += CL_ORD_ID_BYTES;
  bytes[offsetBytes + 6] = (bytes[offsetBytes + 6] & 0x0f) | 0x40; // Version 4.
  bytes[offsetBytes + 8] = (bytes[offsetBytes + 8] & 0x3f) | 0x80; // The variant bits 10.
}

/** The same as text. */
export function randomClOrdId(): string {
  const bytes = new Uint8Array(CL_ORD_ID_BYTES);
  writeRandomClOrdId(bytes, 0);
  return decodeClOrdId(bytes, 0);
}
