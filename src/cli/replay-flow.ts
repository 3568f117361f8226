// Runs one file of historical flow through log and engine, counts what happened and compares it
// with the recorded truth, command by command.

import { RecordBuffer } from "../base/record-buffer.ts";
import { COMMAND_BYTES_MAX, writeCreateInstrument } from "../codec/command.ts";
import { EVENT_END, EVENT_WORDS, eventKindOf } from "../codec/event.ts";
import { DepthFold } from "../market/depth-fold.ts";
import { emptyFlowCommand, type FlowReader } from "../market/flow-command.ts";
import { FlowError } from "../market/flow-error.ts";
import type { FlowExpectation, PlacedDifference } from "../market/flow-expectation.ts";
import { FLOW_INSTRUMENT, FLOW_SESSION_ID, writeFlowRecord } from "../market/flow-record.ts";
import { FlowTally } from "../market/flow-tally.ts";
import type { ReplayProgress } from "./replay-progress.ts";
import type { ReplayVenue } from "./replay-venue.ts";

export class FlowReplay {
  readonly tally = new FlowTally();
  readonly depth = new DepthFold();
  /** The first difference found; nothing is compared after it. */
  difference: PlacedDifference | undefined;
  readonly #reader: FlowReader;
  readonly #venue: ReplayVenue;
  readonly #expectations: readonly FlowExpectation[];
  readonly #progress: ReplayProgress;
  readonly #record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);

  constructor(
    reader: FlowReader,
    venue: ReplayVenue,
    expectations: readonly FlowExpectation[],
    progress: ReplayProgress,
  ) {
    this.#reader = reader;
    this.#venue = venue;
    this.#expectations = expectations;
    this.#progress = progress;
  }

  /**
   * Runs the whole flow, or up to the first difference. A bad line rejects with FlowError after all
   * commands before it were entered and made durable.
   */
  async run(): Promise<void> {
    writeCreateInstrument(this.#record, 0, FLOW_SESSION_ID, FLOW_INSTRUMENT);
    await this.#enter(0);
    await this.#settle();
    try {
      await this.#enterFlow();
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      await this.#settle();
      throw afterWholeCommands(error, this.tally.commands);
    }
    await this.#settle();
    if (this.difference === undefined) this.#checkEnd();
  }

  async #enterFlow(): Promise<void> {
    const command = emptyFlowCommand();
    while (this.difference === undefined && (await this.#reader.fill())) {
      while (this.#reader.tryNext(command)) {
        writeFlowRecord(this.#record, 0, command);
        await this.#enterWaiting(command.timeMicros);
        if (this.difference !== undefined) return;
      }
      this.#progress.show(this.#reader.progress(), this.tally.commands);
    }
  }

  /** No promise is made for the many commands that enter at once. */
  #enterWaiting(timeMicros: number): Promise<void> | undefined {
    return this.#venue.tryEnter(this.#record, timeMicros) ? undefined : this.#enter(timeMicros);
  }

  async #enter(timeMicros: number): Promise<void> {
    while (!this.#venue.tryEnter(this.#record, timeMicros)) await this.#settle();
  }

  /** Waits until everything entered is durable, then counts and compares it. */
  async #settle(): Promise<void> {
    const { events, endWord } = await this.#venue.settle();
    const { words } = events;
    let startWord = 0;
    for (let at = 0; at < endWord; at += EVENT_WORDS) {
      if (eventKindOf(words, at) !== EVENT_END) continue;
      const batchEndWord = at + EVENT_WORDS;
      const commandNumber = this.tally.commands;
      this.tally.add(words, startWord, batchEndWord);
      this.depth.apply(words, startWord, batchEndWord);
      const isOfFlow = this.tally.commands > commandNumber;
      if (isOfFlow && this.#expectations.length > 0 && this.difference === undefined) {
        await this.#compare(commandNumber, events, startWord, batchEndWord);
      }
      startWord = batchEndWord;
    }
  }

  async #compare(
    commandNumber: number,
    events: RecordBuffer,
    startWord: number,
    endWord: number,
  ): Promise<void> {
    const outcome = { events, startWord, endWord, depth: this.depth };
    for (const expectation of this.#expectations) {
      while (expectation.needsAdvance(commandNumber)) await expectation.advance();
      this.difference ??= expectation.check(commandNumber, outcome);
    }
  }

  #checkEnd(): void {
    for (const expectation of this.#expectations) {
      this.difference ??= expectation.checkEnd(this.tally.commands);
    }
  }
}

function afterWholeCommands(error: FlowError, commandCount: number): FlowError {
  const message = `${error.message}; the ${commandCount} commands before it were entered whole`;
  return new FlowError(error.code, message, { cause: error.cause });
}
