// What came of test files: each process of tests tells it, and the run adds up.

export type NamedTest = { readonly file: string; readonly name: string };
export type SkippedTest = NamedTest & { readonly reason: string };

/** Files are relative to the root. */
export type TestOutcome = {
  passed: number;
  readonly failed: NamedTest[];
  readonly skipped: SkippedTest[];
  readonly filesWithoutTest: string[];
  /** What the tests of each file took. */
  readonly secondsByFile: Record<string, number>;
};

export function emptyOutcome(): TestOutcome {
  return { passed: 0, failed: [], skipped: [], filesWithoutTest: [], secondsByFile: {} };
}

export function addOutcome(sum: TestOutcome, part: TestOutcome): void {
  sum.passed += part.passed;
  sum.failed.push(...part.failed);
  sum.skipped.push(...part.skipped);
  sum.filesWithoutTest.push(...part.filesWithoutTest);
  Object.assign(sum.secondsByFile, part.secondsByFile);
}
