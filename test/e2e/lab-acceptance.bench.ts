// The laboratory on real processes whose answer is known: a frozen server, a capped generator, and
// compiled servers of one bottleneck each. Minutes, and a machine with little else to do:
//   node test/e2e/lab-acceptance.bench.ts
// One line a fixture: expected, found, ok or WRONG. Exit code 1 when one is wrong.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { runCampaign } from "../../src/lab/campaign/campaign.ts";
import { SLO_NANOS } from "../../src/lab/campaign/plan.ts";
import type { LoadOptions } from "../../src/lab/load/load-options.ts";
import { USUAL_MIX } from "../../src/lab/load/mix.ts";
import { runLoad } from "../../src/lab/load/run-load.ts";
import { LatencyHistogram } from "../../src/lab/statistics/latency-histogram.ts";
import { startTarget } from "../../src/lab/target/target.ts";
import { parseDrive, type TargetSpec } from "../../src/lab/target/target-spec.ts";
import { bottlenecksOf, decide } from "../../src/lab/verdict/decision.ts";
import { evidenceOf } from "../../src/lab/verdict/evidence.ts";
import { GENERATOR_BOUND, gatesOf } from "../../src/lab/verdict/validity.ts";
import { runWatchedLoad } from "../../src/lab/watch/watched-load.ts";

const FREEZE_SECONDS = 0.5;
const WINDOW_SECONDS = 4;

const LOAD: Omit<LoadOptions, "drive"> = {
  lap: { kind: "mix", mix: { ...USUAL_MIX, commands: 20_000 } },
  pace: { kind: "open", shape: "poisson", perSecond: 9000, burstSize: 1 },
  connections: 1,
  threads: 1,
  warmUpSeconds: 1,
  seconds: WINDOW_SECONDS,
  seed: 1,
};

/** A freeze F in a window T with steady arrivals: p_q = F - (1 - q) T. */
const ANALYTIC_P99_SECONDS = FREEZE_SECONDS - 0.01 * WINDOW_SECONDS;

const BOTTLENECKS: readonly (readonly [work: string, expected: RegExp])[] = [
  ["alu", /CPU-bound/],
  ["branch", /CPU-bound/],
  ["chase 24", /CPU-bound/],
  ["lock", /lock-bound/],
  ["fsync", /I\/O-bound/],
  ["mixed", /UNDECIDED/],
];

let wrong = 0;

function tell(fixture: string, expected: string, found: string, isRight: boolean): void {
  if (!isRight) wrong++;
  console.log(`${isRight ? "ok   " : "WRONG"} ${fixture}: expected ${expected}, found ${found}`);
}

function specOf(text: string, command?: string): TargetSpec {
  const drive = parseDrive(text);
  if (drive === undefined) throw new Error(`${text} is no target`);
  return { text, drive, command };
}

/** p99 in seconds of a load during which the target stands still for FREEZE_SECONDS. */
async function p99WhileFrozen(pace: LoadOptions["pace"]): Promise<number> {
  const target = await startTarget(specOf("engine:unix"));
  const { pid } = target;
  if (pid === undefined) throw new Error("the engine has a process");
  const freeze = async (): Promise<void> => {
    await wait(1000);
    process.kill(pid, "SIGSTOP");
    await wait(FREEZE_SECONDS * 1000);
    process.kill(pid, "SIGCONT");
  };
  let frozen: Promise<void> | undefined;
  const onWindowStart = (): void => {
    frozen = freeze();
  };
  const result = await runLoad({ ...LOAD, pace, drive: target.drive }, { onWindowStart });
  await frozen;
  await target.stop();
  return LatencyHistogram.fromRecord(result.response).percentile(0.99) / 1e9;
}

async function checkFreeze(): Promise<void> {
  const open = await p99WhileFrozen(LOAD.pace);
  const isNear = Math.abs(open / ANALYTIC_P99_SECONDS - 1) <= 0.1;
  tell(
    "freeze, open loop",
    `${ANALYTIC_P99_SECONDS} s within 10 %`,
    `${open.toFixed(3)} s`,
    isNear,
  );
  const closed = await p99WhileFrozen({ kind: "closed", inFlight: 1 });
  tell("freeze, closed loop", "under 10 ms", `${(closed * 1000).toFixed(2)} ms`, closed < 0.01);
}

async function checkCap(): Promise<void> {
  const target = await startTarget(specOf("engine:unix"));
  const options = { ...LOAD, capPerSecond: 4500, drive: target.drive };
  const gates = gatesOf(await runWatchedLoad(options, target.pid), 50);
  await target.stop();
  const found = gates.find(({ id }) => id === "V2")?.found ?? "";
  tell("capped generator", GENERATOR_BOUND, found, found.startsWith(GENERATOR_BOUND));
}

async function checkBottleneck(server: string, work: string, expected: RegExp): Promise<void> {
  const path = `${server}.sock`;
  const run = await runCampaign({
    spec: specOf(`unix:${path}`, `${server} ${work} ${path}`),
    isQuick: true,
    seed: 1,
    sloNanos: SLO_NANOS,
    connections: 1,
    threads: 1,
    limitPerSecond: undefined,
    p99NanosMax: undefined,
    health: undefined,
    nullLoad: true,
    only: ["capabilities", "calibration", "ceilings", "sustained run", "rate sweep", "off-CPU"],
    command: work,
    signal: new AbortController().signal,
    tell: () => undefined,
  });
  const found = bottlenecksOf(decide(evidenceOf(run)));
  tell(`work-server ${work}`, String(expected), found, expected.test(found));
}

async function main(): Promise<void> {
  await checkFreeze();
  await checkCap();
  const folder = mkdtempSync(join(tmpdir(), "outcry-fixtures-"));
  try {
    const server = join(folder, "work-server");
    const source = new URL("../fixtures/engines/work-server.cpp", import.meta.url).pathname;
    execFileSync("g++", ["-O2", "-g", "-std=c++17", "-pthread", "-o", server, source]);
    for (const [work, expected] of BOTTLENECKS) await checkBottleneck(server, work, expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
process.exitCode = wrong === 0 ? 0 : 1;
