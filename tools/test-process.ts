// One process of `npm test`: runs the test files that are its arguments, one after the other,
// prints their report, and writes what came of them to the pipe that test-run.ts reads.

import { closeSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { run } from "node:test";
import { spec, type TestEvent } from "node:test/reporters";
import { ROOT } from "./project-files.ts";
import { emptyOutcome, type TestOutcome } from "./test-outcome.ts";

/** A test that hangs must not hang the run. */
const TEST_MILLIS_MAX = 120_000;

/** What test-run.ts reads. */
const OUTCOME_PIPE = 3;

type TestEnd = Extract<TestEvent, { type: "test:pass" | "test:fail" }>["data"];

async function main(files: readonly string[]): Promise<void> {
  const outcome = emptyOutcome();
  const events = run({
    cwd: ROOT,
    files: files.map((file) => path.join(ROOT, file)),
    isolation: "none",
    timeout: TEST_MILLIS_MAX,
  });
  events.on("test:pass", (test) => notePassed(outcome, test));
  events.on("test:fail", (test) => noteFailed(outcome, test));
  events.on("test:summary", ({ counts }) => {
    outcome.passed = counts.passed;
  });
  const report = Readable.from(withoutSums(events)).compose(new spec());
  for await (const text of report) process.stdout.write(String(text));
  writeFileSync(OUTCOME_PIPE, JSON.stringify(outcome));
  closeSync(OUTCOME_PIPE);
}

function notePassed(outcome: TestOutcome, test: TestEnd): void {
  const { name, skip, todo } = test;
  const file = fileOf(test);
  // Node takes a file in which it finds no test for a test of that name.
  if (name === path.join(ROOT, file)) outcome.filesWithoutTest.push(file);
  addSeconds(outcome, test);
  if (skip === undefined && todo === undefined) return;
  const reason = [skip, todo].find((text) => typeof text === "string") ?? "no reason given";
  outcome.skipped.push({ file, name, reason: String(reason) });
}

function noteFailed(outcome: TestOutcome, test: TestEnd): void {
  outcome.failed.push({ file: fileOf(test), name: test.name });
  addSeconds(outcome, test);
}

function addSeconds({ secondsByFile }: TestOutcome, test: TestEnd): void {
  const file = fileOf(test);
  const seconds = test.nesting === 0 ? test.details.duration_ms / 1000 : 0; // The rest is in it.
  secondsByFile[file] = (secondsByFile[file] ?? 0) + seconds;
}

function fileOf({ file }: TestEnd): string {
  return path.relative(ROOT, file ?? ROOT);
}

/** Without the sums of this process, which say nothing of the run's. */
async function* withoutSums(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  for await (const event of events) {
    const isSum = event.type === "test:diagnostic" && event.data.file === undefined;
    if (!isSum) yield event;
  }
}

await main(process.argv.slice(2));
