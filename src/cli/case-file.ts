// Behavior case files: a list of cases, each a list of steps from an empty book. The schema is the
// file's own `how_to_read`; here it is only made sure that the file is one.

import { readFileSync } from "node:fs";

export type CaseStep = Readonly<Record<string, unknown>> & {
  readonly do: string;
  readonly expect?: Readonly<Record<string, unknown>>;
};

export type BehaviorCase = {
  readonly id: string;
  readonly class: string;
  /** Venue rules under which the case is right; none for a case any engine should agree with. */
  readonly rules: readonly string[];
  readonly steps: readonly CaseStep[];
};

export class CaseFileError extends Error {
  override name = "CaseFileError";
  readonly code = "CASE_FILE";
}

const SCHEMA = 1;

/** Throws CaseFileError when the file is not a case file of schema 1. */
export function readCaseFile(path: string): BehaviorCase[] {
  const file = readJson(path);
  if (!isRecord(file) || file["schema"] !== SCHEMA || !Array.isArray(file["cases"])) {
    throw new CaseFileError(
      `${path}: expected {"schema": ${SCHEMA}, "cases": [...]}, found others`,
    );
  }
  return file["cases"].map((value: unknown, index) => {
    if (!isCase(value)) {
      const expected = `case ${index + 1} with id, class and steps, each step with "do"`;
      throw new CaseFileError(`${path}: expected ${expected}, found ${JSON.stringify(value)}`);
    }
    const rules = Array.isArray(value["rules"]) ? value["rules"].map(String) : [];
    return { id: value.id, class: value.class, rules, steps: value.steps };
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): CaseFileError {
  const found = cause instanceof Error ? cause.message : String(cause);
  return new CaseFileError(`${path}: expected a JSON file, found ${found}`, { cause });
}

function isCase(value: unknown): value is Record<string, unknown> & Omit<BehaviorCase, "rules"> {
  return (
    isRecord(value) &&
    typeof value["id"] === "string" &&
    typeof value["class"] === "string" &&
    Array.isArray(value["steps"]) &&
    value["steps"].every(isStep)
  );
}

function isStep(step: unknown): boolean {
  if (!isRecord(step) || typeof step["do"] !== "string") return false;
  return step["expect"] === undefined || isRecord(step["expect"]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
