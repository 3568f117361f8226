import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parquetReadObjects } from "hyparquet";
import { newRecord } from "../codec/record-for-test.ts";
import { Engine } from "../engine/engine.ts";
import { ENGINE_LIMITS } from "../engine/engine-limits.ts";
import {
  openListedExchange,
  openTestExchange,
  TestSession,
  until,
} from "../exchange/exchange-for-test.ts";
import { openExchange } from "../exchange/open-exchange.ts";
import { snapshotPath } from "../log/snapshot-file.ts";
import { SIDE_BUY } from "../model/side.ts";
import { exportLog } from "./log-export.ts";
import { commandLines, eachBlockLine, segmentLines } from "./log-inspect.ts";
import { exportParquet } from "./log-parquet.ts";
import { applyRepairs, findRepairs } from "./log-repair.ts";
import { statsOf } from "./log-stats.ts";
import { verifyLog } from "./log-verify.ts";
import { type ShadowEngine, shadowBuild, shadowLog } from "./shadow.ts";
import {
  damage,
  depthAt,
  LAST_SEQUENCE,
  SNAPSHOT_AT,
  TIME_MICROS,
  takerOf,
  writtenLog,
} from "./written-log-for-test.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
/** A segment of before the snapshot. */
const SECOND = "00000002.log";

test("a sound log is whole, and replay gives what its snapshot holds", async (t) => {
  const { directory, exchange } = await writtenLog(t);
  const report = verifyLog(directory, true);
  assert.equal(report.verdict, "whole", report.problem);
  assert.deepEqual([report.firstSequence, report.lastSequence], [1, LAST_SEQUENCE]);
  assert.deepEqual(report.snapshots, [
    { sequence: SNAPSHOT_AT, verdict: "whole", isOfOther: false },
  ]);
  assert.equal(report.stateHash, exchange.stateHash());
  assert.equal(report.historyHash, exchange.health().historyHash);
  assert.deepEqual(findRepairs(directory), []);
});

test("a snapshot that is whole and of another state is found by replay alone", async (t) => {
  const { directory } = await writtenLog(t);
  const other = await writtenLog(t);
  const path = snapshotPath(directory, SNAPSHOT_AT);
  const bytes = readFileSync(path);
  bytes[96] ^= 1; // The state's hash; with it the header's own checksum.
  const { crc32 } = await import("node:zlib");
  bytes.writeUInt32LE(crc32(bytes.subarray(8, 128)), 4);
  writeFileSync(path, bytes);
  assert.equal(verifyLog(directory, false).verdict, "whole");
  const { verdict, snapshots } = verifyLog(directory, true);
  assert.equal(verdict, "damaged");
  assert.match(snapshots[0]?.verdict ?? "", /^expected state and history .* replay gives /);
  assert.equal(verifyLog(other.directory, true).verdict, "whole");
});

test("damage is told by place and sequence, and never offered to be cut away", async (t) => {
  const { directory } = await writtenLog(t);
  damage(directory, 90);
  const { verdict, problem } = verifyLog(directory, true);
  assert.equal(verdict, "damaged");
  assert.match(problem, /\d{8}\.log, byte \d+: .*from sequence 90, found none/);
  const findings = findRepairs(directory);
  assert.deepEqual(
    findings.map(({ repair, files }) => [repair, files]),
    [["", []]],
  );
  assert.match(findings[0]?.advice ?? "", /would lose what was acknowledged/);
});

test("damage behind which a snapshot begins costs no state, and repair says so", async (t) => {
  const { directory } = await writtenLog(t);
  damage(directory, 10);
  const [finding] = findRepairs(directory);
  assert.match(finding?.advice ?? "", /goes on from snapshot 61/);
});

test("a log that ends before its snapshot is damaged, as the start has it", async (t) => {
  for (const kept of [1, 0]) {
    const { directory } = await writtenLog(t);
    const segments = readdirSync(directory).filter((name) => name.endsWith(".log"));
    for (const name of segments.slice(kept)) rmSync(join(directory, name));
    for (const replays of [true, false]) {
      const { verdict, problem } = verifyLog(directory, replays);
      assert.equal(verdict, "damaged");
      assert.match(
        problem,
        /reaches sequence 61, as the snapshot of it says, found (one to|an emp)/,
      );
    }
    const findings = findRepairs(directory);
    assert.deepEqual(
      findings.map(({ repair }) => repair),
      [""],
    );
    assert.match(findings[0]?.advice ?? "", /restore the file from a copy/);
  }
});

