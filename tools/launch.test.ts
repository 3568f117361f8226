// The launcher with real processes: a project in a temporary folder, npm without a network.

import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { ROOT } from "./project-files.ts";

type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

const COPYING_BUILD = `
  import { cpSync } from "node:fs";
  const root = new URL("..", import.meta.url);
  cpSync(new URL("src", root), new URL("dist", root), { recursive: true });
`;

/** A folder with the launcher, `outcry`, and a program where the command line would be. */
function makeProject(t: TestContext, kind: "checkout" | "installed", program: string): string {
  const root = mkdtempSync(path.join(os.tmpdir(), "outcry-launch-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(path.join(root, "tools"));
  cpSync(path.join(ROOT, "outcry"), path.join(root, "outcry"));
  cpSync(path.join(ROOT, "tools/launch.mjs"), path.join(root, "tools/launch.mjs"));
  const project = { name: "outcry", version: "0.1.0", dependencies: { local: "file:local" } };
  writeFileSync(path.join(root, "package.json"), JSON.stringify({ ...project, type: "module" }));

  const main = kind === "checkout" ? "src/cli/main.js" : "dist/cli/main.js";
  mkdirSync(path.join(root, path.dirname(main)), { recursive: true });
  writeFileSync(path.join(root, main), program);
  if (kind === "checkout") {
    writeFileSync(path.join(root, "tools/build.ts"), COPYING_BUILD);
    const local = { version: "1.0.0" };
    mkdirSync(path.join(root, "local"));
    writeFileSync(
      path.join(root, "local/package.json"),
      JSON.stringify({ name: "local", ...local }),
    );
    const link = { resolved: "local", link: true };
    const packages = { "": project, local, "node_modules/local": link };
    const lock = { name: "outcry", version: "0.1.0", lockfileVersion: 3, packages };
    writeFileSync(path.join(root, "package-lock.json"), JSON.stringify(lock));
  }
  return root;
}

/** OUTCRY_NODE: the project in the temporary folder has no packages, so no pinned Node. */
function launch(command: string, args: string[]): ChildProcess {
  const env = { ...process.env, OUTCRY_NODE: process.execPath };
  return spawn(command, args, { cwd: os.tmpdir(), env, stdio: ["ignore", "pipe", "pipe"] });
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => (stdout += chunk));
  child.stderr?.on("data", (chunk) => (stderr += chunk));
  const [code, signal] = await once(child, "close");
  return { code, signal, stdout, stderr };
}

test("an installed package runs its build, through a link and from any folder", async (t) => {
  const program = "console.log(process.argv.slice(2).join()); process.exitCode = 7;";
  const root = makeProject(t, "installed", program);
  const link = path.join(root, "link");
  symlinkSync("outcry", link);

  const { code, stdout, stderr } = await ended(launch(link, ["replay", "--json", "a b"]));
  assert.equal(stderr, "");
  assert.equal(stdout, "replay,--json,a b\n");
  assert.equal(code, 7);
});

test("a checkout installs once and builds when its sources have changed", async (t) => {
  const root = makeProject(t, "checkout", 'console.log("first");');
  const outcry = (): Promise<Ended> => ended(launch(path.join(root, "outcry"), ["--version"]));
  const fresh = await outcry();
  assert.equal(fresh.stdout, "first\n", fresh.stderr);
  assert.match(fresh.stderr, /^outcry: installing the packages of package-lock\.json/);
  assert.match(fresh.stderr, /^outcry: building the program \(dist\) \.\.\.$/m);

  assert.deepEqual(await outcry(), { code: 0, signal: null, stdout: "first\n", stderr: "" });

  writeFileSync(path.join(root, "src/cli/main.js"), 'console.log("second");');
  const changed = await outcry();
  assert.equal(changed.stdout, "second\n");
  assert.equal(changed.stderr, "outcry: building the program (dist) ...\n");
});

test("a checkout whose packages cannot be installed says what it needs", async (t) => {
  const root = makeProject(t, "checkout", "");
  const packages = { "": { dependencies: { gone: "1.0.0" } }, "node_modules/gone": {} };
  const lock = JSON.stringify({ lockfileVersion: 3, packages });
  writeFileSync(path.join(root, "package-lock.json"), lock);
  const { code, stderr } = await ended(launch(path.join(root, "outcry"), ["--version"]));
  assert.equal(code, 1);
  assert.match(stderr, /outcry: npm ci ended with 1, see above\. It needs the npm registry/);
});

test("a checkout that npm has filled already is not installed again", async (t) => {
  const root = makeProject(t, "checkout", "console.log('ready');");
  execFileSync("npm", ["ci"], { cwd: root, stdio: "pipe" });
  const { stdout, stderr } = await ended(launch(path.join(root, "outcry"), ["--version"]));
  assert.equal(stderr, "outcry: building the program (dist) ...\n");
  assert.equal(stdout, "ready\n");
});

test("a signal reaches the program once, and the launcher ends as the program ends", async (t) => {
  const program = `
    let count = 0;
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.on(signal, () => {
        console.log(signal, ++count);
        setImmediate(() => process.exit(3));
      });
    }
    setInterval(() => {}, 1000);
    console.log("up");`;
  const root = makeProject(t, "installed", program);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const child = launch(path.join(root, "outcry"), ["start"]);
    const end = ended(child);
    assert.ok(child.stdout);
    await once(child.stdout, "data");
    child.kill(signal);
    const { code, stdout } = await end;
    assert.equal(stdout, `up\n${signal} 1\n`);
    assert.equal(code, 3);
  }
});

test("a program that dies of a signal takes the launcher along by the same signal", async (t) => {
  const root = makeProject(t, "installed", 'process.kill(process.pid, "SIGKILL");');
  const { code, signal } = await ended(launch(path.join(root, "outcry"), ["start"]));
  assert.equal(code, null);
  assert.equal(signal, "SIGKILL");
});

test("an unknown program of --dev is refused with the known ones", async () => {
  const { code, stderr } = await ended(
    launch(process.execPath, [path.join(ROOT, "tools/launch.mjs"), "--dev", "tset"]),
  );
  assert.equal(code, 1);
  assert.equal(
    stderr,
    "outcry: --dev: expected build, ready or test, tidy, sim, hostile, twin, found tset\n",
  );
});
