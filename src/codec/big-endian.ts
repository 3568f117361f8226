// hot path
// Integers in network byte order, as OUCH, ITCH, SoupBinTCP and MoldUDP64 have them. `at` is the
// first byte. 64-bit values are exact up to 2^53.

const TWO_POW_32 = 4_294_967_296;

export function u16At(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function u32At(bytes: Uint8Array, at: number): number {
  return i32At(bytes, at) >>> 0;
}

export function u64At(bytes: Uint8Array, at: number): number {
  return u32At(bytes, at) * TWO_POW_32 + u32At(bytes, at + 4);
}

export function i64At(bytes: Uint8Array, at: number): number {
  return i32At(bytes, at) * TWO_POW_32 + u32At(bytes, at + 4);
}

export function i32At(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Signed ones as well: their two's complement. */
export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export function putU48(bytes: Uint8Array, at: number, value: number): void {
  putU16(bytes, at, Math.floor(value / TWO_POW_32));
  putU32(bytes, at + 2, value | 0);
}

/** Signed ones as well: their two's complement. */
export function putU64(bytes: Uint8Array, at: number, value: number): void {
  putU32(bytes, at, Math.floor(value / TWO_POW_32));
  putU32(bytes, at + 4, value | 0);
}