test("old segments that are missing, empty or swapped stop no start, and are told", async (t) => {
  const harms: [why: RegExp, harm: (directory: string) => void][] = [
    [/00000002\.log, byte 0: expected a segment, found none/, (at) => rmSync(join(at, SECOND))],
    [
      /00000002\.log, byte 0: expected a segment's header/,
      (at) => writeFileSync(join(at, SECOND), ""),
    ],
    [
      /00000002\.log, byte 0: expected the header of segment 2/,
      (at) => cpSync(join(at, "00000001.log"), join(at, SECOND)),
    ],
  ];
  for (const [why, harm] of harms) {
    const { directory, exchange } = await writtenLog(t);
    const taker = takerOf(directory);
    await taker.take(LAST_SEQUENCE, LAST_SEQUENCE);
    taker.close();
    harm(directory);
    const { verdict, problem } = verifyLog(directory, false);
    assert.equal(verdict, "damaged");
    assert.match(problem, /0000000[2-9]\.log/);
    const [finding] = findRepairs(directory);
    assert.match(finding?.advice ?? "", /goes on from snapshot 121/);
    const again = await openExchange({ directory });
    assert.equal(again.exchange.stateHash(), exchange.stateHash());
    assert.equal(again.oldDamage.length, 1);
    assert.match(again.oldDamage[0]?.message ?? "", why);
    await again.exchange.stop();
  }
});

test("repair removes what nobody needs, and nothing else", async (t) => {
  const { directory, exchange } = await writtenLog(t);
  const path = snapshotPath(directory, SNAPSHOT_AT);
  const bytes = readFileSync(path);
  bytes[500] ^= 1;
  writeFileSync(path, bytes);
  writeFileSync(join(directory, "00000099.new"), "half a segment");
  const before = readdirSync(directory);
  const findings = findRepairs(directory);
  await applyRepairs(directory, findings);
  const gone = before.filter((name) => !readdirSync(directory).includes(name));
  assert.ok(gone.includes("00000099.new") && gone.includes("0000000000000061.snapshot"));
  assert.ok(
    gone.every((name) => /\.(new|snapshot)$|^lock/.test(name)),
    gone.join(),
  );
  assert.equal(verifyLog(directory, true).stateHash, exchange.stateHash());
});

test("the only snapshot that a shortened log begins with is not offered to go", async (t) => {
  const { directory } = await writtenLog(t);
  rmSync(join(directory, "00000001.log"));
  const path = snapshotPath(directory, SNAPSHOT_AT);
  const bytes = readFileSync(path);
  bytes[500] ^= 1;
  writeFileSync(path, bytes);
  const findings = findRepairs(directory).filter(({ found }) => found.startsWith("snapshot"));
  assert.deepEqual(
    findings.map(({ repair }) => repair),
    [""],
  );
});

test("a running exchange's log is repaired by nobody else", async (t) => {
  const { directory } = await openListedExchange(t);
  await assert.rejects(applyRepairs(directory, []), { code: "LOG_LOCKED" });
  writeFileSync(join(directory, "00000099.new"), "prepared");
  assert.deepEqual(findRepairs(directory), [], "what it prepares is not to be mended");
});

test("the book of the past is the book that was, by sequence and by time", async (t) => {
  const { directory, depthAt: pastDepth } = await writtenLog(t);
  const moments = [1, 30, SNAPSHOT_AT - 1, SNAPSHOT_AT, SNAPSHOT_AT + 1, 100, LAST_SEQUENCE];
  const fromSnapshot = moments.map(pastDepth);
  rmSync(snapshotPath(directory, SNAPSHOT_AT));
  assert.deepEqual(moments.map(pastDepth), fromSnapshot);
  assert.deepEqual(
    fromSnapshot.map(({ sequence }) => sequence),
    moments,
  );
  const early = depthAt(directory, { timeMicros: TIME_MICROS - 1 });
  assert.equal(early.sequence, 0, "before the first command there is nothing");
  const last = depthAt(directory, { timeMicros: TIME_MICROS * 2 });
  assert.equal(last.sequence, LAST_SEQUENCE);
  const [line] = commandLines(directory, 40);
  const timeMicros = Number(line?.["timeMicros"]);
  assert.equal(depthAt(directory, { timeMicros }).sequence, 40, "what is stamped then is in it");
  assert.equal(depthAt(directory, { timeMicros: timeMicros - 1 }).sequence, 39);
});

