import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { VERBS } from "./command-line.ts";
import { integerArgument, UsageError } from "./verb.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

function runOutcry(...args: string[]): Promise<Ended> {
  return runOutcryIn({}, ...args);
}

async function runOutcryIn(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, OUTCRY_KEY: "nobody's", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

test("help lists every verb with its summary", async () => {
  const { code, stdout, stderr } = await runOutcry("--help");
  assert.equal(code, 0);
  assert.equal(stderr, "");
  for (const [name, { summary }] of Object.entries(VERBS)) {
    assert.match(stdout, new RegExp(`^  ${name} +${summary}$`, "m"));
  }
});

test("no verb at all prints the help and counts as asked wrongly", async () => {
  const { code, stdout } = await runOutcry();
  assert.equal(code, 2);
  assert.match(stdout, /^usage: outcry VERB/);
});

test("a misspelled verb gets the nearest one, a strange word does not", async () => {
  const near = await runOutcry("replya");
  assert.equal(near.code, 2);
  assert.equal(near.stderr, 'outcry: expected a verb, found "replya"; did you mean replay?\n');

  const far = await runOutcry("constructor");
  assert.equal(far.code, 2);
  assert.match(far.stderr, /found "constructor"; outcry --help lists the verbs\n$/);
});

test("a key that signs or checks nothing is told before anything is begun", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-keys-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "key");
  writeFileSync(file, '{"orderId":1,"leaves":[]}');
  const data = join(folder, "data");
  const started = await runOutcry("start", "--data", data, "--seal-key", file);
  assert.equal(started.code, 2);
  assert.match(
    started.stderr,
    /^outcry start: --seal-key: expected a private Ed25519 key .*, found/,
  );
  assert.ok(!existsSync(data));
  const verified = await runOutcry("proof", "verify", file, "--key", file);
  assert.equal(verified.code, 1);
  assert.match(verified.stderr, /key: expected a public key \(PEM\), found something else/);
});

test("every verb says its name, its summary as listed, and its usage", async () => {
  for (const [name, { summary, load }] of Object.entries(VERBS)) {
    const { verb } = await load();
    assert.equal(verb.name, name);
    assert.equal(verb.summary, summary);
    assert.match(verb.usage, new RegExp(`^usage: outcry ${name}\\b`));
  }
});

test("an unknown option is a usage error that names it and points to the help", async () => {
  const { code, stdout, stderr } = await runOutcry("replay", "--no-such-option");
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /^outcry replay: .*--no-such-option/);
  assert.match(stderr, /outcry replay --help says more\n$/);
});

test("an integer argument out of range says what was expected and what was found", () => {
  assert.equal(integerArgument("--port", "8000", 0, 65_535), 8000);
  for (const text of ["65536", "-1", "8e3", "", " 1", "0x10"]) {
    assert.throws(
      () => integerArgument("--port", text, 0, 65_535),
      new UsageError(`--port: expected an integer from 0 to 65535, found ${JSON.stringify(text)}`),
    );
  }
});

test("a key of a trader or viewer needs an account, and says so", async () => {
  for (const role of ["trader", "viewer"]) {
    const { code, stderr } = await runOutcry("key", "add", "--role", role);
    assert.equal(code, 2);
    const expected = `expected --account N, which the key of a ${role} needs, found none`;
    assert.equal(stderr.split("\n")[0], `outcry key: --account: ${expected}`);
  }
});

test("a start whose options npm kept for itself says where they belong", async () => {
  for (const [setting, option] of [
    ["npm_config_port", "--port"],
    ["npm_config_simulator", "--no-simulator"],
    ["npm_config_ouch_port", "--ouch-port"],
  ] as const) {
    const env = { npm_lifecycle_event: "start", [setting]: "8100" };
    const { code, stderr } = await runOutcryIn(env, "start", "8100");
    assert.equal(code, 2);
    const expected = `expected it behind --, as in npm start -- ${option}, found npm took it`;
    assert.equal(stderr.split("\n")[0], `outcry start: ${option}: ${expected}`);
  }
});

