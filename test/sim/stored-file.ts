// A file of the simulated disk: its bytes as processes see them, and as they would be found after a
// loss of power. Between the two are the writes that no sync has made durable yet.

import type { Prng } from "../../src/base/prng.ts";

/** A write that processes see and the medium may not have. */
type Unsynced = { readonly offsetBytes: number; readonly bytes: Uint8Array };

class Content {
  #bytes = new Uint8Array(4096);
  lengthBytes = 0;

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  put(bytes: Uint8Array, offsetBytes: number): void {
    const endBytes = offsetBytes + bytes.length;
    if (endBytes > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(endBytes, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.lengthBytes));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, offsetBytes);
    this.lengthBytes = Math.max(this.lengthBytes, endBytes);
  }

  take(other: Content): void {
    this.#bytes = other.#bytes.slice();
    this.lengthBytes = other.lengthBytes;
  }
}

export class StoredFile {
  readonly #seen = new Content();
  readonly #durable = new Content();
  #unsynced: Unsynced[] = [];

  get lengthBytes(): number {
    return this.#seen.lengthBytes;
  }

  /** The bytes as processes see them: a view. */
  get bytes(): Uint8Array {
    return this.#seen.bytes.subarray(0, this.#seen.lengthBytes);
  }

  write(bytes: Uint8Array, offsetBytes: number): void {
    if (bytes.length === 0) return;
    this.#seen.put(bytes, offsetBytes);
    this.#unsynced.push({ offsetBytes, bytes: bytes.slice() });
  }

  /** How many writes a sync that begins now will make durable. */
  get unsyncedCount(): number {
    return this.#unsynced.length;
  }

  /** The oldest `count` unsynced writes are durable now. */
  makeDurable(count: number): void {
    for (const { bytes, offsetBytes } of this.#unsynced.splice(0, count)) {
      this.#durable.put(bytes, offsetBytes);
    }
  }

  /**
   * A sync failed: as systems do, the writes are taken for clean though the medium may not have
   * them. Processes go on seeing them until the power fails.
   */
  failSync(count: number, prng: Prng, sectorBytes: number): void {
    for (const write of this.#unsynced.splice(0, count)) this.#keepParts(write, prng, sectorBytes);
  }

  /** What was not synced stays, is lost or is torn, sector by sector and in any order. */
  losePower(prng: Prng, sectorBytes: number): void {
    for (const write of this.#unsynced.splice(0)) this.#keepParts(write, prng, sectorBytes);
    this.#seen.take(this.#durable);
  }

  /** The medium changes by itself. */
  damage(offsetBytes: number, bytes: Uint8Array): void {
    this.#seen.put(bytes, offsetBytes);
    this.#durable.put(bytes, offsetBytes);
  }

  #keepParts({ bytes, offsetBytes }: Unsynced, prng: Prng, sectorBytes: number): void {
    const keepsOf4 = prng.nextBelow(5); // None, some or all of its sectors.
    let at = 0;
    while (at < bytes.length) {
      const toSectorEnd = sectorBytes - ((offsetBytes + at) % sectorBytes);
      const end = Math.min(bytes.length, at + toSectorEnd);
      if (prng.nextChance(keepsOf4, 4)) {
        this.#durable.put(bytes.subarray(at, end), offsetBytes + at);
      }
      at = end;
    }
  }
}