test("an export has every command, every event and every column once", async (t) => {
  const { directory } = await writtenLog(t);
  const whole = { directory, fromSequence: 1, toSequence: LAST_SEQUENCE };
  const lines = (what: "commands" | "events", format: "jsonl" | "csv"): string[] => {
    const found: string[] = [];
    exportLog({ ...whole, what, format }, (line) => found.push(line));
    return found;
  };
  const commands = lines("commands", "jsonl").map((line) => JSON.parse(line));
  assert.deepEqual(
    commands.map(({ sequence }) => sequence),
    Array.from({ length: LAST_SEQUENCE }, (_, i) => i + 1),
  );
  assert.equal(commands[0].symbol, "XYZ");
  const [header = "", ...rows] = lines("commands", "csv");
  assert.equal(rows.length, LAST_SEQUENCE);
  assert.equal(new Set(header.split(",")).size, header.split(",").length);
  for (const row of rows) assert.equal(row.split(",").length, header.split(",").length);
  const events = lines("events", "jsonl").map((line) => JSON.parse(line));
  assert.equal(events.filter(({ kind }) => kind === "end").length, LAST_SEQUENCE);

  const part: string[] = [];
  const range = { ...whole, fromSequence: 50, toSequence: 52 };
  exportLog({ ...range, what: "commands", format: "jsonl" }, (line) => part.push(line));
  assert.equal(part.length, 3);
});

/** What a shell prints, and on which errors, of `outcry log export` and what it is piped into. */
async function exportedThrough(directory: string, reader: string) {
  const outcry = `"${process.execPath}" "${MAIN}" log export --data "${directory}" --what events`;
  const shell = spawn("sh", ["-c", `(${outcry}; echo code $? >&2) | ${reader}`]);
  let [output, errors] = ["", ""];
  shell.stdout.on("data", (chunk) => (output += chunk));
  shell.stderr.on("data", (chunk) => (errors += chunk));
  await once(shell, "close");
  return { output, errors };
}

test("an export waits for who reads its pipe slowly, and ends with who has enough", async (t) => {
  const { directory } = await writtenLog(t);
  const expected: string[] = [];
  const range = { directory, fromSequence: 1, toSequence: LAST_SEQUENCE };
  exportLog({ ...range, what: "events", format: "jsonl" }, (line) => expected.push(line));
  const pipeBytes = 1 << 16;
  assert.ok(expected.join().length > 2 * pipeBytes);
  symlinkSync(directory, join(directory, "log"));
  const slow = await exportedThrough(directory, "(sleep 1; cat)");
  assert.equal(slow.errors, "code 0\n");
  assert.equal(slow.output, `${expected.join("\n")}\n`);
  const satisfied = await exportedThrough(directory, "head -n 1");
  assert.deepEqual(satisfied, { output: `${expected[0]}\n`, errors: "code 0\n" });
});

for (const what of ["commands", "events"] as const) {
  test(`an export of ${what} in Parquet is the one in JSON, column by column`, async (t) => {
    const { directory } = await writtenLog(t);
    const range = { directory, what, fromSequence: 1, toSequence: LAST_SEQUENCE };
    const expected: object[] = [];
    exportLog({ ...range, format: "jsonl" }, (line) => expected.push(JSON.parse(line)));
    const path = join(directory, "export.parquet");
    exportParquet(range, path);
    const bytes = readFileSync(path);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const rows = await parquetReadObjects({ file });
    assert.deepEqual(rows.map(withoutNulls), expected);
  });
}

/** Numbers as JSON has them; columns of other kinds left out. */
function withoutNulls(row: Readonly<Record<string, unknown>>): object {
  const fields = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
  );
}

