// A log directory as bytes, so that tests can damage it byte by byte and put it back.

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RecordBuffer } from "../base/record-buffer.ts";
import { firstSequenceOf, HEADER_BYTES, intactBlockBytes } from "./block-layout.ts";

export type BlockImage = {
  readonly name: string;
  readonly startBytes: number;
  readonly endBytes: number;
  readonly firstSequence: number;
};

export class LogImage {
  readonly #directory: string;
  readonly #files = new Map<string, Buffer>();
  readonly blocks: BlockImage[] = [];

  constructor(directory: string) {
    this.#directory = directory;
    const names = readdirSync(directory).filter((name) => name.endsWith(".log"));
    for (const name of names.sort()) {
      const bytes = readFileSync(join(directory, name));
      this.#files.set(name, bytes);
      this.#findBlocks(name, bytes);
    }
  }

  get names(): string[] {
    return [...this.#files.keys()];
  }

  /** A copy of a segment's bytes, to change and to put. */
  bytesOf(name: string): Buffer {
    const bytes = this.#files.get(name);
    if (bytes === undefined) throw new Error(`expected one of ${this.names}, found ${name}`);
    return Buffer.from(bytes);
  }

  /** The directory as it was, but for the segment `name`: `bytes` instead, or missing. */
  put(name: string, bytes: Buffer | undefined): void {
    for (const present of readdirSync(this.#directory)) rmSync(join(this.#directory, present));
    for (const [each, original] of this.#files) {
      const written = each === name ? bytes : original;
      if (written !== undefined) writeFileSync(join(this.#directory, each), written);
    }
  }

  #findBlocks(name: string, bytes: Buffer): void {
    const buffer = RecordBuffer.ofBytes(bytes.length);
    buffer.bytes.set(bytes);
    let at = HEADER_BYTES;
    for (;;) {
      const blockBytes = intactBlockBytes(buffer, at, bytes.length - at);
      if (blockBytes === 0) return;
      const firstSequence = firstSequenceOf(buffer, at);
      this.blocks.push({ name, startBytes: at, endBytes: at + blockBytes, firstSequence });
      at += blockBytes;
    }
  }
}
