// Damage to the log at rest: a flipped bit, a block that was changed with a checksum that fits, a
// segment that is gone, a snapshot. Never to the last two blocks: the last may be torn by a loss of
// power, and damage to what is last then cannot be told from a torn write (docs/reliability.md).
// The exchange must not start on any of it; then an operator puts the files back.

import { join } from "node:path";
import type { Prng } from "../../src/base/prng.ts";
import { RecordBuffer } from "../../src/base/record-buffer.ts";
import { COMMAND_ACCOUNT_ID_WORD } from "../../src/codec/command.ts";
import {
  CHECKSUM_WORD,
  checksumOf,
  HEADER_BYTES,
  intactBlockBytes,
} from "../../src/log/block-layout.ts";
import { LOG_DIRECTORY } from "./market.ts";
import type { SimulatedDisk } from "./simulated-disk.ts";
import type { StoredFile } from "./stored-file.ts";

/** Blocks that may turn out to be the last one. */
const LAST_BLOCKS = 2;

type Block = { readonly name: string; readonly atBytes: number; readonly lengthBytes: number };

export class LogDamage {
  readonly #disk: SimulatedDisk;
  readonly #prng: Prng;
  #description = "";
  #mend: () => void = () => {};

  constructor(disk: SimulatedDisk, prng: Prng) {
    this.#disk = disk;
    this.#prng = prng;
  }

  get isThere(): boolean {
    return this.#description !== "";
  }

  get description(): string {
    return this.#description;
  }

  flipBit(): void {
    const block = this.#someBlock();
    if (block === undefined) return;
    const at = block.atBytes + this.#prng.nextBelow(block.lengthBytes);
    const file = this.#fileOf(block.name);
    const byte = file.bytes[at];
    const bit = 1 << this.#prng.nextBelow(8);
    this.#change(file, at, Uint8Array.of(byte ^ bit), `bit ${bit} of ${block.name} byte ${at}`);
  }

  /** As by a hand that knows the format: the block's own checksum is right. */
  alterBlock(): void {
    const block = this.#someBlock();
    if (block === undefined) return;
    const file = this.#fileOf(block.name);
    const altered = RecordBuffer.ofBytes(block.lengthBytes);
    altered.bytes.set(file.bytes.subarray(block.atBytes, block.atBytes + block.lengthBytes));
    altered.words[HEADER_BYTES / 4 + COMMAND_ACCOUNT_ID_WORD] ^= 1;
    altered.words[CHECKSUM_WORD] = checksumOf(altered.bytes, 0, block.lengthBytes);
    this.#change(
      file,
      block.atBytes,
      altered.bytes,
      `block at ${block.name} byte ${block.atBytes}`,
    );
  }

  /** Any but the last one with data. */
  loseSegment(): void {
    const names = [...new Set(this.#blocks().map(({ name }) => name))];
    if (names.length < 2 || this.isThere) return;
    const name = names[this.#prng.nextBelow(names.length - 1)];
    const path = join(LOG_DIRECTORY, name);
    const file = this.#fileOf(name);
    this.#disk.damageName(path, undefined);
    this.#description = `${name} is gone`;
    this.#mend = () => this.#disk.putBack(path, file);
  }

  /** A bit of any snapshot. */
  harmSnapshot(): void {
    const names = [...this.#disk.filesIn(LOG_DIRECTORY).keys()].filter(isSnapshot);
    if (names.length === 0 || this.isThere) return;
    const name = names[this.#prng.nextBelow(names.length)];
    const file = this.#fileOf(name);
    const at = this.#prng.nextBelow(file.lengthBytes);
    this.#change(file, at, Uint8Array.of(file.bytes[at] ^ 1), `${name} byte ${at}`);
  }

  /** An operator puts back what was there. */
  mend(): void {
    this.#mend();
    this.#mend = () => {};
    this.#description = "";
  }

  #change(file: StoredFile, atBytes: number, bytes: Uint8Array, description: string): void {
    const before = file.bytes.slice(atBytes, atBytes + bytes.length);
    file.damage(atBytes, bytes);
    this.#description = description;
    this.#mend = () => file.damage(atBytes, before);
  }

  #someBlock(): Block | undefined {
    const blocks = this.#blocks();
    if (blocks.length <= LAST_BLOCKS || this.isThere) return undefined;
    return blocks[this.#prng.nextBelow(blocks.length - LAST_BLOCKS)];
  }

  #fileOf(name: string): StoredFile {
    const file = this.#disk.find(join(LOG_DIRECTORY, name));
    if (file === undefined) throw new Error(`expected ${name} on the disk, found none`);
    return file;
  }

  /** Every intact block, in order. */
  #blocks(): readonly Block[] {
    const blocks: Block[] = [];
    for (const [name, file] of this.#disk.filesIn(LOG_DIRECTORY)) {
      if (!name.endsWith(".log")) continue;
      const buffer = RecordBuffer.ofBytes(
        Math.ceil(file.lengthBytes / HEADER_BYTES) * HEADER_BYTES,
      );
      buffer.bytes.set(file.bytes);
      let atBytes = HEADER_BYTES;
      for (;;) {
        const lengthBytes = intactBlockBytes(buffer, atBytes, file.lengthBytes - atBytes);
        if (lengthBytes === 0) break;
        blocks.push({ name, atBytes, lengthBytes });
        atBytes += lengthBytes;
      }
    }
    return blocks;
  }
}

function isSnapshot(name: string): boolean {
  return name.endsWith(".snapshot");
}
