import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { acquireLock } from "./lock.ts";
import { commandsTo, commitMany, openLog, reopened, temporaryDirectory } from "./log-for-test.ts";
import { LogProcess } from "./log-process-for-test.ts";

function locksIn(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.startsWith("lock."));
}

test("a directory that this process has open is refused with its process id", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  await commitMany(log, 3);
  await assert.rejects(openLog(directory), {
    code: "LOG_LOCKED",
    message: new RegExp(`found it open in pid ${process.pid}$`),
  });
  await commitMany(log, 3);
  await log.close();
  assert.deepEqual((await reopened(directory)).commands, commandsTo(6));
});

test("another process keeps the directory until it is killed", async (t) => {
  const directory = temporaryDirectory(t);
  const other = new LogProcess(directory, 3);
  t.after(() => other.kill());
  assert.equal(await other.line(), "open 0");
  const message = new RegExp(`pid ${other.pid}$`);
  await assert.rejects(openLog(directory), { code: "LOG_LOCKED", message });
  assert.notEqual(await other.line(), undefined);
  await other.kill();
  const { commands } = await reopened(directory);
  assert.deepEqual(commands, commandsTo(commands.length));
});

test("a killed process that nobody has waited for does not keep the directory", async (t) => {
  if (process.platform !== "linux") return t.skip("needs /proc, so Linux");
  const directory = temporaryDirectory(t);
  // The shell becomes a program that never asks how its child ended; a shell would ask.
  const script = "sleep 1000 & echo $!; exec sleep 1000";
  const parent = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => parent.kill("SIGKILL"));
  const [line] = await once(parent.stdout, "data");
  const pid = Number(line);
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const stat = (id = pid): string[] => readFileSync(`/proc/${id}/stat`, "utf8").split(" ");
  writeFileSync(join(directory, "lock.1"), `${pid} ${boot}:${stat()[21]}\n`);
  assert.throws(() => acquireLock(directory), { code: "LOG_LOCKED" });

  await until("the shell is none any more", () => stat(parent.pid)[1] === "(sleep)");
  process.kill(pid, "SIGKILL");
  await until("the killed process is a zombie", () => stat()[2] === "Z");
  acquireLock(directory)();
});

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadlineMillis = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < deadlineMillis, `expected in time: ${what}`);
    await setImmediate();
  }
}

test("of several processes that find a stale lock, one takes it", async (t) => {
  const directory = temporaryDirectory(t);
  const dead = new LogProcess(directory, 0);
  assert.equal(await dead.line(), "open 0");
  await dead.kill();
  const heirs = Array.from({ length: 4 }, () => new LogProcess(directory, 0));
  t.after(() => Promise.all(heirs.map((heir) => heir.kill())));
  const answers = await Promise.all(heirs.map((heir) => heir.line()));
  const winners = heirs.filter((_, i) => answers[i] === "open 0");
  assert.equal(winners.length, 1, `one opens: ${answers}`);
  const refusals = answers.filter((answer) => answer?.endsWith(`pid ${winners[0].pid}`));
  assert.equal(refusals.length, 3, `the others name it: ${answers}`);
});

test("a process id given out again, or no owner, does not keep the directory", (t) => {
  const leftovers = ["", "\n", `${process.pid} 00000000-0000-0000-0000-000000000000:1\n`];
  for (const content of leftovers) {
    const directory = temporaryDirectory(t);
    writeFileSync(join(directory, "lock.7"), content);
    acquireLock(directory)();
  }
});

test("a copy of a directory that is open can be opened, and is locked by itself", async (t) => {
  const directory = temporaryDirectory(t);
  const { log } = await openLog(directory);
  await commitMany(log, 3);
  const copy = join(temporaryDirectory(t), "copy");
  cpSync(directory, copy, { recursive: true });
  const opened = await openLog(copy);
  await assert.rejects(openLog(copy), { code: "LOG_LOCKED" });
  await assert.rejects(openLog(directory), { code: "LOG_LOCKED" });
  await opened.log.close();
  await log.close();
  assert.deepEqual((await reopened(copy)).commands, commandsTo(3));
});

test("a directory that is open stays locked under another name", (t) => {
  const parent = temporaryDirectory(t);
  const [directory, renamed] = [join(parent, "log"), join(parent, "renamed")];
  mkdirSync(directory);
  acquireLock(directory);
  renameSync(directory, renamed);
  assert.throws(() => acquireLock(renamed), { code: "LOG_LOCKED" });
});

test("a lock that does not say which directory it is of counts", (t) => {
  const directory = temporaryDirectory(t);
  acquireLock(directory);
  const path = join(directory, "lock.1");
  const [pid, startTime] = readFileSync(path, "utf8").split(" ");
  writeFileSync(path, `${pid} ${startTime}\n`);
  assert.throws(() => acquireLock(directory), { code: "LOG_LOCKED" });
});

test("a lock that is given back can be taken again, and leaves one file", (t) => {
  const directory = temporaryDirectory(t);
  for (let i = 0; i < 5; i++) {
    const release = acquireLock(directory);
    assert.throws(() => acquireLock(directory), { code: "LOG_LOCKED" });
    release();
  }
  assert.deepEqual(locksIn(directory), ["lock.5"]);
});
