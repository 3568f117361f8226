// `npm test`: the fences, then every test file with node:test, then the counts.
// `npm test -- PATTERN ...` builds and runs only the test files whose path contains a pattern.

import { FENCES, runFences } from "./fences.ts";
import { listProjectFiles, ROOT } from "./project-files.ts";
import type { TestOutcome } from "./test-outcome.ts";
import { runTestFiles } from "./test-run.ts";

/** The files that took longest, so that whoever waits for the whole run knows for what. */
const SLOWEST_TOLD = 8;

const TEST_FILE = /^(src|test|tools|web)\/.*\.test\.ts$/;

async function main(patterns: readonly string[]): Promise<number> {
  const startedMillis = performance.now();
  const isWhole = patterns.length === 0;
  const files = listProjectFiles(ROOT).filter(
    (file) => TEST_FILE.test(file) && (isWhole || patterns.some((part) => file.includes(part))),
  );
  if (files.length === 0) {
    console.error(`expected test files whose path contains ${patterns.join(" or ")}, found none`);
    return 2;
  }
  const failedFences = runFences(FENCES.filter(({ name }) => isWhole || name === "build"));

  const outcome = await runTestFiles(files);
  const faults = [
    ...failedFences.map((name) => `fence ${name} failed, see above`),
    ...outcome.filesWithoutTest.map((file) => `${file}: expected a test, found none`),
    ...skipFaults(outcome),
  ];
  tellSlowest(outcome);
  for (const { file, name } of outcome.failed) console.log(`failed: ${file}: ${name}`);
  for (const fault of faults) console.log(fault);
  console.log(`${((performance.now() - startedMillis) / 1000).toFixed(1)} seconds`);
  const { passed, failed, skipped } = outcome;
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  return faults.length === 0 && failed.length === 0 && passed > 0 ? 0 : 1;
}

function tellSlowest({ secondsByFile }: TestOutcome): void {
  const slowest = Object.entries(secondsByFile).sort(([, a], [, b]) => b - a);
  for (const [file, seconds] of slowest.slice(0, SLOWEST_TOLD)) {
    console.log(`${seconds.toFixed(1)} s: ${file}`);
  }
}

/** Lists what was skipped with what to install. In CI a check that could not run has failed. */
function skipFaults({ skipped }: TestOutcome): string[] {
  const lines = skipped.map(({ file, name, reason }) => `skipped: ${file}: ${name}: ${reason}`);
  if (process.env["CI"] === "true") return lines.map((line) => `${line} (in CI a failure)`);
  for (const line of lines) console.log(line);
  return [];
}

process.exitCode = await main(process.argv.slice(2));
