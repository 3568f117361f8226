import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { systemAppendFiles } from "./append-file.ts";
import { readFileTree } from "./file-tree.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "outcry-ops-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("a private file is its owner's alone, also where it was open before", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "keys.json");
  assert.equal(readPrivateFile(path), undefined);
  writePrivateFile(path, "first");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileSync(join(directory, "open.json"), "second", { mode: 0o644 });
  assert.equal(readPrivateFile(join(directory, "open.json")), "second");
  assert.equal(statSync(join(directory, "open.json")).mode & 0o777, 0o600);
});

test("a private file is replaced whole and leaves no draft behind", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "keys.json");
  writePrivateFile(path, "a longer first text");
  writePrivateFile(path, "short");
  assert.equal(readPrivateFile(path), "short");
  assert.deepEqual(readdirSync(directory), ["keys.json"]);
});

test("a private file that the disk takes only a part of stays as it was", (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, "keys.json");
  writePrivateFile(path, "what was there");
  const url = new URL("private-file.ts", import.meta.url).href;
  const script = `import { writePrivateFile } from ${JSON.stringify(url)};
    writePrivateFile(${JSON.stringify(path)}, "a".repeat(1500));`;
  const node = `"${process.execPath}" --conditions=outcry-source --input-type=module`;
  // The limit on a file's size ends a write as a full disk does: a part, and then an error.
  const shell = spawnSync("bash", ["-c", `ulimit -f 1; exec ${node}`], { input: script });
  assert.notEqual(shell.status, 0);
  assert.match(shell.stderr.toString(), /EFBIG/);
  assert.equal(readPrivateFile(path), "what was there");
  assert.deepEqual(readdirSync(directory), ["keys.json"]);
});

test("an append file that could not be written anew goes on, and can be later", (t) => {
  const path = join(temporaryDirectory(t), "numbers");
  const file = systemAppendFiles.open(path, "1\n");
  mkdirSync(`${path}.new`); // In the draft's place.
  assert.throws(() => file.replace("lost\n"), { code: "EISDIR" });
  file.append("2\n");
  assert.equal(systemAppendFiles.read(path), "1\n2\n");
  rmSync(`${path}.new`, { recursive: true });
  file.replace("3\n");
  file.append("4\n");
  file.close();
  assert.equal(systemAppendFiles.read(path), "3\n4\n");
});

test("a file tree names its files by their folders and does not follow links out of it", (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, "page", "assets"), { recursive: true });
  writeFileSync(join(directory, "secret.txt"), "secret");
  writeFileSync(join(directory, "page", "index.html"), "<p>");
  writeFileSync(join(directory, "page", "assets", "a.js"), "1");
  symlinkSync(join(directory, "secret.txt"), join(directory, "page", "link.txt"));
  const tree = readFileTree(join(directory, "page"));
  assert.deepEqual([...(tree?.keys() ?? [])].sort(), ["assets/a.js", "index.html"]);
  assert.equal(readFileTree(join(directory, "missing")), undefined);
});
