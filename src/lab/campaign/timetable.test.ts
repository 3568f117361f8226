import assert from "node:assert/strict";
import { test } from "node:test";
import type { TargetSpec } from "../target/target-spec.ts";
import { QUICK, WHOLE } from "./plan.ts";
import { plannedPasses, Timetable, timetableText, totalSeconds } from "./timetable.ts";

const ENGINE: TargetSpec = { text: "engine", drive: { kind: "engine", layer: "unix" } };
const VENUE: TargetSpec = { text: "venue:ouch", drive: { kind: "venue", protocol: "ouch" } };
const FOREIGN: TargetSpec = {
  text: "tcp:127.0.0.1:9000",
  drive: { kind: "record", address: { host: "127.0.0.1", port: 9000 } },
};

test("a whole campaign is planned for 22 minutes at most, and ends within 25", () => {
  for (const spec of [ENGINE, VENUE, FOREIGN]) {
    const whole = plannedPasses(WHOLE, spec, undefined);
    assert.ok(totalSeconds(whole) <= 22 * 60, timetableText(whole));
    assert.ok(totalSeconds(whole, true) <= 25 * 60, timetableText(whole));
    const quick = plannedPasses(QUICK, spec, undefined);
    assert.ok(totalSeconds(quick) <= 170, timetableText(quick));
  }
});

test("what a target has no use for is not planned", () => {
  const names = (spec: TargetSpec) => plannedPasses(QUICK, spec, undefined).map(({ name }) => name);
  assert.ok(names(ENGINE).includes("engine delayed"));
  assert.ok(!names(ENGINE).includes("storage on tmpfs"), "it keeps no data");
  assert.ok(names(VENUE).includes("storage on tmpfs"));
  const foreign = names(FOREIGN);
  for (const name of ["engine alone", "engine delayed", "next lower layer"] as const) {
    assert.ok(!foreign.includes(name), name);
  }
});

test("what is left of a campaign is what its passes have not begun", () => {
  const passes = plannedPasses(QUICK, ENGINE, ["calibration", "sampling", "off-CPU"]);
  const timetable = new Timetable(passes);
  assert.equal(timetable.leftSeconds(), totalSeconds(passes));
  timetable.begin("sampling");
  const [, sampling, offCpu] = passes;
  const left = timetable.leftSeconds();
  assert.ok(left > offCpu.seconds && left <= sampling.seconds + offCpu.seconds);
  timetable.begin("storage on tmpfs");
  assert.ok(timetable.leftSeconds() <= left, "one that was not planned takes nothing");
  assert.match(
    timetableText(passes),
    /^planned: \d+ s: calibration \d+ s, sampling \d+ s, off-CPU/,
  );
});
