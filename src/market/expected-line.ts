// One line of an expectation file, whichever kind it is, and what it is compared with.

import type { RecordBuffer } from "../base/record-buffer.ts";
import type { DepthFold } from "./depth-fold.ts";

/** What one command did: its events, and the book after them. */
export type CommandOutcome = {
  readonly events: RecordBuffer;
  readonly startWord: number;
  readonly endWord: number;
  readonly depth: DepthFold;
};

/** What a line expects and what there was instead, as text; undefined where they agree. */
export type Difference = { readonly expected: string; readonly found: string } | undefined;

/** One line, ready to be compared. */
export type ExpectedLine = {
  readonly commandNumber: number;
  /** How many facts the line holds: executions, or one checkpoint. */
  readonly factCount: number;
  compare(outcome: CommandOutcome): Difference;
};

/** Reads a parsed line, or returns what it should have been. */
export type LineReader = (value: Readonly<Record<string, unknown>>) => ExpectedLine | string;
