import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleLoad } from "../verdict/sample-load-for-test.ts";
import { isHeldAtAll } from "./held-rate.ts";

const { load } = sampleLoad({ perSecond: 10_000, serviceNanos: 20_000, seconds: 1 });

/** A window of half a second, of which so many answers were missing at its end. */
function missing(answers: number) {
  const seconds = 0.5;
  const offeredPerSecond = 100_000;
  const planned = seconds * offeredPerSecond;
  const achievedPerSecond = offeredPerSecond - answers / seconds;
  const options = { ...load.options, seconds };
  return { ...load, options, offeredPerSecond, planned, achievedPerSecond, unanswered: 0 };
}

test("answers that are on their way when a short window ends are no backlog", () => {
  assert.ok(isHeldAtAll(missing(0)));
  assert.ok(isHeldAtAll(missing(1900)), "19 ms of the rate");
});

test("a backlog, a wrong answer and a request that nobody answers are not held", () => {
  assert.ok(!isHeldAtAll(missing(2100)), "4 % over the ceiling for half a second");
  assert.ok(!isHeldAtAll({ ...missing(0), wrong: 1 }));
  assert.ok(!isHeldAtAll({ ...missing(0), unanswered: 1 }));
});