test("inspection and statistics tell what is in the files", async (t) => {
  const { directory } = await writtenLog(t);
  const segments = segmentLines(directory);
  assert.ok(segments.length > 2);
  assert.equal(segments[0]?.["firstSequence"], 1);
  const blocks: unknown[] = [];
  eachBlockLine(directory, (line) => blocks.push(line["lastSequence"]));
  assert.equal(blocks.at(-1), LAST_SEQUENCE);
  const lines = commandLines(directory, 2);
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ["new order", "accepted", "end"],
  );
  const { commands, byKind, blocks: blockCount } = statsOf(directory);
  assert.equal(commands, LAST_SEQUENCE);
  assert.equal(blockCount, blocks.length);
  assert.deepEqual(byKind, { "create instrument": 1, "new order": 100, cancel: 20 });
});

test("where there is no log that is said, whatever is asked of it", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "outcry-no-log-"));
  t.after(() => rmSync(data, { recursive: true }));
  const log = join(data, "log");
  for (const found of ["no such directory", "no segment of one"]) {
    for (const what of ["inspect", "verify", "repair"]) {
      const failed = await failedLine("log", what, "--data", data);
      const [line] = failed.split("\n");
      assert.equal(line, `outcry log: --data: expected the log in ${log}, found ${found}`);
    }
    mkdirSync(log, { recursive: true });
  }
  const missing = join(data, "none");
  assert.equal(
    await failedLine("lab", "report", missing),
    `outcry lab: expected a file or directory ${missing}, found none (ENOENT)\n`,
  );
});

/** What a command line that fails says. */
async function failedLine(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ["--conditions=outcry-source", MAIN, ...args]);
  let text = "";
  child.stderr.on("data", (chunk) => (text += chunk));
  const [code] = await once(child, "close");
  assert.notEqual(code, 0);
  return text;
}

test("a command that the log has not is refused with what it has", async (t) => {
  const { directory } = await writtenLog(t);
  assert.throws(() => commandLines(directory, 99_999_999), {
    code: "USAGE",
    message: `--sequence: expected a sequence from 1 to ${LAST_SEQUENCE}, found 99999999`,
  });
  rmSync(join(directory, "00000001.log")); // What is before the snapshot needs it.
  assert.throws(() => commandLines(directory, 2), {
    message: `--sequence: expected a sequence from ${SNAPSHOT_AT + 1} to ${LAST_SEQUENCE}, found 2`,
  });
  const { directory: empty } = await openTestExchange(t);
  assert.throws(() => commandLines(empty, 1), {
    message: "--sequence: expected none, as the log is empty, found 1",
  });
});

test("a log beside itself is the same; beside another its first difference is named", async (t) => {
  const { directory } = await writtenLog(t);
  const other = await openListedExchange(t);
  const session = new TestSession(other.exchange);
  session.enter(newRecord({ clOrdId: "else", side: SIDE_BUY, orderQtyLots: 1, priceTicks: 7 }));
  await until("it is durable", () => session.answers.length === 1);
  await other.exchange.stop();
  assert.deepEqual(shadowLog(directory, directory), {
    commands: LAST_SEQUENCE,
    difference: undefined,
  });
  const { difference } = shadowLog(directory, other.directory);
  assert.equal(difference?.sequence, 2, "both list the same instrument at the same time");
  assert.equal(difference?.mine?.["clOrdId"], "o1");
  assert.equal(difference?.other?.["clOrdId"], "else");
});

test("another build that decides otherwise once is found at that event", async (t) => {
  const { directory } = await writtenLog(t);
  const other = new Engine(ENGINE_LIMITS);
  assert.equal(shadowBuild(directory, other).difference, undefined);
  const strange = new Engine(ENGINE_LIMITS);
  const shadow: ShadowEngine = {
    events: strange.events,
    apply(commands, offsetBytes) {
      strange.apply(commands, offsetBytes);
      if (strange.sequence === 77) strange.events.words[24] ^= 1; // Another last price.
    },
  };
  const { commands, difference } = shadowBuild(directory, shadow);
  assert.deepEqual([commands, difference?.sequence, difference?.index], [77, 77, 0]);
  assert.notEqual(difference?.mine?.["lastPxTicks"], difference?.other?.["lastPxTicks"]);
});
