import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { listProjectFiles, ROOT } from "./project-files.ts";

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const page = read("docs/operations.md");

test("docs/operations.md tells of every metric that the exchange has, and of no other", () => {
  const registered = listProjectFiles(ROOT)
    .filter((file) => /^src\/(cli|gateway)\/.*(?<!\.test|-for-test)\.ts$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/"outcry_([a-z_]+)"/g)].map(([, name]) => name));
  const table = page.slice(page.indexOf("| metric |"));
  const told = [...table.matchAll(/^\| ((?:`[a-z_]+`(?:, )?)+) \|/gm)].flatMap(([, names = ""]) =>
    names.split(", ").map((name) => name.replaceAll("`", "")),
  );
  assert.ok(registered.length > 30, `${registered.length} metrics found in the sources`);
  assert.deepEqual(told.sort(), [...new Set(registered)].sort());
});

test("docs/operations.md names options that outcry start has", () => {
  const usage = read("src/cli/verbs/start.ts") + read("src/cli/log-settings.ts");
  const options = [...page.matchAll(/^\| (`--.*?) \|/gm)].flatMap(
    ([, names = ""]) => names.match(/--[a-z-]+/g) ?? [],
  );
  assert.ok(options.length > 10, `${options.length} options found on the page`);
  for (const option of options) assert.ok(usage.includes(option), option);
});
