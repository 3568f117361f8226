import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessReading } from "../../watch/process-reading.ts";
import { noSamplesText } from "./sampling.ts";

function reading(seconds: number, runNanos: number): ProcessReading {
  const thread = { tid: 7, name: "engine", runNanos, waitNanos: 0, voluntary: 0, involuntary: 0 };
  return {
    atNanos: seconds * 1e9,
    threads: [thread],
    userTicks: 0,
    systemTicks: 0,
    realTimePriority: 0,
    residentBytes: 0,
    majorFaults: 0,
  };
}

test("why there are no samples: nobody there, gone, idle, or something of perf's", () => {
  const of = (before: ProcessReading | undefined, after: ProcessReading | undefined) =>
    noSamplesText("perf gave no samples: no access", 7, before, after);
  const start = reading(0, 1e9);
  assert.match(of(undefined, undefined), /process 7 is not there$/);
  assert.match(of(start, undefined), /process 7 is gone$/);
  assert.match(
    of(start, reading(4, 1.001e9)),
    /ran for 1\.00 ms of 4\.00 s, .*another process does/,
  );
  assert.match(of(start, reading(4, 3e9)), /no access; process 7 ran for 2\.00 s meanwhile$/);
});
