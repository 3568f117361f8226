// The package as a builder gets it: packed, unpacked into node_modules, the documented example run
// and type-checked there. No network: outcry/book has no dependency.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = path.join(ROOT, "docs", "examples", "order-book.ts");
const PACKED_WITH_CODE = ["package.json", "outcry", "tools/launch.mjs", "README.md", "LICENSE"];

/** The text of the first block of a language in docs/book.md. */
function documented(language: string): string {
  const page = readFileSync(path.join(ROOT, "docs", "book.md"), "utf8");
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(page)?.[1];
  assert.ok(block !== undefined, `expected a block of ${language} in docs/book.md`);
  return block;
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** Builds and packs into `folder`, away from the dist that others may be using; the tarball. */
function pack(folder: string): string {
  const source = path.join(folder, "source");
  for (const file of PACKED_WITH_CODE.filter((name) => existsSync(path.join(ROOT, name)))) {
    cpSync(path.join(ROOT, file), path.join(source, file));
  }
  const build = path.join(ROOT, "tools", "build.ts");
  run(process.execPath, [build, "--out", path.join(source, "dist")], ROOT);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(run("npm", args, source)) as [{ filename: string }];
  return path.join(folder, filename);
}

test("the example in docs/book.md is the example that runs, and prints what the page says", () => {
  assert.equal(documented("ts"), readFileSync(EXAMPLE, "utf8"));
  const printed = run(process.execPath, ["--conditions=outcry-source", EXAMPLE], ROOT);
  assert.equal(printed, documented("text"));
});

test("the packed package runs and type-checks the example without the sources", (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "outcry-embed-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tarball = pack(folder);
  const project = path.join(folder, "project");
  const installed = path.join(project, "node_modules", "outcry");
  mkdirSync(installed, { recursive: true });
  run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"], folder);
  cpSync(EXAMPLE, path.join(project, "example.ts"));
  writeFileSync(path.join(project, "package.json"), '{"type":"module"}');

  assert.equal(run(process.execPath, ["example.ts"], project), documented("text"));

  const tsc = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2023"];
  const types = ["--types", "", "--lib", "es2023,dom", "--skipLibCheck", "false"];
  run(process.execPath, [tsc, ...flags, ...types, "example.ts"], project);
});
