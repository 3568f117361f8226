// `outcry log export`: commands, or the events that this build makes of them, for other programs.

import { EVENT_BYTES, EVENT_WORDS } from "../codec/event.ts";
import {
  COMMAND_FIELDS,
  COMMAND_HEADER_FIELDS,
  EVENT_FIELDS,
  type NamedFields,
  namedCommand,
  namedEvent,
} from "../codec/record-fields.ts";
import { applyBlock } from "../exchange/follower.ts";
import type { LogBlock } from "../log/log-reader.ts";
import { firstSequenceIn, oldestFold, recordsIn, scanLog } from "./log-scan.ts";

export type ExportOptions = {
  readonly directory: string;
  readonly what: "commands" | "events";
  readonly format: "jsonl" | "csv";
  readonly fromSequence: number;
  readonly toSequence: number;
};

/** One line after the other to `write`; throws where the log is damaged. */
export function exportLog(options: ExportOptions, write: (line: string) => void): void {
  const { what, format } = options;
  const columns = what === "commands" ? commandColumns() : ["kind", ...names(EVENT_FIELDS)];
  const line =
    format === "jsonl"
      ? (record: NamedFields) => JSON.stringify(record)
      : (record: NamedFields) => columns.map((column) => csvCell(record[column])).join(",");
  if (format === "csv") write(columns.join(","));
  const say = (record: NamedFields): void => {
    const sequence = Number(record["sequence"]);
    if (sequence >= options.fromSequence && sequence <= options.toSequence) write(line(record));
  };
  const problem = what === "commands" ? eachCommand(options, say) : eachEvent(options, say);
  if (problem !== undefined) throw problem;
}

function eachCommand(
  { directory, fromSequence, toSequence }: ExportOptions,
  say: (record: NamedFields) => void,
): Error | undefined {
  const from = Math.max(fromSequence, firstSequenceIn(directory));
  return scanLog(directory, { fromSequence: from }, (block) => {
    if (block.firstSequence > toSequence) return;
    for (const { at } of recordsIn(block)) say(namedCommand(block.records.bytes, at));
  }).problem;
}

function eachEvent(
  { directory, toSequence }: ExportOptions,
  say: (record: NamedFields) => void,
): Error | undefined {
  const { fold, start } = oldestFold(directory);
  const onBatch = (words: Int32Array, startWord: number, endWord: number): void => {
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const endBytes = (endWord / EVENT_WORDS) * EVENT_BYTES;
    for (let at = startWord * 4; at < endBytes; at += EVENT_BYTES) say(namedEvent(bytes, at));
  };
  return scanLog(directory, start, (block: LogBlock) => {
    if (block.firstSequence <= toSequence) applyBlock(fold.engine, block, onBatch);
  }).problem;
}

/** Every field of every kind once, those of the header first. */
function commandColumns(): string[] {
  const all = [...COMMAND_FIELDS.values()].flatMap(([, fields]) => names(fields));
  return ["kind", ...new Set([...names(COMMAND_HEADER_FIELDS), ...all])];
}

function names(fields: readonly { readonly name: string }[]): string[] {
  return fields.map(({ name }) => name);
}

/** Texts of records have no line ends; a quote or comma is quoted all the same. */
function csvCell(value: string | number | undefined): string {
  const text = String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
