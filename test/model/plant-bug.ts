// A process of its own: the engine with one planted bug against its twin, until they differ.
//
//   node test/model/plant-bug.ts NUMBER FIRST_SEED FLOWS
//
// Prints the seed of the flow that found it, or nothing.

import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const COMMANDS_PER_FLOW = 500;

const [number, firstSeed, flows] = process.argv.slice(2).map(Number);
const { features, file, line, changed } = PLANTED_BUGS[number];
const url = new URL(`../../${file}`, import.meta.url).href;

// Sources are changed as they are loaded; nothing is written anywhere.
registerHooks({
  load(loaded, context, next) {
    const result = next(loaded, context);
    if (loaded !== url) return result;
    const source = String(result.source);
    assert.equal(source.split(line).length, 2, `${file} has this line once: ${line}`);
    return { ...result, source: source.replace(line, () => changed) };
  },
});

const { TwinRun } = await import("./twin-run.ts");
for (let seed = firstSeed; seed < firstSeed + flows; seed++) {
  const run = new TwinRun(seed, features, COMMANDS_PER_FLOW, () => {});
  try {
    run.run(COMMANDS_PER_FLOW);
  } catch {
    console.log(seed);
    break;
  }
}
