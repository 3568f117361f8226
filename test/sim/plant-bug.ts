// Loaded before the simulation, in a process of its own: plants the bug whose number stands in
// OUTCRY_PLANTED_BUG. Sources are changed as they are loaded; nothing is written anywhere.

import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const ROOT = new URL("../../", import.meta.url);
const { edits } = PLANTED_BUGS[Number(process.env["OUTCRY_PLANTED_BUG"])];

registerHooks({
  load(url, context, next) {
    const result = next(url, context);
    const ofFile = edits.filter(({ file }) => new URL(file, ROOT).href === url);
    if (ofFile.length === 0) return result;
    let source = String(result.source);
    for (const { file, from, to } of ofFile) {
      assert.equal(source.split(from).length, 2, `${file} has this once: ${from}`);
      source = source.replace(from, () => to);
    }
    return { ...result, source };
  },
});
