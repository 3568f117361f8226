// The shape of a source file: its length, its lines, promises of later work, names of limits.

import type { Finding } from "./finding.ts";
import { lineOf, type SourceText } from "./source-text.ts";

const FILE_LINES_MAX = 600;
const LINE_COLUMNS_MAX = 100;

/** Written with classes of one letter, so that this file keeps its own rule. */
const PROMISE = /\b(T[O]DO|FIX[M]E)\b/;

/** Qualifiers stand last: ORDERS_MAX sorts and greps with its noun. */
const LIMIT_FIRST = /\bconst (MAX|MIN)_[A-Z0-9_]+\b/g;

export function checkShape(file: string, text: string, { code }: SourceText): Finding[] {
  const findings: Finding[] = [];
  const lines = text.replace(/\n$/, "").split("\n");
  const add = (line: number, message: string): void => {
    findings.push({ file, line, message });
  };
  if (lines.length > FILE_LINES_MAX) {
    add(1, `expected at most ${FILE_LINES_MAX} lines in a file, found ${lines.length}`);
  }
  for (const [index, content] of lines.entries()) {
    if (content.length > LINE_COLUMNS_MAX) {
      add(index + 1, `expected at most ${LINE_COLUMNS_MAX} columns, found ${content.length}`);
    }
    const promise = PROMISE.exec(content)?.[1];
    if (promise !== undefined)
      add(index + 1, `expected finished work or an issue, found ${promise}`);
  }
  for (const match of code.matchAll(LIMIT_FIRST)) {
    const line = lineOf(code, match.index);
    add(line, `expected the noun first and ${match[1]} last in a limit`);
  }
  return findings;
}
