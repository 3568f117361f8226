// Every script of this folder against a real exchange.

import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { playFixScript } from "./fix-script.ts";

const FOLDER = new URL("./", import.meta.url);

for (const name of readdirSync(FOLDER).filter((each) => each.endsWith(".fix"))) {
  const text = readFileSync(new URL(name, FOLDER), "utf8");
  const [title] = text.split("\n");
  test(`FIX: ${title.replace(/^# /, "")} (${name})`, (t) => playFixScript(t, text));
}
