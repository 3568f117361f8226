// The package as others get it: the build without the sources, what npm packs of it, and the
// documented example run and type-checked where that was installed. No network: outcry/book has no
// dependency.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const EXAMPLE = path.join(ROOT, "docs", "examples", "order-book.ts");
const PACKED_WITH_CODE = ["package.json", "outcry", "tools/launch.mjs", "README.md", "LICENSE"];

const folder = mkdtempSync(path.join(os.tmpdir(), "outcry-package-"));
/** What is packed, away from the dist that others may be using. */
const source = path.join(folder, "source");

before(() => {
  for (const file of PACKED_WITH_CODE) cpSync(path.join(ROOT, file), path.join(source, file));
  const build = path.join(ROOT, "tools", "build.ts");
  run(process.execPath, [build, "--out", path.join(source, "dist")], ROOT);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** The text of the first block of a language in docs/book.md. */
function documented(language: string): string {
  const page = readFileSync(path.join(ROOT, "docs", "book.md"), "utf8");
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(page)?.[1];
  assert.ok(block !== undefined, `expected a block of ${language} in docs/book.md`);
  return block;
}

/** The packed package, unpacked where `project` finds it. */
function install(project: string): void {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [{ filename }] = JSON.parse(run("npm", args, source)) as [{ filename: string }];
  const installed = path.join(project, "node_modules", "outcry");
  mkdirSync(installed, { recursive: true });
  const tarball = path.join(folder, filename);
  run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"], folder);
}

test("the build runs the command line without the sources", (t) => {
  const packages = path.join(source, "node_modules");
  symlinkSync(path.join(ROOT, "node_modules"), packages);
  t.after(() => rmSync(packages));
  const outcry = (...args: string[]): string => run(path.join(source, "outcry"), args, os.tmpdir());
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  assert.equal(outcry("--version"), `${version}\n`);
  for (const verb of ["start", "replay", "cases", "bench"]) {
    assert.match(outcry(verb, "--help"), new RegExp(`^usage: outcry ${verb}\\b`));
  }
});

test("what npm packs is what the build and the command line need", () => {
  const listing = run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], ROOT);
  const [{ files }] = JSON.parse(listing) as [{ files: { path: string }[] }];
  const packed = files.map((file) => file.path);
  const { bin } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  assert.equal(path.normalize(bin.outcry), "outcry");
  for (const file of PACKED_WITH_CODE) assert.ok(packed.includes(file), `${file} is packed`);
  assert.deepEqual(
    packed.filter((file) => /\.test\.|^src\/|^data\//.test(file)),
    [],
  );
});

test("the example in docs/book.md is the example that runs, and prints what the page says", () => {
  assert.equal(documented("ts"), readFileSync(EXAMPLE, "utf8"));
  const printed = run(process.execPath, ["--conditions=outcry-source", EXAMPLE], ROOT);
  assert.equal(printed, documented("text"));
});

test("the packed package runs and type-checks the example without the sources", () => {
  const project = path.join(folder, "project");
  install(project);
  cpSync(EXAMPLE, path.join(project, "example.ts"));
  writeFileSync(path.join(project, "package.json"), '{"type":"module"}');

  assert.equal(run(process.execPath, ["example.ts"], project), documented("text"));

  const tsc = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2023"];
  const types = ["--types", "", "--lib", "es2023,dom", "--skipLibCheck", "false"];
  run(process.execPath, [tsc, ...flags, ...types, "example.ts"], project);
});
