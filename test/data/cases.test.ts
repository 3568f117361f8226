// The behavior cases against the engine, as `outcry cases` runs them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readCaseFile } from "../../src/cli/case-file.ts";
import { runCase } from "../../src/cli/case-run.ts";
import { sharedData } from "./shared-data.ts";

const behavior = sharedData("cases/behaviour.json");

test("every core case passes, and no case fails", behavior, () => {
  const cases = readCaseFile(behavior.paths[0]);
  assert.ok(cases.length > 0);
  for (const each of cases) {
    const { verdict, reason } = runCase(each);
    if (each.class === "core") assert.equal(verdict, "passed", `${each.id}: ${reason}`);
    else assert.notEqual(verdict, "failed", `${each.id}: ${reason}`);
  }
});
