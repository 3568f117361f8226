import assert from "node:assert/strict";
import { test } from "node:test";
import { bracketOf, confirmationsOf, searchCeiling } from "./ceiling-search.ts";

const OPTIONS = {
  startPerSecond: 1000,
  heldPerSecond: 0,
  failedPerSecond: undefined,
  limitPerSecond: 10_000_000,
  floorPerSecond: 1,
  resolution: 0.02,
  confirmations: 3,
  confirmingRunsMax: 6,
  growth: 2,
  isCareful: false,
};

test("a ceiling is found between the last rate that held and the first that failed", async () => {
  const { heldPerSecond, failedPerSecond, trials } = await searchCeiling(
    OPTIONS,
    async (rate) => rate <= 73_210,
  );
  assert.ok(heldPerSecond <= 73_210 && failedPerSecond > 73_210);
  assert.ok(failedPerSecond / heldPerSecond <= 1.02);
  assert.equal(trials.filter(({ perSecond }) => perSecond === heldPerSecond).length, 4);
});

test("a rate that holds briefly and fails when it is confirmed is not the ceiling", async () => {
  const ceiling = await searchCeiling(OPTIONS, async (rate, kind) =>
    kind === "confirming" ? rate <= 71_000 : rate <= 73_210,
  );
  const { heldPerSecond } = ceiling;
  assert.ok(heldPerSecond <= 71_000 && heldPerSecond > 66_000, `${heldPerSecond}`);
  assert.equal(confirmationsOf(ceiling), 3);
});

test("a ceiling is never below 0, however often its long runs fail", async () => {
  const coarse = { ...OPTIONS, resolution: 0.1, heldPerSecond: 5, failedPerSecond: 10 };
  const { heldPerSecond, trials } = await searchCeiling(coarse, async () => false);
  assert.equal(heldPerSecond, 0);
  assert.ok(trials.every(({ perSecond }) => perSecond >= 0));
});

test("what is never confirmed ends at the limit of runs, and is told as such", async () => {
  let runs = 0;
  const ceiling = await searchCeiling(OPTIONS, async (rate, kind) => {
    if (kind !== "confirming") return rate <= 73_210;
    runs++;
    return false;
  });
  assert.equal(runs, 6);
  assert.equal(confirmationsOf(ceiling), 0);
  const { heldPerSecond, failedPerSecond, trials } = ceiling;
  assert.ok(heldPerSecond < failedPerSecond);
  const tried = trials.filter(({ perSecond }) => perSecond === heldPerSecond);
  assert.ok(tried.length > 0 && tried.every(({ isHeld }) => isHeld), "held, not only reckoned");
});

test("where all that held failed in a long run, a lower rate is told, unconfirmed", async () => {
  const confirmed = new Set<number>();
  const coarse = { ...OPTIONS, resolution: 0.1 };
  const ceiling = await searchCeiling(coarse, async (rate, kind) => {
    if (kind !== "confirming") return rate <= 1100;
    const isFirst = !confirmed.has(rate);
    confirmed.add(rate);
    return isFirst && rate < 800; // Holds once, at a rate that was never tried before.
  });
  assert.ok(ceiling.heldPerSecond > 0 && ceiling.heldPerSecond < 1000, `${ceiling.heldPerSecond}`);
  assert.equal(confirmationsOf(ceiling), 0);
});

test("a target that fails at once has a low ceiling, one without fault none", async () => {
  const weak = await searchCeiling(OPTIONS, async (rate) => rate <= 300);
  assert.ok(weak.heldPerSecond <= 300 && weak.heldPerSecond > 290);
  const none = await searchCeiling(OPTIONS, async () => false);
  assert.equal(none.heldPerSecond, 0);
  const strong = await searchCeiling(OPTIONS, async () => true);
  assert.equal(strong.heldPerSecond, 10_000_000);
  assert.equal(strong.failedPerSecond, Number.POSITIVE_INFINITY);
});

test("a careful climb never goes again where a rate failed, nor far beyond what held", async () => {
  const tried: number[] = [];
  const careful = { ...OPTIONS, growth: 1.25, isCareful: true };
  const { heldPerSecond } = await searchCeiling(careful, async (perSecond) => {
    tried.push(perSecond);
    return perSecond <= 30_000;
  });
  assert.equal(tried.filter((perSecond) => perSecond > 30_000).length, 1);
  assert.ok(Math.max(...tried) <= 30_000 * 1.26);
  assert.ok(heldPerSecond > 24_000);
});

test("a second search begins between the rates of which the first one knows", async () => {
  const seen = [1000, 2000, 4000, 8000, 6000].map((perSecond) => {
    return { perSecond, isHeld: perSecond <= 4000 };
  });
  assert.deepEqual(bracketOf(seen), { heldPerSecond: 4000, failedPerSecond: 6000 });
  assert.deepEqual(bracketOf(seen.slice(0, 2)), {
    heldPerSecond: 2000,
    failedPerSecond: undefined,
  });
  const tried: number[] = [];
  const { heldPerSecond } = await searchCeiling(
    { ...OPTIONS, ...bracketOf(seen) },
    async (perSecond) => {
      tried.push(perSecond);
      return perSecond <= 4400;
    },
  );
  assert.ok(heldPerSecond <= 4400 && heldPerSecond > 4300, `${heldPerSecond}`);
  assert.ok(Math.min(...tried) > 4000 && Math.max(...tried) < 6000);
});

test("a moment that others took does not end the climb", async () => {
  const tried: number[] = [];
  const { heldPerSecond } = await searchCeiling(OPTIONS, async (perSecond) => {
    tried.push(perSecond);
    return tried.length !== 3 && perSecond <= 73_210;
  });
  assert.ok(heldPerSecond > 70_000, `${heldPerSecond}`);
});

test("a search ends where fewer answers would say nothing, and then none held", async () => {
  const options = { ...OPTIONS, floorPerSecond: 200 };
  const { heldPerSecond, failedPerSecond, trials } = await searchCeiling(
    options,
    async () => false,
  );
  assert.equal(heldPerSecond, 0);
  assert.equal(failedPerSecond, 125);
  assert.ok(trials.every(({ perSecond }) => perSecond >= 125));
});
