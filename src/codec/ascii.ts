// Fixed-width ASCII fields, padded with zeros.

import { assert } from "../base/assert.ts";

export function writeAscii(
  bytes: Uint8Array,
  offsetBytes: number,
  widthBytes: number,
  text: string,
): void {
  assert(text.length <= widthBytes, "the text fits its field");
  for (let i = 0; i < widthBytes; i++) {
    bytes[offsetBytes + i] = i < text.length ? text.charCodeAt(i) : 0;
  }
}

export function readAscii(bytes: Uint8Array, offsetBytes: number, widthBytes: number): string {
  let text = "";
  for (let i = 0; i < widthBytes && bytes[offsetBytes + i] !== 0; i++) {
    text += String.fromCharCode(bytes[offsetBytes + i]);
  }
  return text;
}

/** Text that spaces fill up to its width, as OUCH and ITCH have it. */
export function readPadded(bytes: Uint8Array, offsetBytes: number, widthBytes: number): string {
  let text = "";
  for (let i = 0; i < widthBytes; i++) text += String.fromCharCode(bytes[offsetBytes + i]);
  return text.trimEnd();
}
