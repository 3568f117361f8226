import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "./logging.ts";

test("a line of the log stays one line whatever a client put into it", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  log("warn", "client sent garbage", { peer: "127.0.0.1:5000", found: "a b\nerror forged" });
  assert.equal(lines.length, 1);
  assert.match(
    lines[0],
    /^[\d-]+T[\d:.]+Z warn client sent garbage peer=[\d.]+:5000 found="a b\\nerror forged"\n$/,
  );
});
