// Exceptions stand on the line that they excuse: a comment that begins with the word tidy, a colon
// and the reason.

import type { SourceText } from "./source-text.ts";

export type Exception = { readonly file: string; readonly line: number; readonly reason: string };

export function commentExceptions(file: string, { comments }: SourceText): Exception[] {
  return exceptionsIn(file, comments, /\/\/ tidy: (\S.*)$/);
}

export function markdownExceptions(file: string, text: string): Exception[] {
  return exceptionsIn(file, text, /<!-- tidy: (\S.*?) -->/);
}

function exceptionsIn(file: string, text: string, pattern: RegExp): Exception[] {
  return text.split("\n").flatMap((line, index) => {
    const reason = pattern.exec(line)?.[1];
    return reason === undefined ? [] : [{ file, line: index + 1, reason: reason.trim() }];
  });
}
