// A process of its own: the engine with one planted bug against its twin, until they differ.
//
//   node test/model/plant-bug.ts NUMBER FIRST_SEED FLOWS SHRINKS
//
// Prints the seed of the flow that found it and in how many steps, or nothing; with SHRINKS 1 of
// the shrunk flow, and then its line of failed-flows.jsonl.

import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { PLANTED_BUGS } from "./planted-bugs.ts";

const [number, firstSeed, flows, shrinks] = process.argv.slice(2).map(Number);
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

const { shortened, stepsToFailure } = await import("./twin-flow.ts");
for (let seed = firstSeed; seed < firstSeed + flows; seed++) {
  const drawn = stepsToFailure(seed, features);
  if (drawn === undefined) continue;
  const steps = shrinks === 1 ? shortened(seed, features, drawn).steps : drawn;
  console.log(seed, steps.length);
  if (shrinks === 1) console.log(JSON.stringify({ found: PLANTED_BUGS[number].name, seed, steps }));
  break;
}
