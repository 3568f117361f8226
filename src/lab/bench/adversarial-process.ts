// One run of one load through an engine, in a process of its own. Prints one JSON line. Arguments:
// LOAD SCALE.

import { Engine } from "../../engine/engine.ts";
import { LOADS, type Load } from "./adversarial-loads.ts";

/**
 * The usual load, and so much of the measured one, go before for the compiler: a cascade is one
 * command, and its first ten thousand orders cost twice to five times what the next ones do.
 */
const WARM_UP_UNITS = 100_000;

function main(name: string, scale: number): void {
  apply(loadOf("normal", scale));
  const load = loadOf(name, scale);
  const warmUps = (WARM_UP_UNITS * scale) / load.units;
  for (let done = 0; done < warmUps; done++) apply(loadOf(name, scale * Math.min(1, warmUps)));
  const measured = new Engine();
  load.before.apply(measured);
  // Of the processor's time: a load of a few milliseconds loses more than that to its neighbors.
  const started = process.cpuUsage();
  load.timed.apply(measured);
  const { user, system } = process.cpuUsage(started);
  const nanos = (user + system) * 1000;
  load.check(measured);
  const { unit, units } = load;
  const stateHash = measured.stateHash();
  console.log(JSON.stringify({ unit, units, nanosPerUnit: nanos / units, stateHash }));
}

function apply(load: Load): void {
  const engine = new Engine();
  load.before.apply(engine);
  load.timed.apply(engine);
}

function loadOf(name: string, scale: number): Load {
  const create = LOADS[name];
  if (create === undefined) throw new Error(`expected a load's name, found ${name}`);
  return create(scale);
}

const [, , name = "", scale = "1"] = process.argv;
main(name, Number(scale));
