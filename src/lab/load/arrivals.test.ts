import assert from "node:assert/strict";
import { test } from "node:test";
import { planArrivals } from "./arrivals.ts";

const RATE = { perSecond: 1_000_000, burstSize: 10, seed: 1 };

function gapsOf(next: () => number, count: number): number[] {
  let last = 0;
  return Array.from({ length: count }, () => {
    const due = next();
    const gap = due - last;
    last = due;
    return gap;
  });
}

test("Poisson arrivals have their rate and spread, and repeat with the seed", () => {
  const gaps = gapsOf(planArrivals({ ...RATE, shape: "poisson" }), 50_000);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  assert.ok(Math.abs(mean - 1000) < 20, `mean ${mean}`);
  assert.ok(Math.abs(Math.sqrt(variance) / mean - 1) < 0.03);
  assert.deepEqual(gapsOf(planArrivals({ ...RATE, shape: "poisson" }), 9), gaps.slice(0, 9));
});

test("uniform arrivals keep their distance, bursts come all at once at the same rate", () => {
  assert.deepEqual(gapsOf(planArrivals({ ...RATE, shape: "uniform" }), 3), [1000, 1000, 1000]);
  const burst = gapsOf(planArrivals({ ...RATE, shape: "burst" }), 20);
  assert.deepEqual(burst.slice(0, 11), [10_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10_000]);
});
