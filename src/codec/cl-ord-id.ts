// ClOrdID (FIX 11) in 16 bytes. Two forms share them without a tag: 1 to 16 printable ASCII
// characters, padded with zeros, have every byte below 0x80; a UUID (RFC 9562) has the bits 10 at
// the top of byte 8, so that byte is never below 0x80.

export const CL_ORD_ID_BYTES = 16;
export const CL_ORD_ID_WORDS = 4;
export const CL_ORD_ID_EXPECTED =
  "1 to 16 printable ASCII characters without spaces, or a UUID in its 36-character form";

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const UUID_VARIANT_BYTE = 8;
const UUID_CHARACTERS = 36;
const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Whether the four words from `words[at]` hold an id; all zero means none. */
export function hasClOrdId(words: Int32Array, at: number): boolean {
  return (words[at] | words[at + 1] | words[at + 2] | words[at + 3]) !== 0;
}

/** Writes `text` at `offsetBytes`; false, with nothing written, when it is in neither form. */
export function encodeClOrdId(text: string, bytes: Uint8Array, offsetBytes: number): boolean {
  if (text.length === UUID_CHARACTERS) return encodeUuid(text, bytes, offsetBytes);
  if (text.length === 0 || text.length > CL_ORD_ID_BYTES) return false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character <= 0x20 || character >= 0x7f) return false;
  }
  for (let i = 0; i < CL_ORD_ID_BYTES; i++) {
    bytes[offsetBytes + i] = i < text.length ? text.charCodeAt(i) : 0;
  }
  return true;
}

/** Characters of the text of these 16 bytes: 36 for a UUID, 0 for no client order id. */
export function clOrdIdTextLength(bytes: Uint8Array, offsetBytes: number): number {
  if (bytes[offsetBytes + UUID_VARIANT_BYTE] >= 0x80) return UUID_CHARACTERS;
  let length = 0;
  while (length < CL_ORD_ID_BYTES && bytes[offsetBytes + length] !== 0) length++;
  return length;
}

/**
 * The text of the 16 bytes; "" when they are all zero (no client order id). UUIDs in lower case.
 */
export function decodeClOrdId(bytes: Uint8Array, offsetBytes: number): string {
  const length = clOrdIdTextLength(bytes, offsetBytes);
  if (length === UUID_CHARACTERS) return decodeUuid(bytes, offsetBytes);
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(bytes[offsetBytes + i]);
  return text;
}

function encodeUuid(text: string, bytes: Uint8Array, offsetBytes: number): boolean {
  if (!UUID_PATTERN.test(text)) return false;
  const hex = text.replaceAll("-", "");
  for (let i = 0; i < CL_ORD_ID_BYTES; i++) {
    bytes[offsetBytes + i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }
  return true;
}

function decodeUuid(bytes: Uint8Array, offsetBytes: number): string {
  let text = "";
  for (let i = 0; i < CL_ORD_ID_BYTES; i++) {
    text += HEX_PAIRS[bytes[offsetBytes + i]];
    if (i === 3 || i === 5 || i === 7 || i === 9) text += "-";
  }
  return text;
}
