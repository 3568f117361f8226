// A dose of `npm run hostile`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HOSTILE_INPUTS } from "../dose.ts";
import { feedHostile, GROWTH_MEGABYTES_MAX } from "./hostile-run.ts";
import { TARGETS } from "./targets.ts";

for (const target of Object.keys(TARGETS)) {
  test(`whatever is done to valid traffic, ${target} still serves`, async () => {
    const seed = Number(process.env["SEED"] ?? 20_261_128);
    const result = await feedHostile({ target, inputs: HOSTILE_INPUTS, seed });
    assert.ok(result.serves, `seed ${seed}`);
    assert.equal(result.silent, 0, `sessions that ended without a word, seed ${seed}`);
    assert.ok(result.growthMegabytes <= GROWTH_MEGABYTES_MAX, JSON.stringify(result));
  });
}
