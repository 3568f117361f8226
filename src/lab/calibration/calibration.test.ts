import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrate } from "./calibration.ts";

/** Machines are shared: what is measured again is as much within such a factor. */
const FACTOR = 3;

test("compiled anew, an addition and a misprediction cost what they did", async () => {
  const first = await calibrate(true);
  const again = await calibrate(true);
  for (const name of ["addNanos", "mispredictNanos"] as const) {
    const ratio = again[name] / first[name];
    assert.ok(ratio > 1 / FACTOR && ratio < FACTOR, `${name}: ${first[name]}, ${again[name]}`);
  }
  const far = again.pages?.at(-1);
  assert.ok(far !== undefined && far.apartNanos > far.besideNanos, "pages beyond the TLB cost");
  // A misprediction empties a pipeline of ten and more stages.
  assert.ok(again.mispredictNanos > 5 * again.addNanos);
});
