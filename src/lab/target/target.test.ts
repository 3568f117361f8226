import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { processTable } from "./process-family.ts";
import { startTarget } from "./target.ts";
import { TargetFailure } from "./target-failure.ts";
import { parseDrive } from "./target-spec.ts";

/** Nobody may listen there without being root, and here nobody does. */
const NOBODY = "tcp:127.0.0.1:9";

for (const [command, end] of [
  ["true", "code 0"],
  ["sh -c 'exit 3'", "code 3"],
  ["sh -c 'kill -TERM $$'", "SIGTERM"],
]) {
  test(`a command that ends with ${end} before it listens is told at once`, async () => {
    const drive = parseDrive(NOBODY);
    assert.ok(drive !== undefined);
    const message = `expected a server on ${NOBODY} within 60 s; the command ended with ${end}`;
    await assert.rejects(startTarget({ text: NOBODY, drive, command }), { message });
  });
}

test("a target that should run already is not waited for", async () => {
  const drive = parseDrive(NOBODY);
  assert.ok(drive !== undefined);
  await assert.rejects(startTarget({ text: NOBODY, drive }), (error) => {
    assert.ok(error instanceof TargetFailure);
    assert.equal(error.message, `expected a server on ${NOBODY} within 2 s, found none`);
    return true;
  });
});

const FORKED_SERVER = `
  require("node:child_process").spawn(process.execPath, ["-e", \`
    process.on("SIGTERM", () => undefined);
    require("node:net").createServer().listen(process.argv[1]);
  \`, process.argv[1]], { detached: true, stdio: "ignore" }).unref();
`;
const SERVER = `require("node:net").createServer().listen(process.argv[1]);`;
/** Of a shell: one word. */
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const node = (code: string, path: string): string =>
  `${word(process.execPath)} -e ${word(code)} ${path}`;

const STARTS: readonly [what: string, command: (path: string) => string, found: RegExp][] = [
  ["itself", (path) => `exec ${node(SERVER, path)}`, /listens on .*: the command itself$/],
  ["in a script without exec", (path) => `${node(SERVER, path)}; true`, /: started by the command/],
  ["after a variable and cd", (path) => `X=1 && cd / && X=2 ${node(SERVER, path)}`, /listens on/],
  ["in the background", (path) => node(FORKED_SERVER, path), /: started by the command/],
];
for (const [what, command, found] of STARTS) {
  test(`a command that listens ${what} is watched where it listens, and ends whole`, {
    skip: existsSync("/proc/self/fd") ? false : "/proc is missing: Linux has it",
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "outcry-target-"));
    const path = join(folder, "e.sock");
    const text = `unix:${path}`;
    const drive = parseDrive(text);
    assert.ok(drive !== undefined);
    const target = await startTarget({ text, drive, command: command(path) });
    const { pid } = target;
    assert.ok(pid !== undefined);
    assert.match(target.watched ?? "", found);
    assert.equal(target.ending?.(), undefined);
    assert.equal(readlinkSync(`/proc/${pid}/exe`), realpathSync(process.execPath));
    await target.stop();
    assert.ok(!processTable().some((row) => row.pid === pid));
    rmSync(folder, { recursive: true });
  });
}

test("a command is not started where somebody listens already", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const text = `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`;
  const drive = parseDrive(text);
  assert.ok(drive !== undefined);
  const message = /^expected nobody on tcp:\S+ before --command is started, found a server/;
  await assert.rejects(startTarget({ text, drive, command: "sleep 60" }), { message });
  server.close();
});

test("how a command ended is told with the last that it said", async () => {
  const drive = parseDrive(NOBODY);
  assert.ok(drive !== undefined);
  const command = "echo cannot load licence >&2; sh -c 'kill -ABRT $$'";
  const message = /; the command ended with code 134 \(SIGABRT\); it said: cannot load licence/;
  await assert.rejects(startTarget({ text: NOBODY, drive, command }), { message });
});

test("a process that is named and does not listen is told as such", {
  skip: existsSync("/proc/self/fd") ? false : "/proc is missing: Linux has it",
}, async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const text = `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`;
  const drive = parseDrive(text);
  assert.ok(drive !== undefined);
  const told = async (pid: number) => (await startTarget({ text, drive, pid })).watched;
  assert.match((await told(process.pid)) ?? "", /as named: it listens on tcp/);
  const other = spawn("sleep", ["60"]);
  assert.ok(other.pid !== undefined);
  assert.match((await told(other.pid)) ?? "", /it does not listen on tcp.* may be another's$/);
  other.kill();
  server.close();
});

test("what a target names and is not there is told before anything is measured", async () => {
  const missing: readonly [text: string, found: RegExp][] = [
    ["template:/nowhere.json", /^expected a template in \/nowhere\.json$/],
    ["bytes:tcp:127.0.0.1:9:/nowhere:32", /^expected a recording .* in \/nowhere:32$/],
    ["module:/nowhere.mjs", /^expected a driver in \/nowhere\.mjs, found no file$/],
    ["http://127.0.0.1:9", /^expected a server on tcp:127\.0\.0\.1:9 within 2 s, found none$/],
    ["ws://127.0.0.1:9/ws", /^expected a server on tcp:127\.0\.0\.1:9 within 2 s, found none$/],
    ["grpc:127.0.0.1:9", /^expected a server on tcp:127\.0\.0\.1:9 within 2 s, found none$/],
  ];
  const told = missing.map(async ([text, found]) => {
    const drive = parseDrive(text);
    assert.ok(drive !== undefined);
    await assert.rejects(startTarget({ text, drive }), (error) => {
      assert.ok(error instanceof TargetFailure);
      assert.match(error.message, found);
      return true;
    });
  });
  await Promise.all(told);
});

test("a process to watch that is not there is told before anything is measured", {
  skip: existsSync("/proc/self/fd") ? false : "/proc is missing: Linux has it",
}, async () => {
  const drive = parseDrive("udp:127.0.0.1:9");
  assert.ok(drive !== undefined);
  const pid = 2 ** 22 + 1; // Beyond the highest that Linux gives.
  const started = startTarget({ text: "udp:127.0.0.1:9", drive, pid });
  await assert.rejects(started, { message: `expected a process ${pid} to watch, found none` });
});
