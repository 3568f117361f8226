// Scenario files: what traders send, a line, what the exchange answers, a line, the book that is
// left. README.md has the words. "# " begins a comment, which an update keeps where its line stays;
// a command line that begins with "|" goes on with the one before it.

import { assert } from "../../src/base/assert.ts";

const RULE = "---";
/** "#7" is none: it is the id of an order that a list released. */
const COMMENT = /\s*#(?:\s.*)?$/;
const NOT_MIRRORED = /^not mirrored: (.+)$/;

export type Scenario = {
  /** The first comment line: what the scenario shows, as a sentence. */
  readonly title: string;
  /** Why the scenario reads otherwise with buy and sell swapped; "" where it reads the same. */
  readonly notMirrored: string;
  readonly commands: readonly string[];
  readonly events: readonly string[];
  readonly book: readonly string[];
};

export function parseScenario(text: string): Scenario {
  const title = /^# (.+)$/m.exec(text)?.[1] ?? "";
  assert(title !== "", "a scenario begins with a comment that says what it shows");
  const [commands = [], events = [], book = []] = partsOf(text).map((lines) =>
    lines.map((line) => line.replace(COMMENT, "").trim()).filter((line) => line !== ""),
  );
  const notMirrored = commands.map((line) => NOT_MIRRORED.exec(line)?.[1]).find(Boolean) ?? "";
  const told = commands.filter((line) => !NOT_MIRRORED.test(line));
  return { title, notMirrored, commands: joined(told), events, book };
}

/** The file with the events and the book that were found, comments of unchanged lines kept. */
export function updatedText(text: string, events: readonly string[], book: readonly string[]) {
  const [commands = [], oldEvents = [], oldBook = []] = partsOf(text);
  const lines = [
    ...commands.join("\n").trimEnd().split("\n"),
    RULE,
    ...withComments(events, oldEvents),
    RULE,
    ...withComments(book, oldBook),
  ];
  return `${lines.join("\n")}\n`;
}

function partsOf(text: string): string[][] {
  const parts: string[][] = [[]];
  for (const line of text.split("\n")) {
    if (line.trim() === RULE) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function joined(lines: readonly string[]): string[] {
  const commands: string[] = [];
  for (const line of lines) {
    if (line.startsWith("|")) commands.push(`${commands.pop()} ${line}`);
    else commands.push(line);
  }
  return commands;
}

function withComments(lines: readonly string[], oldLines: readonly string[]): string[] {
  const comments = new Map(oldLines.map((old) => [old.replace(COMMENT, "").trim(), old]));
  return lines
    .map((line) => COMMENT.exec(comments.get(line.trim()) ?? "")?.[0] ?? "")
    .map((comment, i) => lines[i] + comment);
}
