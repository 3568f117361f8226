// What the tests of the log share: directories, commands, and a log read back as plain values.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import {
  BLOCK_BYTES,
  BLOCK_WORDS,
  blocksOfKind,
  COMMAND_ACCOUNT_ID_WORD,
  COMMAND_AMEND,
  COMMAND_CANCEL,
  COMMAND_NEW,
  COMMAND_SEQUENCE_WORD,
  COMMAND_SESSION_ID_WORD,
  COMMAND_TIME_MICROS_WORD,
  commandBlocksOf,
  commandKindOf,
  writeCommandHeader,
} from "../codec/command.ts";
import type { CommandLog } from "./command-log.ts";
import type { LogBlock } from "./log-reader.ts";
import { type LogOptions, type RecoveredLog, recoverLog } from "./recovery.ts";

/** A command as it was appended; sequence and time follow from its place. */
export type LoggedCommand = {
  readonly sequence: number;
  readonly timeMicros: number;
  readonly kind: number;
  readonly accountId: number;
};

export const TIME_MICROS_AT_ZERO = 1_795_000_000_000_000;
const KINDS = [COMMAND_NEW, COMMAND_AMEND, COMMAND_CANCEL] as const; // 64, 128 and 64 bytes.
const LAST_BYTE_SET = 0x4000_0000; // No byte of a block's end may be cut without a trace.
const scratch = RecordBuffer.ofBytes(2 * BLOCK_BYTES);

export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-log-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The command that the tests put at `sequence`: kinds and so lengths take turns. */
export function commandAt(sequence: number): LoggedCommand {
  const kind = KINDS[sequence % KINDS.length];
  const timeMicros = TIME_MICROS_AT_ZERO + sequence;
  return { sequence, timeMicros, kind, accountId: (sequence * 2_654_435_761) >>> 0 };
}

export function commandsTo(lastSequence: number, firstSequence = 1): LoggedCommand[] {
  const count = lastSequence - firstSequence + 1;
  return Array.from({ length: count }, (_, i) => commandAt(firstSequence + i));
}

/** Appends commandAt(next); returns what tryAppend did. */
export function appendNext(log: CommandLog): number {
  const { sequence, timeMicros, kind, accountId } = commandAt(log.appendedSequence + 1);
  writeCommandHeader(scratch.words, 0, kind, accountId, 0, 0);
  const bodyWord = COMMAND_SESSION_ID_WORD + 1;
  scratch.words.fill(sequence | LAST_BYTE_SET, bodyWord, blocksOfKind(kind) * BLOCK_WORDS);
  return log.tryAppend(scratch, 0, sequence, timeMicros);
}

export function appendMany(log: CommandLog, count: number): void {
  for (let i = 0; i < count; i++) appendNext(log);
}

/** Fulfilled once `sequence` is durable; rejects when the log fails first. */
export function untilDurable(log: CommandLog, sequence = log.appendedSequence): Promise<void> {
  if (log.durableSequence >= sequence) return Promise.resolve();
  return new Promise((fulfill, reject) => {
    log.onDurable((durableSequence) => {
      if (durableSequence >= sequence) fulfill();
    });
    log.onFailure(reject);
  });
}

/** Appends `count` commands as one block. */
export async function commitMany(log: CommandLog, count: number): Promise<void> {
  appendMany(log, count);
  log.commit();
  await untilDurable(log);
}

export function commandsIn(block: LogBlock): LoggedCommand[] {
  const { words } = block.records;
  const commands: LoggedCommand[] = [];
  let at = block.startBytes / 4;
  for (; at < block.endBytes / 4; at += (commandBlocksOf(words, at) * BLOCK_BYTES) / 4) {
    commands.push({
      sequence: readU64(words, at + COMMAND_SEQUENCE_WORD),
      timeMicros: readU64(words, at + COMMAND_TIME_MICROS_WORD),
      kind: commandKindOf(words, at),
      accountId: words[at + COMMAND_ACCOUNT_ID_WORD] >>> 0,
    });
  }
  return commands;
}

export type OpenedLog = RecoveredLog & { readonly commands: LoggedCommand[] };

/** recoverLog with small segments, and all commands that it found. */
export async function openLog(directory: string, options: LogOptions = {}): Promise<OpenedLog> {
  const commands: LoggedCommand[] = [];
  const small = { segmentBytes: 4096, batchBytesMax: 2048 };
  const recovered = await recoverLog(directory, { ...small, ...options }, (block) => {
    commands.push(...commandsIn(block));
  });
  return { ...recovered, commands };
}

/** What a log holds after `change`: opened, read and closed. */
export async function reopened(directory: string, options: LogOptions = {}): Promise<OpenedLog> {
  const opened = await openLog(directory, options);
  await opened.log.close();
  return opened;
}
