// Rows in PostgreSQL's binary COPY format, which it reads without parsing text: a header, then each
// row as a 16-bit column count and its columns, each a 32-bit length and that many bytes, then -1;
// all of it big-endian. Source: PostgreSQL documentation, COPY, "Binary Format".

import { assert } from "../base/assert.ts";
import type { RowSink } from "./row-sink.ts";

// "PGCOPY\n\xff\r\n\0", 32 bits of flags, 32 bits of length of a header extension.
const HEADER = [
  0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];
const TRAILER_BYTES = 2;
const LENGTH_BYTES = 4;
const BIGINT_BYTES = 8;
const INTEGER_BYTES = 4;
const SMALLINT_BYTES = 2;
const ABSENT = -1;
const TWO_POW_32 = 4_294_967_296;

/** The longest text column: a UUID in its 36-character form. */
const TEXT_BYTES_MAX = 36;
const CAPACITY_BYTES_INITIAL = 1 << 20;

export class CopyRows implements RowSink {
  readonly #columnCount: number;
  readonly #rowBytesMax: number;
  #bytes = new Uint8Array(CAPACITY_BYTES_INITIAL);
  #view = new DataView(this.#bytes.buffer);
  #lengthBytes = HEADER.length;
  #rowCount = 0;

  constructor(columnCount: number) {
    this.#columnCount = columnCount;
    this.#rowBytesMax =
      SMALLINT_BYTES + columnCount * (LENGTH_BYTES + Math.max(BIGINT_BYTES, TEXT_BYTES_MAX));
    this.#bytes.set(HEADER);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  startRow(): void {
    this.#makeRoom(this.#rowBytesMax + TRAILER_BYTES);
    this.#view.setInt16(this.#lengthBytes, this.#columnCount);
    this.#lengthBytes += SMALLINT_BYTES;
    this.#rowCount++;
  }

  bigint(value: number): void {
    const at = this.#startColumn(BIGINT_BYTES);
    this.#view.setInt32(at, Math.floor(value / TWO_POW_32));
    this.#view.setInt32(at + INTEGER_BYTES, value | 0);
  }

  integer(value: number): void {
    this.#view.setInt32(this.#startColumn(INTEGER_BYTES), value);
  }

  smallint(value: number): void {
    this.#view.setInt16(this.#startColumn(SMALLINT_BYTES), value);
  }

  /**
   * Client order ids are ASCII, but one that a gateway let through unchecked must not stop the
   * history: characters from 128 become UTF-8 as well.
   */
  text(text: string): void {
    const at = this.#startColumn(0);
    let end = at;
    for (let i = 0; i < text.length; i++) {
      const character = text.charCodeAt(i);
      assert(character < 0x100, "text comes from bytes");
      if (character >= 0x80) this.#bytes[end++] = 0xc0 | (character >> 6);
      this.#bytes[end++] = character < 0x80 ? character : 0x80 | (character & 0x3f);
    }
    assert(end - at <= TEXT_BYTES_MAX, "a text column fits the room kept for it");
    this.#view.setInt32(at - LENGTH_BYTES, end - at);
    this.#lengthBytes = end;
  }

  absent(): void {
    this.#view.setInt32(this.#lengthBytes, ABSENT);
    this.#lengthBytes += LENGTH_BYTES;
  }

  /** All rows with header and trailer, ready for Statements.copy; valid until the next change. */
  finished(): Uint8Array<ArrayBuffer> {
    this.#view.setInt16(this.#lengthBytes, ABSENT);
    return this.#bytes.subarray(0, this.#lengthBytes + TRAILER_BYTES);
  }

  /** Forgets all rows, and the room that a rare long batch needed. */
  clear(): void {
    if (this.#bytes.length > CAPACITY_BYTES_INITIAL) this.#resize(CAPACITY_BYTES_INITIAL);
    this.#lengthBytes = HEADER.length;
    this.#rowCount = 0;
  }

  /** Writes the column's length and returns where its bytes go. */
  #startColumn(columnBytes: number): number {
    this.#view.setInt32(this.#lengthBytes, columnBytes);
    const at = this.#lengthBytes + LENGTH_BYTES;
    this.#lengthBytes = at + columnBytes;
    return at;
  }

  #makeRoom(roomBytes: number): void {
    if (this.#lengthBytes + roomBytes > this.#bytes.length) this.#resize(this.#bytes.length * 2);
  }

  #resize(capacityBytes: number): void {
    const bytes = new Uint8Array(capacityBytes);
    bytes.set(this.#bytes.subarray(0, Math.min(this.#lengthBytes, capacityBytes)));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
