// ClOrdID (FIX 11) in 16 bytes. Three forms share them, told apart by byte 8: 1 to 16 printable
// ASCII characters, padded with zeros, have every byte below 0x80; a UUID (RFC 9562) has the bits
// 10 at the top of it; an OUCH order's id (ouch-id.ts) the bits 11.

import {
  OUCH_CL_ORD_ID_BYTES,
  packOuchClOrdId,
  unpackOuchClOrdId,
  writeOuchId,
} from "./ouch-id.ts";

export const CL_ORD_ID_BYTES = 16;
export const CL_ORD_ID_WORDS = 4;
export const CL_ORD_ID_EXPECTED =
  "1 to 16 printable ASCII characters without spaces, a UUID in its 36-character form, " +
  "or ouch:USERREFNUM[:CLORDID]";

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
/** UserRefNum, and the ClOrdID without the spaces that pad it. */
const OUCH_PATTERN = /^ouch:([1-9]\d{0,9})(?::([ -~]{0,13}[!-~]))?$/;
const OUCH_PREFIX = "ouch:";
const FORM_BYTE = 8;
const UUID_CHARACTERS = 36;
const USER_REF_NUM_MAX = 4_294_967_295;
const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Whether the four words from `words[at]` hold an id; all zero means none. */
export function hasClOrdId(words: Int32Array, at: number): boolean {
  return (words[at] | words[at + 1] | words[at + 2] | words[at + 3]) !== 0;
}

/** Writes `text` at `offsetBytes`; false, with nothing written, when it is in neither form. */
export function encodeClOrdId(text: string, bytes: Uint8Array, offsetBytes: number): boolean {
  if (text.length === UUID_CHARACTERS) return encodeUuid(text, bytes, offsetBytes);
  if (text.startsWith(OUCH_PREFIX)) return encodeOuchId(text, bytes, offsetBytes);
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

/**
 * Characters of the text of these 16 bytes where they are the text; 0 for no client order id, and
 * more than CL_ORD_ID_BYTES for the other forms.
 */
export function clOrdIdTextLength(bytes: Uint8Array, offsetBytes: number): number {
  if (bytes[offsetBytes + FORM_BYTE] >= 0x80) return UUID_CHARACTERS;
  let length = 0;
  while (length < CL_ORD_ID_BYTES && bytes[offsetBytes + length] !== 0) length++;
  return length;
}

/**
 * The text of the 16 bytes; "" when they are all zero (no client order id). UUIDs in lower case.
 */
export function decodeClOrdId(bytes: Uint8Array, offsetBytes: number): string {
  const form = bytes[offsetBytes + FORM_BYTE];
  if (form >= 0xc0) return decodeOuchId(bytes, offsetBytes);
  if (form >= 0x80) return decodeUuid(bytes, offsetBytes);
  const length = clOrdIdTextLength(bytes, offsetBytes);
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(bytes[offsetBytes + i]);
  return text;
}

/**
 * What tells an order from the account's others: an OUCH order's UserRefNum without its ClOrdID, a
 * UUID in lower case, any other id as it is.
 */
export function clOrdIdKey(text: string): string {
  if (text.startsWith(OUCH_PREFIX)) return text.split(":", 2).join(":");
  return text.length === UUID_CHARACTERS ? text.toLowerCase() : text;
}

const ouchWords = new Int32Array(CL_ORD_ID_WORDS);
const ouchBytes = new Uint8Array(ouchWords.buffer);
const ouchText = new Uint8Array(OUCH_CL_ORD_ID_BYTES);

function encodeOuchId(text: string, bytes: Uint8Array, offsetBytes: number): boolean {
  const [, digits, clOrdId = ""] = OUCH_PATTERN.exec(text) ?? [];
  const userRefNum = Number(digits);
  if (!(userRefNum <= USER_REF_NUM_MAX)) return false;
  for (let i = 0; i < OUCH_CL_ORD_ID_BYTES; i++) {
    ouchText[i] = i < clOrdId.length ? clOrdId.charCodeAt(i) : 0x20;
  }
  writeOuchId(ouchWords, 0, userRefNum);
  packOuchClOrdId(ouchText, 0, ouchWords, 0);
  bytes.set(ouchBytes, offsetBytes);
  return true;
}

function decodeOuchId(bytes: Uint8Array, offsetBytes: number): string {
  for (let i = 0; i < CL_ORD_ID_BYTES; i++) ouchBytes[i] = bytes[offsetBytes + i];
  unpackOuchClOrdId(ouchWords, 0, ouchText, 0);
  let clOrdId = "";
  for (const character of ouchText) clOrdId += String.fromCharCode(character);
  const named = `${OUCH_PREFIX}${ouchWords[0] >>> 0}`;
  return clOrdId.trimEnd() === "" ? named : `${named}:${clOrdId.trimEnd()}`;
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
