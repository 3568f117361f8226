// The build as an installed package has it: plain JavaScript, no sources, any folder.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { ROOT } from "./project-files.ts";

test("the build runs the command line without the sources", (t) => {
  const root = mkdtempSync(path.join(os.tmpdir(), "outcry-build-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const build = [path.join(ROOT, "tools/build.ts"), "--out", path.join(root, "dist")];
  const { status, stdout } = spawnSync(process.execPath, build, { encoding: "utf8" });
  assert.equal(status, 0, stdout);
  for (const file of ["outcry", "package.json", "tools/launch.mjs"]) {
    cpSync(path.join(ROOT, file), path.join(root, file));
  }
  symlinkSync(path.join(ROOT, "node_modules"), path.join(root, "node_modules"));

  const outcry = (...args: string[]): string =>
    execFileSync(path.join(root, "outcry"), args, { cwd: os.tmpdir(), encoding: "utf8" });
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  assert.equal(outcry("--version"), `${version}\n`);
  for (const verb of ["start", "replay", "cases", "bench"]) {
    assert.match(outcry(verb, "--help"), new RegExp(`^usage: outcry ${verb}\\b`));
  }
});

test("what npm packs is what the build and the command line need", () => {
  const listing = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(listing) as [{ files: { path: string }[] }];
  const packed = files.map((file) => file.path);
  const { bin } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  assert.equal(path.normalize(bin.outcry), "outcry");
  for (const file of ["outcry", "tools/launch.mjs", "package.json", "LICENSE", "README.md"]) {
    assert.ok(packed.includes(file) || !existsSync(path.join(ROOT, file)), `${file} is packed`);
  }
  assert.deepEqual(
    packed.filter((file) => /\.test\.|^src\/|^data\//.test(file)),
    [],
  );
});
