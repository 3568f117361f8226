// A fold of the log: every durable command applied to an engine of its own, its events handed on.
// Recovery, the history thread and the offline tools are this one thing at different places.

import type { RecordBuffer } from "../base/record-buffer.ts";
import { BLOCK_BYTES, commandBlocksOf } from "../codec/command.ts";
import type { Engine } from "../engine/engine.ts";
import type { LogBlock, LogReader } from "../log/log-reader.ts";
import type { BatchListener } from "../model/venue.ts";

/** Applies every command of a block, handing each one's batch to `onBatch`. */
export function applyBlock(engine: Engine, block: LogBlock, onBatch: BatchListener): void {
  let offsetBytes = block.startBytes;
  while (offsetBytes < block.endBytes) {
    offsetBytes = applyCommand(engine, block.records, offsetBytes, onBatch);
  }
}

/**
 * The same up to the first command that `isBeyond` says is too far: true when there was one. It is
 * asked with the word at which the command begins.
 */
export function applyBlockUntil(
  engine: Engine,
  block: LogBlock,
  isBeyond: (words: Int32Array, at: number) => boolean,
  onBatch: BatchListener,
): boolean {
  const { records, endBytes } = block;
  let offsetBytes = block.startBytes;
  while (offsetBytes < endBytes) {
    if (isBeyond(records.words, offsetBytes / 4)) return true;
    offsetBytes = applyCommand(engine, records, offsetBytes, onBatch);
  }
  return false;
}

/** The fold beside a living writer, a few commands at a time. */
export class Follower {
  readonly #engine: Engine;
  readonly #reader: LogReader;
  #block: LogBlock | undefined;
  #offsetBytes = 0;

  /** `reader` starts behind the last command that `engine` has applied. */
  constructor(engine: Engine, reader: LogReader) {
    this.#engine = engine;
    this.#reader = reader;
  }

  /** Applies the next command up to `limitSequence`, which is durable; false when there is none. */
  tryNext(limitSequence: number, onBatch: BatchListener): boolean {
    if (this.#block === undefined) {
      this.#block = this.#reader.next(limitSequence);
      if (this.#block === undefined) return false;
      this.#offsetBytes = this.#block.startBytes;
    }
    const { records, endBytes } = this.#block;
    this.#offsetBytes = applyCommand(this.#engine, records, this.#offsetBytes, onBatch);
    if (this.#offsetBytes === endBytes) this.#block = undefined;
    return true;
  }
}

/** Applies one command and returns where the next one starts. */
function applyCommand(
  engine: Engine,
  records: RecordBuffer,
  offsetBytes: number,
  onBatch: BatchListener,
): number {
  engine.apply(records, offsetBytes);
  onBatch(engine.events.words, 0, engine.events.endWord);
  return offsetBytes + commandBlocksOf(records.words, offsetBytes / 4) * BLOCK_BYTES;
}
