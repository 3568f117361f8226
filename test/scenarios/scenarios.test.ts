// Runs every scenario file, as written and mirrored. UPDATE=1 rewrites what is below the line: read
// the difference as you would read code.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { parseScenario, updatedText } from "./scenario-file.ts";
import { runScenario } from "./scenario-run.ts";

const SCENARIOS = new URL("./", import.meta.url);
const names = readdirSync(SCENARIOS).filter((name) => name.endsWith(".scn"));

for (const name of names) {
  const file = new URL(name, SCENARIOS);
  const text = readFileSync(file, "utf8");
  const { title, notMirrored, commands, events, book } = parseScenario(text);
  test(`${name}: ${title}`, () => {
    const found = runScenario(commands, false);
    if (process.env["UPDATE"] === "1") {
      writeFileSync(file, updatedText(text, found.events, found.book));
    } else {
      assert.deepEqual(found.events.map(trimmed), events);
      assert.deepEqual(found.book, book);
    }
    if (notMirrored === "") {
      assert.deepEqual(runScenario(commands, true), found, "the mirrored scenario reads the same");
    }
  });
}

function trimmed(line: string): string {
  return line.trim();
}
