import assert from "node:assert/strict";
import { test } from "node:test";
import { readTargetOptions } from "./target-options.ts";

const ENGINE = "tcp:127.0.0.1:9000";

test("a command without its quotes is refused, as its words would be left out", () => {
  const unquoted = [ENGINE, "--command", "./my-engine", "tcp", "9000"];
  assert.throws(() => readTargetOptions(unquoted), /the words of a --command in quotes, found tcp/);
});

test("what would be ignored is refused: another process would be measured than was meant", () => {
  const command = ["--command", "./my-engine"];
  for (const target of ["engine", "engine:tcp", "venue:rest"]) {
    assert.throws(() => readTargetOptions([target, ...command]), /started and watched by itself/);
    assert.throws(() => readTargetOptions([target, "--pid", "1"]), /found --pid/);
  }
  const two = [ENGINE, ...command, "--pid", "1"];
  assert.throws(() => readTargetOptions(two), /expected one of them, found --pid and --command/);
  assert.equal(readTargetOptions([ENGINE, ...command]).spec.command, "./my-engine");
});
