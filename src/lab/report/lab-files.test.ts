import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { prepareFolder, writeTo } from "./lab-files.ts";
import { readRun } from "./write-report.ts";

const folder = mkdtempSync(join(tmpdir(), "outcry-files-"));
after(() => rmSync(folder, { recursive: true }));

test("where the files go is made and tried before anything is measured for them", () => {
  const deep = join(folder, "a", "b");
  prepareFolder(deep);
  assert.deepEqual(readdirSync(deep), []);
  const file = join(folder, "file");
  writeFileSync(file, "");
  const failed = { code: "LAB_FILE", message: /ENOTDIR|EEXIST/ };
  assert.throws(() => prepareFolder(join(file, "below")), failed);
});

test("a full disk is told with the file that did not fit", {
  skip: existsSync("/dev/full") ? false : "/dev/full is missing: Linux has it",
}, () => {
  assert.throws(() => writeTo("/dev/full", "x"), { message: /^\/dev\/full: ENOSPC/ });
});

test("a file that is no run is named, without a stack", () => {
  const broken = join(folder, "broken.json");
  for (const text of ['{"version": 4, "target', "", "7"]) {
    writeFileSync(broken, text);
    assert.throws(() => readRun(broken), {
      code: "LAB_FILE",
      message: /broken\.json: expected a run\.json of the laboratory, found/,
    });
  }
  const missing = join(folder, "missing.json");
  assert.throws(() => readRun(missing), { code: "ENOENT", message: /missing\.json/ });
});
