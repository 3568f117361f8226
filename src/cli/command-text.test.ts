import assert from "node:assert/strict";
import { test } from "node:test";
import { commandText } from "./command-text.ts";

test("a command is told so that it may be typed again, without its key", () => {
  const command = "X=1 ./engine 'a b' tcp 9000";
  assert.equal(
    commandText(["lab", "run", "tcp:127.0.0.1:9000", "--command", command, "--quick"]),
    "outcry lab run tcp:127.0.0.1:9000 --command 'X=1 ./engine '\\''a b'\\'' tcp 9000' --quick",
  );
  assert.equal(
    commandText(["load", "http://a:1", "--key", "secret"]),
    "outcry load http://a:1 --key '...'",
  );
  assert.equal(commandText(["load", "--key=secret"]), "outcry load --key='...'");
});
