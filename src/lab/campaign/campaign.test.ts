// Campaigns of a few passes, on servers of a known fault and within a limit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startFaultyServer } from "../load/faulty-server-for-test.ts";
import { ANSWER_LOTS_WORD } from "../load/lab-record.ts";
import { reportMarkdown } from "../report/report.ts";
import { type CampaignOptions, runCampaign } from "./campaign.ts";
import { SLO_NANOS } from "./plan.ts";

const QUICKLY: Omit<CampaignOptions, "spec"> = {
  isQuick: true,
  sampleSeconds: undefined,
  seed: 1,
  sloNanos: SLO_NANOS,
  connections: 1,
  threads: 1,
  limitPerSecond: undefined,
  p99NanosMax: undefined,
  health: undefined,
  nullLoad: false,
  only: undefined,
  command: "outcry lab ceiling",
  signal: new AbortController().signal,
  tell: () => undefined,
};

test("the first wrong answer ends the campaign, is told, and V8 has failed", async () => {
  const server = await startFaultyServer((answer, count) => {
    if (count === 1500) answer[ANSWER_LOTS_WORD] ^= 1;
    return [answer];
  });
  const { drive } = server;
  assert.ok(drive.kind === "record" && "port" in drive.address);
  const { host, port } = drive.address;
  const text = `tcp:${host}:${port}`;
  const run = await runCampaign({
    ...QUICKLY,
    spec: { text, drive: { kind: "record", address: { host, port } } },
    only: ["ceilings", "sustained run", "rate sweep", "scaling over connections"],
  });
  server.close();
  const last = run.trials?.at(-1);
  assert.equal(last?.wrong, 1, "no load after the one with the wrong answer");
  assert.match(last.firstWrong, /^command \d+ of the lap \(.*\): expected .*, found .*/);
  assert.equal(last.isHeld, false);
  assert.ok(run.trials?.slice(0, -1).every(({ wrong }) => wrong === 0));
  assert.equal(run.wrongAnswer?.pass, "ceilings");
  assert.deepEqual(
    [run.ceilingMax, run.sustained, run.sweep, run.scaling],
    [undefined, undefined, [], []],
  );
  const report = reportMarkdown(run, "engine");
  assert.match(report, /validity \| INVALID: V8 \(not: the answers were right\)/);
  assert.match(
    report,
    /\| V8 \| .* \*\*FAILED\*\* \| ceilings: 1 of \d+ answers were wrong, .*command/,
  );
});

test("no load is planned beyond the rate that is the most, the sweep's neither", async () => {
  const limitPerSecond = 300;
  const run = await runCampaign({
    ...QUICKLY,
    limitPerSecond,
    spec: { text: "engine:inprocess", drive: { kind: "engine", layer: "inprocess" } },
    only: ["ceilings", "rate sweep"],
  });
  const rates = run.sweep.map(({ load }) => load.options.pace);
  const told = rates.map((pace) => (pace.kind === "open" ? pace.perSecond : Number.NaN));
  assert.ok(told.length > 0 && told.every((perSecond) => perSecond <= limitPerSecond), `${told}`);
  assert.ok(run.trials?.every(({ perSecond }) => perSecond <= limitPerSecond));
});
