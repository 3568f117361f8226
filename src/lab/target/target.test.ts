import assert from "node:assert/strict";
import { test } from "node:test";
import { startTarget } from "./target.ts";
import { TargetFailure } from "./target-failure.ts";
import { parseDrive } from "./target-spec.ts";

/** Nobody may listen there without being root, and here nobody does. */
const NOBODY = "tcp:127.0.0.1:9";

for (const [command, end] of [
  ["true", "code 0"],
  ["sh -c 'exit 3'", "code 3"],
  ["sh -c 'kill -TERM $$'", "SIGTERM"],
]) {
  test(`a command that ends with ${end} before it listens is told at once`, async () => {
    const drive = parseDrive(NOBODY);
    assert.ok(drive !== undefined);
    const message = `expected a server on ${NOBODY} within 60 s; the command ended with ${end}`;
    await assert.rejects(startTarget({ text: NOBODY, drive, command }), { message });
  });
}

test("a target that should run already is not waited for", async () => {
  const drive = parseDrive(NOBODY);
  assert.ok(drive !== undefined);
  await assert.rejects(startTarget({ text: NOBODY, drive }), (error) => {
    assert.ok(error instanceof TargetFailure);
    assert.equal(error.message, `expected a server on ${NOBODY} within 2 s, found none`);
    return true;
  });
});
