import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKOFF_MILLIS_MAX, BACKOFF_MILLIS_MIN, backoffMillis } from "./backoff.ts";

test("each failed try waits twice as long, up to a bound", () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 1000].map((tryIndex) => backoffMillis(tryIndex, 0.999_999));
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 8000, 8000, BACKOFF_MILLIS_MAX]);
});

test("chance spreads a wait over its upper half", () => {
  assert.equal(backoffMillis(0, 0), BACKOFF_MILLIS_MIN / 2);
  assert.equal(backoffMillis(3, 0.5), 1500);
});
