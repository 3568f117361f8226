import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../ops/clock.ts";
import { OriginRates } from "./origin-rates.ts";

test("an address has so many requests a second, and others have theirs", () => {
  let nowMicros = 1_999_999;
  const rates = new OriginRates({ ...systemClock, nowMicros: () => nowMicros }, 2);
  const answers = ["a", "a", "a", "b", "", "", ""].map((origin) => rates.tryTake(origin));
  assert.deepEqual(answers, [true, true, false, true, true, true, true]);
  nowMicros = 2_000_000;
  assert.ok(rates.tryTake("a"));
});
