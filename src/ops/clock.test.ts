import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./clock.ts";

test("time is whole microseconds of this century and never goes back", () => {
  const first = systemClock.nowMicros();
  const second = systemClock.nowMicros();
  assert.ok(Number.isSafeInteger(first));
  assert.ok(second >= first);
  assert.ok(new Date(first / 1000).getUTCFullYear() >= 2026);
});

test("what is asked for later comes once, and not when it was taken back", async () => {
  const startMicros = systemClock.nowMicros();
  let calls = 0;
  const takeBack = systemClock.after(1, () => calls++);
  takeBack();
  const stayAlive = setInterval(() => {}, 1000);
  await new Promise<void>((resolve) => {
    systemClock.after(20, resolve);
  });
  clearInterval(stayAlive);
  assert.equal(calls, 0);
  assert.ok(systemClock.nowMicros() - startMicros >= 19_000);
});
