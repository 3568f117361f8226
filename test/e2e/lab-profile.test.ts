// Profiles of two engines under load: their functions have names, and the engines are as they were.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { RunFile } from "../../src/lab/campaign/run-file.ts";
import { listeningPorts } from "../../src/lab/watch/listening-ports.ts";
import { SAMPLE_SECONDS } from "../dose.ts";
import { compiledEngine, NO_COMPILER } from "./compiled-for-test.ts";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const ENGINE_HOST = fileURLToPath(new URL("../../dist/lab/target/engine-host.js", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "outcry-lab-profile-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function missing(...programs: string[]): string | false {
  const gone = programs.find((program) => spawnSync(program, ["--version"]).error !== undefined);
  const packages: Readonly<Record<string, string>> = { perf: "linux-perf", unshare: "util-linux" };
  return gone === undefined
    ? false
    : `${gone} is missing: apt-get install ${packages[gone] ?? gone}`;
}

/** `outcry lab flame`, its run. */
async function flame(args: readonly string[], env: NodeJS.ProcessEnv): Promise<RunFile> {
  const files = ["--out", folder, "--name", "profile"];
  const dose = ["--quick", "--sample-seconds", String(SAMPLE_SECONDS)];
  const lab = [MAIN, "lab", "flame", ...args, ...dose, ...files];
  const child = spawn(process.execPath, lab, { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const [exitCode] = await once(child, "close");
  assert.equal(exitCode, 0, said);
  return JSON.parse(readFileSync(join(folder, "profile-run.json"), "utf8")) as RunFile;
}

async function untilSays(child: ReturnType<typeof spawn>, word: string): Promise<void> {
  for await (const chunk of child.stdout ?? []) if (String(chunk).includes(word)) return;
}

test("with Node and no other program the flame graph names JavaScript, and leaves no port", {
  timeout: 120_000,
}, async () => {
  const path = join(folder, "engine.sock");
  const inspector = "--inspect-port=0";
  const engine = spawn(process.execPath, [inspector, ENGINE_HOST, "unix", path], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await untilSays(engine, "listening");
    const args = [`unix:${path}`, "--pid", String(engine.pid)];
    const { profile, missing: left, capabilities } = await flame(args, { PATH: "" });
    assert.ok(profile !== undefined, JSON.stringify(left));
    for (const tool of ["perf", "valgrind", "docker"]) {
      const probe = capabilities.find(({ name }) => name === tool);
      assert.equal(probe?.isThere, false, tool);
      assert.match(probe?.found ?? "", new RegExp(`${tool}.*ENOENT`), "what is missing is named");
    }
    assert.ok(profile.named / profile.samples >= 0.95, `${profile.named} of ${profile.samples}`);
    assert.equal(profile.codeKinds, undefined);
    assert.match(profile.notes.join(" "), /Kinds of code: not available, perf is not on this host/);
    assert.match(profile.folded, /work engine\/order-entry\.js:\d+_\[j\]/);
    assert.deepEqual(listeningPorts(engine.pid ?? 0), new Set());
    assert.equal(engine.exitCode, null);
  } finally {
    engine.kill();
  }
});

test("with perf beside it the kernel's and V8's own time of a Node engine is told", {
  skip: missing("perf"),
  timeout: 120_000,
}, async () => {
  const { profile, missing: left } = await flame(["engine"], process.env);
  assert.ok(profile !== undefined, JSON.stringify(left));
  assert.ok(profile.named / profile.samples >= 0.95, `${profile.named} of ${profile.samples}`);
  assert.ok(profile.codeKinds !== undefined, profile.notes.join(" "));
  assert.ok(profile.codeKinds.kernel > 0 && profile.codeKinds["compiled JavaScript"] > 0);
});

test("a compiled engine alone in its namespaces is profiled by its pid, with its names", {
  skip: NO_COMPILER || missing("perf", "unshare"),
  timeout: 120_000,
}, async () => {
  const server = compiledEngine("order-server");
  const path = join(folder, "alone.sock");
  const own = ["--pid", "--mount", "--net", "--ipc", "--uts", "--fork", "--kill-child"];
  const outside = spawn("unshare", [...own, server, "unix", path], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await untilSays(outside, "listening");
    const children = readFileSync(`/proc/${outside.pid}/task/${outside.pid}/children`, "utf8");
    const pid = children.trim();
    const docker = join(folder, "docker");
    writeFileSync(docker, `#!/bin/sh\necho '[{"State":{"Running":true,"Pid":${pid}}}]'\n`);
    chmodSync(docker, 0o755);
    const env = { ...process.env, PATH: `${folder}:${process.env["PATH"]}` };
    const { profile, missing: left } = await flame([`unix:${path}`, "--container", "engine"], env);
    assert.ok(profile !== undefined, JSON.stringify(left));
    assert.ok(profile.named / profile.samples >= 0.98, `${profile.named} of ${profile.samples}`);
    assert.match(profile.folded, /Book::match/);
    assert.equal(readFileSync(`/proc/${pid}/comm`, "utf8"), "order-server\n");
  } finally {
    outside.kill("SIGKILL");
  }
});
