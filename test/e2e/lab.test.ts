// The laboratory on a compiled order-matching server that it must neither change nor disturb.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { LoadOptions } from "../../src/lab/load/load-options.ts";
import { USUAL_MIX } from "../../src/lab/load/mix.ts";
import { startTarget, type Target } from "../../src/lab/target/target.ts";
import { parseDrive, type TargetSpec } from "../../src/lab/target/target-spec.ts";
import { runWatchedLoad } from "../../src/lab/watch/watched-load.ts";

const LOAD: Omit<LoadOptions, "drive"> = {
  lap: { kind: "mix", mix: { ...USUAL_MIX, commands: 2000 } },
  pace: { kind: "open", shape: "poisson", perSecond: 1000, burstSize: 1 },
  connections: 1,
  threads: 1,
  warmUpSeconds: 0.3,
  seconds: 0.5,
  seed: 1,
  drainSeconds: 60,
};

const folder = mkdtempSync(join(tmpdir(), "outcry-lab-e2e-"));
const server = join(folder, "order-server");
const hasCompiler = isThere("g++");
const SKIP = hasCompiler ? false : "g++ is missing: apt-get install g++";

function isThere(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

before(() => {
  if (!hasCompiler) return;
  const source = new URL("../fixtures/engines/order-server.cpp", import.meta.url).pathname;
  execFileSync("g++", ["-O1", "-g", "-std=c++17", "-o", server, source]);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function specOf(text: string, command?: string): TargetSpec {
  const drive = parseDrive(text);
  assert.ok(drive !== undefined, text);
  return { text, drive, command };
}

async function withTarget(spec: TargetSpec, use: (target: Target) => Promise<void>): Promise<void> {
  const target = await startTarget(spec);
  try {
    await use(target);
  } finally {
    await target.stop();
  }
}

test("a compiled engine is driven and watched as it is, and is the same afterwards", {
  skip: SKIP,
}, async () => {
  const path = join(folder, "engine.sock");
  const hash = () => createHash("sha256").update(readFileSync(server)).digest("hex");
  const hashBefore = hash();
  await withTarget(specOf(`unix:${path}`, `${server} unix ${path}`), async (target) => {
    const { pid } = target;
    assert.ok(pid !== undefined);
    const statusBefore = signalsOf(pid);
    const watched = await runWatchedLoad({ ...LOAD, drive: target.drive }, pid);
    assert.equal(watched.load.wrong, 0, watched.load.firstWrong);
    assert.ok(watched.usage !== undefined && watched.usage.runNanos > 0);
    assert.equal(hash(), hashBefore);
    assert.deepEqual(signalsOf(pid), statusBefore);
    assert.deepEqual(readFileSync(`/proc/${pid}/comm`, "utf8"), "order-server\n");
  });
});

/** Signals pending and caught, and who traces: what a lab that meddles would change. */
function signalsOf(pid: number): (string | undefined)[] {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1];
  return ["SigPnd", "ShdPnd", "SigCgt", "TracerPid"].map(field);
}
