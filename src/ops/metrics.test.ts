import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "./metrics.ts";

test("a scrape reads counters and gauges as they are at that moment", async () => {
  const metrics = Metrics.ofProcess();
  let resting = 2;
  let accepted = 5;
  metrics.gauge("orders_resting", "orders on the books", () => resting);
  metrics.counter("orders_total", "orders", ["outcome"], () => [
    { labels: { outcome: "accepted" }, count: accepted },
  ]);
  const observe = metrics.histogram("ack_seconds", "from request to answer", [0.001, 0.01]);
  observe(0.005);

  await metrics.render();
  resting = 3;
  accepted = 9;
  const page = await metrics.render();
  assert.match(page, /^orders_resting 3$/m);
  assert.match(page, /^orders_total\{outcome="accepted"\} 9$/m);
  assert.match(page, /^ack_seconds_bucket\{le="0\.001"\} 0$/m);
  assert.match(page, /^ack_seconds_bucket\{le="0\.01"\} 1$/m);
  assert.match(page, /^process_cpu_seconds_total /m);
});
