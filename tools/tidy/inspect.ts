// All of tidy: reads every file once, applies every rule, honors the exceptions.

import { commentExceptions, type Exception, markdownExceptions } from "./exceptions.ts";
import type { Finding, ProjectFiles } from "./finding.ts";
import { checkMarkdown } from "./markdown.ts";
import { checkPurity } from "./purity.ts";
import { checkReachable } from "./reach.ts";
import { checkImports } from "./room-imports.ts";
import { checkShape } from "./shape.ts";
import { readSource, type SourceText } from "./source-text.ts";

const SOURCE_FILE = /^(src|test|tools|web)\/.*\.(ts|mjs)$/;

export type Inspection = {
  readonly findings: readonly Finding[];
  /** Lines that break a rule with a reason: "path:line: reason". */
  readonly exceptions: readonly string[];
  readonly inspectedCount: number;
};

export function inspect(files: ProjectFiles): Inspection {
  const findings: Finding[] = [];
  const exceptions: Exception[] = [];
  const sources = new Map<string, SourceText>();

  for (const [file, text] of files) {
    if (SOURCE_FILE.test(file)) {
      const source = readSource(text);
      sources.set(file, source);
      exceptions.push(...commentExceptions(file, source));
      findings.push(...checkShape(file, text, source), ...checkPurity(file, source));
      findings.push(...checkImports(file, text, source));
    } else if (file.endsWith(".md")) {
      exceptions.push(...markdownExceptions(file, text));
      findings.push(...checkMarkdown(file, text, files));
    }
  }
  findings.push(...checkReachable(files, sources));
  const inspectedCount = [...files.keys()].filter((file) => /\.(ts|mjs|md)$/.test(file)).length;
  return { ...applyExceptions(findings, exceptions), inspectedCount };
}

/** An exception that excuses nothing is a finding itself, so that the list can only shrink. */
function applyExceptions(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
): Omit<Inspection, "inspectedCount"> {
  const excused = new Set(exceptions.map(({ file, line }) => `${file}:${line}`));
  const broken = new Set(findings.map(({ file, line }) => `${file}:${line}`));
  const unused = exceptions
    .filter(({ file, line }) => !broken.has(`${file}:${line}`))
    .map(({ file, line }) => ({
      file,
      line,
      message: "expected a broken rule to excuse, found none",
    }));
  return {
    findings: [
      ...findings.filter(({ file, line }) => !excused.has(`${file}:${line}`)),
      ...unused,
    ].sort((a, b) => a.file.localeCompare(b.file, "en") || a.line - b.line),
    exceptions: exceptions.map(({ file, line, reason }) => `${file}:${line}: ${reason}`),
  };
}
