// Do no harm: an engine that somebody uses while the laboratory climbs and samples.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCampaign } from "../../src/lab/campaign/campaign.ts";
import { quickOptions } from "../../src/lab/campaign/quick-options-for-test.ts";
import { RECORD_BYTES } from "../../src/lab/load/lab-record.ts";
import { LAP_NULL } from "../../src/lab/load/lap.ts";
import { startTarget } from "../../src/lab/target/target.ts";
import { LIVE_RATE_MAX, SAMPLE_SECONDS } from "../dose.ts";
import { compiledEngine, NO_COMPILER } from "./compiled-for-test.ts";
import { specOf } from "./lab-campaign-for-test.ts";
import { lookOf } from "./untouched-for-test.ts";

const BUDGET_NANOS = 50e6;
const WORKS = new URL("../fixtures/engines/work-server.ts", import.meta.url).pathname;
const ASK_MILLIS = 5;

const folder = mkdtempSync(join(tmpdir(), "outcry-lab-live-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const NO_PERF =
  spawnSync("perf", ["--version"]).error === undefined
    ? false
    : "perf is missing: apt-get install linux-perf";

/** Asks for nothing, two hundred times a second, and notes how long each answer took. */
async function startCustomer(path: string) {
  const socket = connect({ path });
  await once(socket, "connect");
  const asked: number[] = [];
  const millis: number[] = [];
  let receivedBytes = 0;
  socket.on("data", (chunk) => {
    receivedBytes += chunk.length;
    while (millis.length < Math.floor(receivedBytes / RECORD_BYTES)) {
      millis.push(performance.now() - asked[millis.length]);
    }
  });
  const request = Buffer.alloc(RECORD_BYTES);
  request[4] = LAP_NULL;
  const timer = setInterval(() => {
    asked.push(performance.now());
    socket.write(request);
  }, ASK_MILLIS);
  return {
    async end(): Promise<{ p99Nanos: number; unanswered: number; count: number }> {
      clearInterval(timer);
      while (millis.length < asked.length) await once(socket, "data");
      socket.destroy();
      const sorted = millis.toSorted((a, b) => a - b);
      const p99Nanos = (sorted[Math.floor(sorted.length * 0.99)] ?? 0) * 1e6;
      return { p99Nanos, unanswered: asked.length - millis.length, count: millis.length };
    },
  };
}

test("the climb and the samples leave an engine in use within its budget, or stop", {
  skip: NO_COMPILER || NO_PERF,
  timeout: 180_000,
}, async (t) => {
  const path = join(folder, "live.sock");
  const live = spawn(compiledEngine("order-server"), ["unix", path], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { pid } = live;
  assert.ok(pid !== undefined);
  try {
    await once(live.stdout, "data");
    const look = lookOf(pid);
    const customer = await startCustomer(path);
    const run = await runCampaign({
      ...quickOptions({ ...specOf(`unix:${path}`), pid }),
      sampleSeconds: SAMPLE_SECONDS,
      limitPerSecond: LIVE_RATE_MAX,
      p99NanosMax: BUDGET_NANOS,
      only: ["capabilities", "ceilings", "sampling"],
    });
    const { p99Nanos, unanswered, count } = await customer.end();
    const trials = [...(run.ceilingMax?.trials ?? []), ...(run.ceilingSlo?.trials ?? [])];
    const isStopped = trials.some(({ isHeld }) => !isHeld);
    t.diagnostic(
      `customer p99 ${(p99Nanos / 1e6).toFixed(2)} ms of ${count}, stopped: ${isStopped}`,
    );
    assert.equal(unanswered, 0);
    assert.ok(count > 500);
    assert.ok(p99Nanos <= BUDGET_NANOS || isStopped, `${p99Nanos} ns`);
    assert.ok(trials.length > 0 && trials.every(({ perSecond }) => perSecond <= LIVE_RATE_MAX));
    assert.ok(run.profile !== undefined && run.profile.samples > 0, JSON.stringify(run.missing));
    assert.ok(
      run.profile.observedPerSecond <= LIVE_RATE_MAX * 1.2,
      "no closed loop beside a customer",
    );
    assert.deepEqual(lookOf(pid), look);
    assert.equal(live.exitCode ?? live.signalCode, null);
  } finally {
    live.kill();
  }
});

test("an engine that is slower than its budget is asked little and no faster", async () => {
  const path = join(folder, "slow.sock");
  const spec = specOf(`unix:${path}`, `${process.execPath} ${WORKS} slow ${path}`);
  const target = await startTarget(spec);
  try {
    const run = await runCampaign({
      ...quickOptions({ text: spec.text, drive: spec.drive, pid: target.pid }),
      p99NanosMax: 2e6,
      only: ["ceilings", "sustained run", "rate sweep"],
    });
    assert.equal(run.ceilingMax?.heldPerSecond, 0);
    assert.deepEqual(run.ceilingMax?.trials, [
      { perSecond: 1000, isHeld: false, kind: "narrowing" },
    ]);
    assert.equal(run.sustained, undefined);
    assert.deepEqual(run.sweep, []);
  } finally {
    await target.stop();
  }
});
