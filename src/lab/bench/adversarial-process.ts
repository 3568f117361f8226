// One run of one load through an engine, in a process of its own. Prints one JSON line. Arguments:
// LOAD SCALE.

import { Engine } from "../../engine/engine.ts";
import { LOADS, type Load } from "./adversarial-loads.ts";

/** The usual load, and the measured one at a tenth of its size, go before for the compiler. */
const WARM_UP_FACTOR = 0.1;

function main(name: string, scale: number): void {
  for (const warmUp of [loadOf("normal", scale), loadOf(name, scale * WARM_UP_FACTOR)]) {
    const engine = new Engine();
    warmUp.before.apply(engine);
    warmUp.timed.apply(engine);
  }
  const load = loadOf(name, scale);
  const measured = new Engine();
  load.before.apply(measured);
  const started = process.hrtime.bigint();
  load.timed.apply(measured);
  const nanos = Number(process.hrtime.bigint() - started);
  load.check(measured);
  const { unit, units } = load;
  const stateHash = measured.stateHash();
  console.log(JSON.stringify({ unit, units, nanosPerUnit: nanos / units, stateHash }));
}

function loadOf(name: string, scale: number): Load {
  const create = LOADS[name];
  if (create === undefined) throw new Error(`expected a load's name, found ${name}`);
  return create(scale);
}

const [, , name = "", scale = "1"] = process.argv;
main(name, Number(scale));
