import assert from "node:assert/strict";
import { test } from "node:test";
import { nowMicros } from "./clock.ts";

test("time is whole microseconds of this century and never goes back", () => {
  const first = nowMicros();
  const second = nowMicros();
  assert.ok(Number.isSafeInteger(first));
  assert.ok(second >= first);
  assert.ok(new Date(first / 1000).getUTCFullYear() >= 2026);
});
