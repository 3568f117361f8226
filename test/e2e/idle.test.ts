// Idle connections to a whole exchange in a process of its own: a dose of `outcry bench idle`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { benchIdleConnections } from "../../src/lab/bench/idle-bench.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** 1,000 of them are to cost less than 100 MB. */
const KILOBYTES_EACH_MAX = 100;

test("idle connections are held, and cost less than 100 kB each", async () => {
  const options = { protocol: "websocket", connections: 300, seconds: 1 } as const;
  const { held, kilobytesEach } = await benchIdleConnections(options, MAIN);
  assert.equal(held, 300);
  assert.ok(kilobytesEach < KILOBYTES_EACH_MAX, `found ${kilobytesEach}`);
});
