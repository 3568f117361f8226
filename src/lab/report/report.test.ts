import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { RunFile } from "../campaign/run-file.ts";
import { sampleLoad } from "../verdict/sample-load-for-test.ts";
import { sampleRun } from "../verdict/sample-run-for-test.ts";
import { filesOf, readRun, writeReport, writeRun } from "./write-report.ts";

/** On a starved machine a layer may answer nothing in its time. */
const SILENT_LAYER = {
  layer: "engine:ring",
  medianNanos: undefined,
  nullMedianNanos: undefined,
  cpuNanos: undefined,
  nullCpuNanos: undefined,
  transportShare: undefined,
  wakeUpsPerOrder: undefined,
  achievedPerSecond: 0,
  nullKind: "none",
};

const RUN = servedRun();
const FILES = filesOf(RUN, "engine");

/** A campaign on a server of 20 us an order. */
function servedRun(): RunFile {
  const at = (perSecond: number) => sampleLoad({ perSecond, serviceNanos: 20_000, seconds: 1 });
  return {
    ...sampleRun({ utilization: 1 }),
    sustained: sampleLoad({ perSecond: 30_000, serviceNanos: 20_000, seconds: 2 }),
    ceilingMax: { heldPerSecond: 49_000, failedPerSecond: 50_000, trials: [] },
    ceilingSlo: { heldPerSecond: 48_000, failedPerSecond: Number.POSITIVE_INFINITY, trials: [] },
    engineAlone: { value: 400, low: 390, high: 420, n: 100 },
    sweep: [5000, 20_000, 35_000, 45_000, 55_000].map(at),
    scaling: [1, 2, 3, 4, 6, 8, 12, 16].map((n) => ({ n, perSecond: (9000 * n) / (1 + 0.2 * n) })),
    layers: [SILENT_LAYER],
    profile: {
      source: "a sampler",
      unit: "samples",
      samples: 100,
      named: 98,
      folded: "main;match book/books.js:96_[j] 60\nmain;(garbage collector)_[g] 40\n",
      observedPerSecond: 97,
      cleanPerSecond: 100,
      notes: [],
    },
    books: [
      { restingOrders: 300, nanosPerOrder: { value: 400, low: 390, high: 410, n: 9 } },
      { restingOrders: 100_000, nanosPerOrder: { value: 900, low: 800, high: 990, n: 9 } },
    ],
    missing: [{ what: "off-CPU", why: "no tracepoints on this host" }],
    passes: [{ name: "sustained run", seconds: 2 }],
  };
}

test("the report is a function of run.json, to the byte, also after a way through a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-report-"));
  try {
    const again = readRun(writeRun(RUN, folder, "engine"));
    assert.deepEqual(filesOf(again, "engine"), FILES);
    const names = writeReport(RUN, folder, "engine").map((path) => path.slice(folder.length + 1));
    assert.ok(
      names.includes("engine-profile-report.md") && names.includes("engine-flamegraph.svg"),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the report answers the questions by name", () => {
  const report = FILES["engine-profile-report.md"];
  assert.match(report, /over 100,000 orders a second\? \| no: 49\.0 k\/s/);
  assert.match(report, /946 orders\/s baseline \| 52 times/);
  assert.match(report, /largest book to smallest: 2\.25 times/);
  assert.match(report, /`match book\/books\.js:96` 60\.0 %/);
  assert.match(report, /at least 48\.0 k\/s \(the limit of the search\)/);
});

test("what is missing is named with its reason, and no number stands in for it", () => {
  const report = FILES["engine-profile-report.md"];
  assert.match(report, /- off-CPU: no tracepoints on this host/);
  assert.match(report, /hardware counters: not available on this host/i);
  assert.match(report, /\| engine:ring \| not available \| not available \|/);
  assert.doesNotMatch(report, /NaN|undefined|Infinity/);
});

test("what a wake-up costs is a line through the sweep, or is said not to be resolvable", () => {
  const report = FILES["engine-profile-report.md"];
  assert.match(report, /Over the 5 rates of the sweep .* a = .*, w = .* a wake-up/);
  const few = filesOf({ ...RUN, sweep: RUN.sweep.slice(0, 3) }, "engine");
  assert.match(few["engine-profile-report.md"], /Cost of a wake-up: not available/);
});

test("what a function could give is told of the engine and end to end", () => {
  const report = FILES["engine-profile-report.md"];
  assert.match(
    report,
    /\| `match book\/books\.js:96` \| js \| 60\.0 % .*\| not told \/ not told \|/,
  );
  const [silent] = RUN.layers;
  const share = { value: 0.2, low: 0.2, high: 0.2, n: 8 };
  const layers = [{ ...silent, layer: "engine:unix", transportShare: share }];
  const told = filesOf({ ...RUN, layers }, "engine")["engine-profile-report.md"];
  assert.match(told, /\| `match book\/books\.js:96` .*\| \d\.\d\d to \d\.\d\d \/ .*\| \d\.\d\d to/);
});

