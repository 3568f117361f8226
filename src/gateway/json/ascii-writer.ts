// hot path
// JSON as ASCII bytes.

import { BytesWriter } from "../bytes-writer.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export class AsciiWriter extends BytesWriter {
  /** What was written since the last take. */
  take(): string {
    const text = this.buffer.toString("latin1", 0, this.at);
    this.at = 0;
    return text;
  }

  /** `length` bytes of ASCII from `bytes[from]`, with quotes and backslashes escaped as in JSON. */
  escaped(bytes: Uint8Array, from: number, length: number): void {
    if (this.at + 2 * length > this.buffer.length) this.grow(2 * length);
    const buffer = this.buffer;
    let at = this.at;
    for (let i = from; i < from + length; i++) {
      const character = bytes[i];
      if (character === QUOTE || character === BACKSLASH) buffer[at++] = BACKSLASH;
      buffer[at++] = character;
    }
    this.at = at;
  }
}
