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
import { firstSequenceIn } from "./log-extent.ts";
import { oldestFold, recordsIn, scanLog } from "./log-scan.ts";

export type ExportRange = {
  readonly directory: string;
  readonly what: "commands" | "events";
  readonly fromSequence: number;
  readonly toSequence: number;
};

export type ExportOptions = ExportRange & { readonly format: "jsonl" | "csv" };

export type Column = { readonly name: string; readonly type: "text" | "number" };

/** One line after the other to `write`; throws where the log is damaged. */
export function exportLog(options: ExportOptions, write: (line: string) => void): void {
  const columns = columnsOf(options.what).map(({ name }) => name);
  const line =
    options.format === "jsonl"
      ? (record: NamedFields) => JSON.stringify(record)
      : (record: NamedFields) => columns.map((column) => csvCell(record[column])).join(",");
  if (options.format === "csv") write(columns.join(","));
  eachRecord(options, (record) => write(line(record)));
}

/** Every record of the range; throws where the log is damaged. */
export function eachRecord(range: ExportRange, onRecord: (record: NamedFields) => void): void {
  const say = (record: NamedFields): void => {
    const sequence = Number(record["sequence"]);
    if (sequence >= range.fromSequence && sequence <= range.toSequence) onRecord(record);
  };
  const problem = range.what === "commands" ? eachCommand(range, say) : eachEvent(range, say);
  if (problem !== undefined) throw problem;
}

/** Every field of every kind once, those of the header first. */
export function columnsOf(what: ExportRange["what"]): readonly Column[] {
  const kinds = [...COMMAND_FIELDS.values()].flatMap(([, fields]) => fields);
  const fields = what === "events" ? EVENT_FIELDS : [...COMMAND_HEADER_FIELDS, ...kinds];
  const types = new Map<string, Column["type"]>([["kind", "text"]]);
  for (const { name, type } of fields) {
    const isText = type === "id" || type.startsWith("ascii");
    if (isText || !types.has(name)) types.set(name, isText ? "text" : "number");
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

function eachCommand(
  { directory, fromSequence, toSequence }: ExportRange,
  say: (record: NamedFields) => void,
): Error | undefined {
  const from = Math.max(fromSequence, firstSequenceIn(directory));
  return scanLog(directory, { fromSequence: from }, (block) => {
    if (block.firstSequence > toSequence) return;
    for (const { at } of recordsIn(block)) say(namedCommand(block.records.bytes, at));
  }).problem;
}

function eachEvent(
  { directory, toSequence }: ExportRange,
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

/** Texts of records have no line ends; a quote or comma is quoted all the same. */
function csvCell(value: string | number | undefined): string {
  const text = String(value ?? "");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