test("every verb that looks at an exchange's directory finds it by OUTCRY_DATA", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "outcry-data-"));
  t.after(() => rmSync(data, { recursive: true }));
  for (const args of [
    ["key", "list"],
    ["why", "1"],
    ["log", "stats"],
    ["book", "A", "--at", "1"],
  ]) {
    const { code, stderr } = await runOutcryIn({ OUTCRY_DATA: data }, ...args);
    assert.ok(code !== 0 && stderr.includes(data), stderr);
  }
});

test("a directory without keys is not one of an exchange, and a first key is told", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "outcry-keys-"));
  t.after(() => rmSync(data, { recursive: true }));
  const path = join(data, "keys.json");
  for (const action of [["list"], ["revoke", "0123456789ab"]]) {
    const { code, stderr } = await runOutcry("key", ...action, "--data", data);
    assert.equal(code, 2);
    const expected = `expected an exchange's keys in ${path}, found no such file`;
    assert.equal(stderr.split("\n")[0], `outcry key: --data: ${expected}`);
  }
  const add = () => runOutcry("key", "add", "--role", "operator", "--data", data);
  const note = `${path} is new: an exchange that starts there prints no first key\n`;
  assert.ok((await add()).stderr.endsWith(note));
  assert.ok(!(await add()).stderr.includes("is new"));
});

test("keys that are made at the same time are all known, and one revoked stays so", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "outcry-keys-"));
  t.after(() => rmSync(data, { recursive: true }));
  const key = (...args: string[]) => runOutcry("key", ...args, "--data", data);
  const { stdout: first } = await key("add", "--account", "9");
  const [, keyId = ""] = first.split("-");
  const accounts = ["1", "2", "3", "4"];
  const made = accounts.map((account) => key("add", "--account", account));
  const ended = await Promise.all([key("revoke", keyId), ...made]);
  assert.deepEqual(new Set(ended.map(({ code }) => code)), new Set([0]));
  const { stdout } = await key("list");
  const known = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ").at(-1));
  assert.deepEqual(known.sort(), accounts);
});

test("a file of keys that cannot be read is named, with what to do about it", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "outcry-keys-"));
  t.after(() => rmSync(data, { recursive: true }));
  const path = join(data, "keys.json");
  const list = () => runOutcry("key", "list", "--data", data);
  for (const [text, found] of [
    ["", "an empty file"],
    ['{"keys": [', "other text"],
  ] as const) {
    writeFileSync(path, text);
    const { code, stderr } = await list();
    assert.equal(code, 1);
    assert.ok(stderr.startsWith(`outcry key: ${path}: expected JSON, found ${found}; restore it`));
    assert.doesNotMatch(stderr, /\n +at /, "no stack");
  }
  rmSync(path);
  mkdirSync(path);
  const { stderr } = await list();
  const expected = `outcry key: ${path}: expected a file, found EISDIR: `;
  assert.ok(stderr.startsWith(expected), stderr);
  assert.match(stderr, /; move the directory away \(EISDIR\)\n$/);
});

test("an operator hears where no exchange answers, and why", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  await new Promise((resolve) => server.close(resolve));
  const { code, stderr } = await runOutcry("operator", "bustTrade", "tradeId=1", "--url", url);
  assert.equal(code, 1);
  const pattern = `expected an answer from ${url}/operator/bustTrade, found .*ECONNREFUSED`;
  assert.match(stderr, new RegExp(pattern));
});

test("an operator's URL without http is asked wrongly", async () => {
  for (const url of ["127.0.0.1:8000", "localhost:8000", ""]) {
    const { code, stderr } = await runOutcry("operator", "bustTrade", "tradeId=1", "--url", url);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`--url: expected http://HOST:PORT or .*, found "${url}"\n`));
  }
});

test("a reader that leaves early ends the command line quietly", async () => {
  const child = spawn(process.execPath, [MAIN, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 0);
  assert.equal(stderr, "");
});
