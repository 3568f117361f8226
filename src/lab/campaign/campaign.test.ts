// Campaigns of a few passes, on servers of a known fault and within a limit.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startFaultyServer } from "../load/faulty-server-for-test.ts";
import { ANSWER_LOTS_WORD } from "../load/lab-record.ts";
import type { LoadOptions } from "../load/load-options.ts";
import { reportMarkdown } from "../report/report.ts";
import { startTarget } from "../target/target.ts";
import type { TargetSpec } from "../target/target-spec.ts";
import { type CampaignOptions, runCampaign } from "./campaign.ts";
import { sizeTargetBooks } from "./passes/books.ts";
import { QUICK, SLO_NANOS } from "./plan.ts";
import { quickOptions } from "./quick-options-for-test.ts";
import type { BookPoint } from "./run-file.ts";

/** Every target is sent orders. */
function quickly(spec: TargetSpec): CampaignOptions {
  return { ...quickOptions(spec), nullLoad: false };
}

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
    ...quickly({ text, drive: { kind: "record", address: { host, port } } }),
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

const LOAD: Omit<LoadOptions, "drive"> = {
  lap: { kind: "null", commands: 100 },
  pace: { kind: "closed", inFlight: 1 },
  connections: 1,
  threads: 1,
  warmUpSeconds: 0,
  seconds: 0,
  seed: 1,
};

/** Takes 2000 orders and then answers no more. */
const SLOWING_SERVER = `
  let seen = 0;
  require("node:fs").rmSync(process.argv[1], { force: true });
  require("node:net").createServer((socket) => {
    let kept = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      kept = Buffer.concat([kept, chunk]);
      const length = kept.length - (kept.length % 32);
      const answers = Buffer.alloc(length);
      for (let at = 0; at < length; at += 32) {
        kept.copy(answers, at, at, at + 4);
        kept.copy(answers, at + 8, at + 8, at + 12);
        if (kept[at + 4] === 1) seen++;
        if (kept[at + 4] === 2) answers.writeUInt32LE(kept.readUInt32LE(at + 16), at + 12);
      }
      kept = kept.subarray(length);
      setTimeout(() => socket.write(answers), seen > 2000 ? 1e6 : 0);
    });
  }).listen(process.argv[1]);
`;

test("a book that is not filled in time ends the pass, and the sizes before stand", async () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-books-"));
  const path = join(folder, "e.sock");
  const text = `unix:${path}`;
  const command = `"${process.execPath}" -e '${SLOWING_SERVER}' ${path}`;
  const spec = { text, drive: { kind: "record", address: { path } }, command } as const;
  const target = await startTarget(spec);
  const plan = { ...QUICK, bookSizes: [100, 5000], bookSecondsMax: 6, warmUpSeconds: 0 };
  const points: BookPoint[] = [];
  const pass = sizeTargetBooks(
    {
      spec,
      target,
      load: { ...LOAD, drive: target.drive },
      plan: { ...plan, layerWarmUpSeconds: 0, bookSeconds: 0.5 },
      sloNanos: SLO_NANOS,
      limitPerSecond: undefined,
      signal: new AbortController().signal,
      tell: () => undefined,
    },
    points,
  );
  const message = /^a book of 5000 orders was not measured within 6 s \(\d+ of 5000 orders/;
  await assert.rejects(pass, { message });
  assert.deepEqual(
    points.map(({ restingOrders }) => restingOrders),
    [100],
  );
  rmSync(folder, { recursive: true });
});

test("no load is planned beyond the rate that is the most, the sweep's neither", async () => {
  const limitPerSecond = 300;
  const run = await runCampaign({
    ...quickly({ text: "engine:inprocess", drive: { kind: "engine", layer: "inprocess" } }),
    limitPerSecond,
    only: ["ceilings", "rate sweep"],
  });
  const rates = run.sweep.map(({ load }) => load.options.pace);
  const told = rates.map((pace) => (pace.kind === "open" ? pace.perSecond : Number.NaN));
  assert.ok(told.length > 0 && told.every((perSecond) => perSecond <= limitPerSecond), `${told}`);
  assert.ok(run.trials?.every(({ perSecond }) => perSecond <= limitPerSecond));
});

/** Ends as soon as somebody asks it for something. */
const FRAGILE = `require("node:fs").rmSync(process.argv[1], { force: true });
require("node:net").createServer((socket) => {
  socket.on("data", () => process.exit(3));
}).listen(process.argv[1]);`;

test("a target that ends by itself is told, also where a later pass starts another", async () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-campaign-"));
  const path = join(folder, "e.sock");
  try {
    const run = await runCampaign({
      ...quickly({
        text: `unix:${path}`,
        drive: { kind: "record", address: { path } },
        command: `'${process.execPath}' -e '${FRAGILE}' '${path}'`,
      }),
      only: ["scaling over connections", "cost over book size"],
    });
    // Its shell may not have said yet with which code.
    assert.match(run.targetEnded ?? "", /^(the command ended with code 3|process \d+,.* is gone)/);
    assert.match(reportMarkdown(run, "engine"), /the target did not last: (the command|process)/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what a health watch ended says so in the report, with what it found", async () => {
  const server = await startFaultyServer((answer) => [answer]);
  const { drive } = server;
  assert.ok(drive.kind === "record");
  const run = await runCampaign({
    ...quickly({ text: "tcp:here", drive: { kind: "record", address: drive.address } }),
    health: { url: "http://127.0.0.1:9/health", millisMax: 60_000 },
    only: ["ceilings"],
  });
  server.close();
  const found = "health: http://127.0.0.1:9/health gave no answer within 60000 ms";
  assert.ok(reportMarkdown(run, "engine").includes(`- what was interrupted: ${found}`));
});
