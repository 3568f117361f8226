import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { ownShareOf, type ProcessReading, readFamily, readProcess } from "./process-reading.ts";
import { usageBetween } from "./process-usage.ts";

const skip = existsSync("/proc/self/schedstat") ? false : "/proc is missing: Linux has it";

const SPIN = "const end = Date.now() + 300; while (Date.now() < end);";
/** A gateway that does nothing, before a worker that has calculated and stays. */
const GATEWAY = `
  const worker = require("node:child_process").spawn(process.execPath, ["-e", \`
    ${SPIN}
    console.log("done");
    setInterval(() => undefined, 1000);
  \`], { stdio: ["ignore", "inherit", "ignore"] });
  process.on("SIGTERM", () => { worker.kill("SIGKILL"); process.exit(); });
`;

async function started(code: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  return child;
}

test("what a worker runs is its gateway's, which alone would seem to be idle", {
  skip,
}, async () => {
  const gateway = await started(GATEWAY);
  try {
    const pid = Number(gateway.pid);
    const runOf = (reading: ProcessReading | undefined): number =>
      reading?.threads.reduce((sum, { runNanos }) => sum + runNanos, 0) ?? 0;
    const own = readProcess(pid);
    const all = readFamily(pid);
    assert.ok(runOf(all) > runOf(own) * 1.1, `${runOf(all)} ns of all, ${runOf(own)} ns its own`);
    assert.ok(Number(all?.residentBytes) > Number(own?.residentBytes));
    assert.ok(ownShareOf(pid) < 0.9);
  } finally {
    gateway.kill();
    await once(gateway, "exit");
  }
});

const THREAD = { tid: 1, name: "main", waitNanos: 0, voluntary: 0, involuntary: 0 };
const reading = (seconds: number, ticks: number, runNanos: number): ProcessReading => ({
  atNanos: seconds * 1e9,
  threads: [{ ...THREAD, runNanos }],
  userTicks: ticks,
  systemTicks: 0,
  realTimePriority: 0,
  residentBytes: 1,
  majorFaults: 0,
});

test("what threads ran that ended meanwhile is used, and told apart", () => {
  const usage = usageBetween(reading(0, 100, 1e9), reading(1, 195, 1.05e9));
  assert.equal(usage.runNanos, 0.95e9);
  assert.equal(usage.endedNanos, 0.9e9);
  const living = usageBetween(reading(0, 100, 1e9), reading(1, 197, 1.95e9));
  assert.deepEqual([living.runNanos, living.endedNanos], [0.95e9, 0], "ticks are coarse");
});