test("kinds of code that perf saw stand beside the names, with their intervals", () => {
  const kinds = {
    "compiled JavaScript": 50,
    "V8's built-ins and interpreter": 20,
    "garbage collection": 10,
    "other native code": 10,
    kernel: 10,
  };
  assert.ok(RUN.profile);
  const run = { ...RUN, profile: { ...RUN.profile, codeKinds: kinds } };
  const report = filesOf(run, "engine")["engine-profile-report.md"];
  assert.match(
    report,
    /n = 100, .*: compiled JavaScript 50\.0 % \[.*kernel 10\.0 % \[5\.5, 17\.4\]/,
  );
});

const TOLD = { value: 1.42, low: 1.31, high: 1.5, n: 6 };

test("what was changed on purpose is told with its interval, what was not tried is named", () => {
  const run: RunFile = {
    ...RUN,
    quotaElasticity: 0.95,
    tmpfs: {
      ...{ disk: "/tmp", tmpfs: "/dev/shm", rateGain: TOLD },
      responseBought: { value: 0.4, low: 0.35, high: 0.5, n: 6 },
      diskMedianNanos: { value: 5e5, low: 4e5, high: 6e5, n: 6 },
      diskPerSecond: { value: 30_000, low: 29_000, high: 31_000, n: 6 },
    },
    neighbor: { costRatio: TOLD, rateRatio: TOLD, spinningNanos: TOLD, cores: 2 },
    lowerLayer: { layer: "engine:ring", gain: TOLD, perSecond: TOLD },
    cause: {
      points: [0, 500].map((delayNanos) => ({
        delayNanos,
        nanosPerOrder: { value: 800 + delayNanos, low: 700, high: 1400, n: 6 },
      })),
      slope: { value: 1, low: 0.9, high: 1.1, n: 6 },
      cpuSlope: undefined,
    },
  };
  const report = filesOf(run, "engine")["engine-profile-report.md"];
  assert.match(
    report,
    /data in \/dev\/shm instead of \/tmp \| rate .* 1\.42 times \[1\.31, 1\.50\]/,
  );
  assert.match(report, /it buys 40\.0 % \[35\.0, 50\.0\] of the response/);
  assert.match(
    report,
    /instead of one that spins .* with 2 cores the neighbor takes a core's time/,
  );
  assert.match(report, /the next lower layer, engine:ring \| rate .* 1\.42 times/);
  assert.match(report, /is \*\*on the critical path\*\*.* adds 1\.00 \[0\.90, 1\.10\]/);
  // The engine takes 400 of the 800 ns between answers: free, 800 / (800 - 0.9 x 400) times and up.
  assert.match(report, /would raise the rate 1\.82 to 2\.22 times/);
  assert.doesNotMatch(report, /NaN|undefined|Infinity/);
  const untried = FILES["engine-profile-report.md"];
  for (const what of ["half a core", "storage on tmpfs", "the next lower layer"]) {
    assert.match(untried, new RegExp(`\\| ${what} \\| not available`));
  }
  assert.match(untried, /delays injected into the engine: not available/);
});

test("off the processor times are told, else counts and why; sync and write beside", () => {
  const switches = { command: "perf", switches: 20, byState: { S: 15, D: 5 }, futexShare: 0.1 };
  const of = (run: Partial<RunFile>) =>
    filesOf({ ...RUN, ...run }, "engine")["engine-profile-report.md"];
  const counted = of({ offCpu: { ...switches, folded: "main;state S 20\n", untimedWhy: "old" } });
  assert.match(counted, /S 75\.0 %, D 25\.0 % .* Counted, not weighed by time: old\./);
  assert.match(counted, /Sync and write: not available/);
  const timed = { nanosByState: { S: 1e8, D: 9e8 }, futexShare: 0, deviceShare: 0.6 };
  const told = of({
    offCpu: {
      ...switches,
      timed,
      coreWaitNanos: 2e6,
      folded:
        "main;state D 900000\nmain;nap;nanosleep;state S 100000\nmain;accept;state S 5000000\n",
    },
    storage: {
      command: "perf",
      calls: { fdatasync: { count: 4, nanos: 2e6 } },
      shareOfResponse: { value: 0.5, low: 0.45, high: 0.55, n: 20 },
      ...{ tracedMedianNanos: 4e5, cleanMedianNanos: 3e5 },
    },
  });
  assert.match(told, /by time: D 90\.0 %, S 10\.0 % .*waiting for a device 60\.0 %/);
  assert.match(told, /waited 2\.00 ms for a core/);
  assert.match(told, /largest waits, 1\.00 s in all, .*for requests \(5\.00 s\) left out/);
  assert.match(told, /\*\*Waits \(sleeps\)\*\*: 10\.0 % of it .* `main > nap > nanosleep`/);
  assert.match(told, /50\.0 % \[45\.0, 55\.0\] at most .*fdatasync 4 times, 500(\.0)? us each/);
});

test("a run of a version before is read as it is, one of another is refused by name", () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-report-"));
  try {
    for (const version of [2, 3]) {
      assert.equal(readRun(writeRun({ ...RUN, version }, folder, "old")).version, version);
    }
    const newer = writeRun({ ...RUN, version: 99 }, folder, "newer");
    assert.throws(() => readRun(newer), /expected a run of version 2 to 4, found 99/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what a TLB's misses add to a load is told where it was calibrated", () => {
  const estimate = { value: 1, low: 1, high: 1, n: 9 };
  const calibration = {
    clockNanos: 50,
    systemCallNanos: 700,
    wakeUpPairNanos: estimate,
    timerLateNanos: estimate,
    loads: [{ bytes: 16_384, nanos: 1.5 }],
    mispredictNanos: 7,
    addNanos: 0.3,
    noise: estimate,
  };
  const pages = [{ pages: 8192, besideNanos: 5.1, apartNanos: 62.3 }];
  const of = (run: RunFile) => filesOf(run, "engine")["engine-profile-report.md"];
  assert.match(
    of({ ...RUN, calibration: { ...calibration, pages } }),
    /TLB\): 8192 lines 57\.2 ns/,
  );
  assert.doesNotMatch(of({ ...RUN, calibration }), /TLB/);
});

test("every link of the report leads to a file beside it", () => {
  const report = FILES["engine-profile-report.md"];
  for (const [, link] of report.matchAll(/\]\(([^)]+)\)/g)) assert.ok(link in FILES, link);
});

