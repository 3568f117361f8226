import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "./log-for-test.ts";
import { nodeDisk } from "./node-disk.ts";
import { waitedForDisk } from "./waited-for-disk.ts";

for (const [name, disk] of Object.entries({ nodeDisk, waitedForDisk })) {
  test(`${name}: what was written, and renamed, is there for whoever reads`, async (t) => {
    const directory = temporaryDirectory(t);
    const [before, after] = [join(directory, "before"), join(directory, "after")];
    const file = disk.create(before);
    await file.write(Buffer.from("xxhello"), 2, 7, 0);
    await file.write(Buffer.from("world"), 0, 5, 5);
    await file.sync();
    file.close();
    disk.rename(before, after);
    await disk.syncDirectory(directory);
    assert.equal(readFileSync(after, "latin1"), "helloworld");

    const again = disk.openToWrite(after);
    await again.write(Buffer.from("HELLO"), 0, 5, 0);
    again.close();
    assert.equal(readFileSync(after, "latin1"), "HELLOworld");
  });

  test(`${name}: a write that fails rejects, and throws nothing`, async (t) => {
    const file = disk.create(join(temporaryDirectory(t), "file"));
    file.close();
    const written = file.write(Buffer.from("no"), 0, 2, 0);
    await assert.rejects(written, /EBADF/);
  });
}

test("waitedForDisk has written when the call returns", (t) => {
  const path = join(temporaryDirectory(t), "file");
  const file = waitedForDisk.create(path);
  const written = file.write(Buffer.from("here"), 0, 4, 0);
  assert.equal(readFileSync(path, "latin1"), "here");
  file.close();
  return written;
});
