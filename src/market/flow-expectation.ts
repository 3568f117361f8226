// The recorded truth about a flow, read beside it: a file of JSON lines in the order of the
// commands. Three kinds, told apart by the first line:
//
//   {"n": 123, "fills": [[makerId, price, qty], ...], "unordered"?: true}     executions
//   {"after_n": 5, "bids": [[price, qty, orders], ...], "asks": [...]}         books
//   {"after_n": 5, "bid": 99, "bid_qty": 1, "ask": 101, "ask_qty": 2}          best bid and offer
//
// A command that an executions file does not list has no fills. Only one line is held at a time.

import { readBookLine } from "./expected-book.ts";
import { compareFills, readFillsLine } from "./expected-fills.ts";
import type { CommandOutcome, ExpectedLine, LineReader } from "./expected-line.ts";
import { FlowError, quoteFound } from "./flow-error.ts";
import { LineSource } from "./line-source.ts";

export type ExpectationKind = "executions" | "checkpoints";

/** A difference with its place, for the reader of the report. */
export type PlacedDifference = {
  readonly commandNumber: number;
  readonly expected: string;
  readonly found: string;
  readonly file: string;
  /** The line in the file; 0 when the file says nothing about the command. */
  readonly line: number;
};

const LINE_BYTES_MAX = 16 * 1024 * 1024; // A book of half a million levels.

export class FlowExpectation {
  readonly path: string;
  readonly kind: ExpectationKind;
  /** Facts compared and found equal. */
  comparedCount = 0;
  readonly #lines: LineSource;
  readonly #readLine: LineReader;
  #next: ExpectedLine | undefined;

  /** Throws FlowError when the first line is of none of the three kinds. */
  static async open(path: string): Promise<FlowExpectation> {
    const lines = new LineSource(path, LINE_BYTES_MAX);
    const first = await lines.next();
    if (first === undefined) throw lines.errorAt("at least one expectation", "an empty file");
    const value = parseLine(first, lines);
    const kind = "fills" in value ? "executions" : "checkpoints";
    const reader = kind === "executions" ? readFillsLine : readBookLine;
    return new FlowExpectation(path, lines, kind, reader, toExpectedLine(value, reader, lines));
  }

  private constructor(
    path: string,
    lines: LineSource,
    kind: ExpectationKind,
    readLine: LineReader,
    first: ExpectedLine,
  ) {
    this.path = path;
    this.kind = kind;
    this.#lines = lines;
    this.#readLine = readLine;
    this.#next = first;
  }

  /** True when `advance` must be awaited before the command is checked. */
  needsAdvance(commandNumber: number): boolean {
    return this.#next !== undefined && this.#next.commandNumber < commandNumber;
  }

  async advance(): Promise<void> {
    const before = this.#next?.commandNumber ?? -1;
    const line = await this.#lines.next();
    if (line === undefined) {
      this.#next = undefined;
      return;
    }
    this.#next = toExpectedLine(parseLine(line, this.#lines), this.#readLine, this.#lines);
    if (this.#next.commandNumber <= before) {
      const expected = `a command after ${before}, as lines follow the commands`;
      throw this.#lines.errorAt(expected, String(this.#next.commandNumber));
    }
  }

  /** Compares what command `commandNumber` did with what the file says about it. */
  check(commandNumber: number, outcome: CommandOutcome): PlacedDifference | undefined {
    const isListed = this.#next !== undefined && this.#next.commandNumber === commandNumber;
    if (!isListed)
      return this.kind === "executions" ? this.#checkNone(commandNumber, outcome) : undefined;
    const difference = this.#next?.compare(outcome);
    if (difference !== undefined)
      return this.#placed(commandNumber, difference, this.#lines.lineNumber);
    this.comparedCount += this.#next?.factCount ?? 0;
    return undefined;
  }

  /** After the last command: expectations about commands that the flow did not have. */
  checkEnd(commandCount: number): PlacedDifference | undefined {
    const next = this.#next;
    if (next === undefined || next.commandNumber < commandCount) return undefined;
    const found = `the flow's end after ${commandCount} commands`;
    const difference = { expected: `a command ${next.commandNumber}`, found };
    return this.#placed(next.commandNumber, difference, this.#lines.lineNumber);
  }

  close(): void {
    this.#lines.close();
  }

  #checkNone(commandNumber: number, outcome: CommandOutcome): PlacedDifference | undefined {
    const difference = compareFills([], false, outcome);
    return difference && this.#placed(commandNumber, difference, 0);
  }

  #placed(
    commandNumber: number,
    { expected, found }: { readonly expected: string; readonly found: string },
    line: number,
  ): PlacedDifference {
    return { commandNumber, expected, found, file: this.path, line };
  }
}

function parseLine(line: string, lines: LineSource): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line, keepLargeIntegers);
  } catch (cause) {
    throw notJson(line, lines, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw lines.errorAt("a JSON object", quoteFound(line));
  }
  return value as Readonly<Record<string, unknown>>;
}

function notJson(line: string, lines: LineSource, cause: unknown): FlowError {
  const place = `${lines.path}:${lines.lineNumber}`;
  const message = `${place}: expected a JSON object, found ${quoteFound(line)}`;
  return new FlowError("FLOW_LINE", message, { cause });
}

/** Order ids beyond 2^53 stay the digits they were. */
function keepLargeIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  return isRounded && context?.source !== undefined ? context.source : value;
}

function toExpectedLine(
  value: Readonly<Record<string, unknown>>,
  reader: LineReader,
  lines: LineSource,
): ExpectedLine {
  const line = reader(value);
  if (typeof line === "string") throw lines.errorAt(line, quoteFound(JSON.stringify(value)));
  return line;
}