test("beside an earlier run the differences are told, and no verdict is given", () => {
  const { profile } = RUN;
  assert.ok(profile);
  const folded = "main;match book/books.js:90_[j] 30\nmain;(garbage collector)_[g] 50\nmain;x 20\n";
  const before: RunFile = {
    ...RUN,
    startedAt: "2026-11-26T12:00:00.000Z",
    seed: 2,
    ceilingMax: { heldPerSecond: 70_000, failedPerSecond: 71_000, trials: [] },
    profile: { ...profile, folded },
  };
  const files = filesOf(RUN, "engine", before);
  const report = files["engine-profile-report.md"];
  const section = report.slice(report.indexOf("## Before and after")).split("\n## ")[0];
  assert.match(section, /C_max held \| 70\.0 k\/s \| 49\.0 k\/s \| 0\.700/);
  assert.match(section, /differ also in: seed \(`2`, then `1`\)/);
  assert.match(section, /no verdict is given/);
  assert.doesNotMatch(section, /IMPROVED|REGRESSED|EQUIVALENT/);
  assert.match(section, /`match book\/books\.js` \| 6003\.7 \| 12007\.4 \| \+6003\.7/);
  assert.match(section, /Only before: `x` 4002\.5/);
  assert.match(files["engine-differential.svg"], /more"><title>match book\/books\.js/);
});

test("times of runs at two rates are not compared, those with the same in flight are", () => {
  const sectionOf = (after: RunFile, before: RunFile): string => {
    const report = filesOf(after, "engine", before)["engine-profile-report.md"];
    return report.slice(report.indexOf("## Before and after")).split("\n## ")[0];
  };
  const slow = sampleLoad({ perSecond: 3000, serviceNanos: 20_000, seconds: 2 });
  const told = sectionOf(RUN, { ...RUN, sustained: slow });
  const apart = "not comparable: sustained at \\d+/s and 30\\.\\d k/s";
  for (const what of ["p50 of it", "p99 of it", "processor time an order in it"]) {
    assert.match(told, new RegExp(`${what} \\| .* \\| .* \\| ${apart}`));
  }
  assert.match(told, new RegExp(`in % of the samples .*; an order's times are ${apart}`));
  const layered = (nanos: number): RunFile => {
    const cpuNanos = { value: nanos, low: nanos, high: nanos, n: 9 };
    return { ...RUN, layers: [{ ...SILENT_LAYER, layer: "engine:unix", cpuNanos }] };
  };
  const saturated = sectionOf(layered(1000), { ...layered(500), sustained: slow });
  assert.match(saturated, /512 in flight \(layers\) \| 500 ns \| 1\.00 us \| 2\.000/);
  assert.match(saturated, /in ns an order/);
  assert.match(saturated, /`match book\/books\.js` \| 300\.0 \| 600\.0 \| \+300\.0/);
});

test("without an earlier run the report says how to name one", () => {
  assert.match(
    FILES["engine-profile-report.md"],
    /report engine-run\.json --before OTHER-run\.json/,
  );
});

test("plots are well-formed, and carry colors for light and dark paper", () => {
  for (const [name, text] of Object.entries(FILES)) {
    if (!name.endsWith(".svg")) continue;
    assert.match(text, /prefers-color-scheme:dark/, name);
    assert.doesNotMatch(text, /NaN|undefined/, name);
    assert.equal(text.match(/<g[ >]/g)?.length, text.match(/<\/g>/g)?.length, name);
  }
});
