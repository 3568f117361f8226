// A campaign in a process of its own, told to end as a terminal and `timeout` do: by two signals,
// one of their own and one that the launcher hands on.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const directory = mkdtempSync(join(tmpdir(), "outcry-lab-stop-"));
after(() => rmSync(directory, { recursive: true }));

test("a campaign that is told twice to end writes what it has", { timeout: 60_000 }, async () => {
  const args = [MAIN, "lab", "run", "engine", "--quick", "--out", directory];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    const before = said;
    said += chunk;
    for (const sign of ["the engine alone", "stopping;"]) {
      if (said.includes(sign) && !before.includes(sign)) child.kill("SIGTERM");
    }
  });
  const [exitCode, signal] = await once(child, "close");
  assert.equal(signal, null, said);
  assert.ok(exitCode === 0 || exitCode === 1, said);
  assert.equal(said.split("stopping;").length, 2, "it says so once");
  const run: unknown = JSON.parse(readFileSync(join(directory, "engine-run.json"), "utf8"));
  assert.ok(run);
});
