// The real path without sockets: command log and engine, as the exchange puts them together. A
// command is appended and applied at once; what it did is told only when the log says it is
// durable.

import { RecordBuffer } from "../base/record-buffer.ts";
import { EVENT_BYTES, EVENT_WORDS } from "../codec/event.ts";
import { Engine } from "../engine/engine.ts";
import type { CommandLog } from "../log/command-log.ts";
import { recoverLog } from "../log/recovery.ts";

/** Short files should not wait for the blank segments of a long day. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

/** Events held until their commands are durable: room for about 60,000 commands, 16 MiB. */
const HELD_EVENTS = 131_072;

export class ReplayVenue {
  readonly engine = new Engine();
  readonly #log: CommandLog;
  #held = RecordBuffer.ofBytes(HELD_EVENTS * EVENT_BYTES);
  #heldEndWord = 0;
  #onDurable: () => void = () => {};
  #onFailure: (failure: Error) => void = () => {};

  /** Opens a log in `directory`, which must not hold one yet. */
  static async open(directory: string): Promise<ReplayVenue> {
    const { log, lastSequence } = await recoverLog(
      directory,
      { segmentBytes: SEGMENT_BYTES },
      () => {},
    );
    if (lastSequence > 0) {
      await log.close();
      throw new ReplayDirectoryError(directory, lastSequence);
    }
    return new ReplayVenue(log);
  }

  private constructor(log: CommandLog) {
    this.#log = log;
    log.onDurable(() => this.#onDurable());
    log.onFailure((failure) => this.#onFailure(failure));
  }

  /** Enters the command at the start of `record`; false when `settle` must be awaited first. */
  tryEnter(record: RecordBuffer, timeMicros: number): boolean {
    if (this.#heldEndWord >= HELD_EVENTS * EVENT_WORDS) return false;
    const sequence = this.#log.appendedSequence + 1;
    const copyBytes = this.#log.tryAppend(record, 0, sequence, timeMicros);
    if (copyBytes < 0) return false;
    this.engine.apply(this.#log.gathering, copyBytes);
    this.#hold();
    return true;
  }

  /**
   * Makes everything entered durable and hands its events on: whole batches from word 0 to
   * `endWord`. Rejects with the log's failure.
   */
  async settle(): Promise<{ readonly events: RecordBuffer; readonly endWord: number }> {
    if (this.#log.durableSequence < this.#log.appendedSequence) await this.#durable();
    const endWord = this.#heldEndWord;
    this.#heldEndWord = 0;
    return { events: this.#held, endWord };
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  async #durable(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#onFailure = reject;
      this.#onDurable = () => {
        if (this.#log.durableSequence === this.#log.appendedSequence) resolve();
      };
      if (this.#log.failure !== undefined) reject(this.#log.failure);
      this.#log.commit();
    });
  }

  /** Copies the last command's events behind the others; one command's may exceed the room. */
  #hold(): void {
    const { words, endWord } = this.engine.events;
    while (this.#heldEndWord + endWord > this.#held.words.length) this.#grow();
    const held = this.#held.words;
    for (let i = 0; i < endWord; i++) held[this.#heldEndWord + i] = words[i];
    this.#heldEndWord += endWord;
  }

  #grow(): void {
    const larger = RecordBuffer.ofBytes(this.#held.bytes.length * 2);
    larger.words.set(this.#held.words);
    this.#held = larger;
  }
}

export class ReplayDirectoryError extends Error {
  override name = "ReplayDirectoryError";
  readonly code = "REPLAY_DIRECTORY";

  constructor(directory: string, lastSequence: number) {
    super(`${directory}: expected no log, found one of ${lastSequence} commands`);
  }
}
