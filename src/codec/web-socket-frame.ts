// hot path
// Heads of WebSocket frames (RFC 6455, 5.2) that hold a whole text message, as a server sends them
// and as a client finds them: without a mask.

export const TEXT_FRAME = 0x81;
/** The longest head: for messages from 64 KiB on. */
export const FRAME_HEAD_BYTES_MAX = 10;
const LENGTH_OF_2_BYTES = 126;
const LENGTH_OF_8_BYTES = 127;
const TWO_BYTES_MAX = 0xffff;
const WORD = 0x1_0000_0000;

/** Writes the head of a message of `length` bytes; where the message begins. */
export function writeFrameHead(bytes: Uint8Array, at: number, length: number): number {
  bytes[at] = TEXT_FRAME;
  if (length < LENGTH_OF_2_BYTES) {
    bytes[at + 1] = length;
    return at + 2;
  }
  if (length <= TWO_BYTES_MAX) {
    bytes[at + 1] = LENGTH_OF_2_BYTES;
    bytes[at + 2] = length >>> 8;
    bytes[at + 3] = length;
    return at + 4;
  }
  bytes[at + 1] = LENGTH_OF_8_BYTES;
  const high = Math.floor(length / WORD);
  for (let i = 0; i < 4; i++) {
    bytes[at + 2 + i] = high >>> (24 - 8 * i);
    bytes[at + 6 + i] = length >>> (24 - 8 * i);
  }
  return at + FRAME_HEAD_BYTES_MAX;
}

/** Bytes of the head that begins at `at`, of which two bytes at least are there. */
export function frameHeadBytes(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] === LENGTH_OF_8_BYTES) return FRAME_HEAD_BYTES_MAX;
  return bytes[at + 1] === LENGTH_OF_2_BYTES ? 4 : 2;
}

/** Bytes of the message behind the head at `at`, which is there in whole. */
export function frameBodyBytes(bytes: Uint8Array, at: number): number {
  const short = bytes[at + 1];
  if (short < LENGTH_OF_2_BYTES) return short;
  const lengthBytes = short === LENGTH_OF_2_BYTES ? 2 : 8;
  let length = 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + bytes[at + 2 + i];
  return length;
}
