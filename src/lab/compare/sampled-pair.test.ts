import assert from "node:assert/strict";
import { test } from "node:test";
import { FoldedStacks } from "../profile/folded-stacks.ts";
import { differenceOf, functionChanges, playedStacks, type SampledPair } from "./sampled-pair.ts";

/** A slower `match`, the same `read`; the profiler weighs in microseconds, whatever they add to. */
function pairOf(matchNanos: number): SampledPair {
  const total = 200 + matchNanos;
  return {
    before: {
      nanosPerOrder: 300,
      samples: 500,
      folded: "play;match book/books.js:96_[j] 100\nplay;read 200\n",
    },
    after: {
      nanosPerOrder: total,
      samples: 600,
      folded: `play;match book/books.js:99_[j] ${matchNanos * 7}\nplay;read 1400\n`,
    },
  };
}

test("the stacks of both builds are nanoseconds an order, over all pairs", () => {
  const { before, after, samplesBefore, samplesAfter } = differenceOf([pairOf(110), pairOf(130)]);
  assert.equal(before.text(), "play;match book/books.js_[j] 100\nplay;read 200\n");
  assert.equal(after.text(), "play;match book/books.js_[j] 120\nplay;read 200\n");
  assert.deepEqual([samplesBefore, samplesAfter], [1000, 1200]);
});

test("the function that grew comes first, with an interval from the pairs", () => {
  const pairs = [110, 112, 114, 116, 118, 120, 122, 124].map(pairOf);
  const [first, second] = functionChanges(pairs, 2);
  assert.equal(first.name, "match book/books.js");
  assert.ok(Math.abs(first.change.value - 17) < 0.1, String(first.change.value));
  assert.ok(first.change.low > 9 && first.change.high < 25);
  assert.ok(Math.abs(second.change.value) < 0.1);
});

test("a function whose change the pairs contradict has not changed", () => {
  const steady = [110, 112, 114, 116, 118, 120, 122, 124].map(pairOf);
  assert.deepEqual(differenceOf(steady).changed, new Set(["match book/books.js_[j]"]));
  const torn = [80, 118, 84, 114, 88, 125, 91, 111].map(pairOf);
  assert.deepEqual(differenceOf(torn).changed, new Set());
});

test("what lies around the laps is no part of an order", () => {
  const stacks = FoldedStacks.parse(
    "main compare/version-process.js:30_[j];time compare/version-process.js:45_[j];match 20\n" +
      "main compare/version-process.js:30_[j];time compare/version-process.js:45_[j];" +
      "play compare/version-process.js:40_[j];match 40\n" +
      "main compare/version-process.js:30_[j];post node:inspector:115_[j] 20\n" +
      "(garbage collector)_[g] 20\n",
  );
  const played = playedStacks({ stacks, samples: 10, named: 10 });
  assert.equal(played.stacks.text(), "(garbage collector)_[g] 20\nlap_[j];match 60\n");
  assert.equal(played.samples, 8);
});
