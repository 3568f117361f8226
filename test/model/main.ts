// `npm run twin`: random flows of commands through the engine and its slow twin, for as long as it
// is told to.

import { parseArgs } from "node:util";
import { FEATURES, type Feature } from "./feature-names.ts";
import { COMMANDS_PER_FLOW, replay, shortened, stepsToFailure } from "./twin-flow.ts";
import { textOfFailure } from "./twin-report.ts";

const USAGE = `usage: npm run twin -- [options]

Compares every event and every queue after each command of random flows of ${COMMANDS_PER_FLOW}
commands. A flow in which they differ is shrunk, and printed with the command that runs it again.

  --commands N     so many, a flow at least (5000)
  --seed N         of the first flow (one that nobody has seen yet)
  --steps LIST     of the flow with this seed these steps alone: 0,7,31
  --features LIST  flows use only these: ${FEATURES.join(", ")}`;

const PROGRESS_FLOWS = 100;
const SEED_MASK = 0x7fff_ffff;

type Run = { readonly firstSeed: number; readonly flows: number; readonly features: Feature[] };

function main(): number {
  const { values } = parseArgs({
    options: {
      commands: { type: "string", default: "5000" },
      seed: { type: "string" },
      steps: { type: "string" },
      features: { type: "string", default: FEATURES.join(",") },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const chosen = values.features.split(",");
  const features = FEATURES.filter((feature) => chosen.includes(feature));
  const firstSeed = values.seed === undefined ? Date.now() & SEED_MASK : Number(values.seed);
  const flows = Math.ceil(Number(values.commands) / COMMANDS_PER_FLOW);
  const isKnown = features.length === chosen.length && Number.isInteger(firstSeed);
  if (values.help || !isKnown || !(flows >= 1)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.steps === undefined) return runFlows({ firstSeed, flows, features });
  replay(firstSeed, features, values.steps.split(",").map(Number));
  console.log("no difference");
  return 0;
}

function runFlows({ firstSeed, flows, features }: Run): number {
  const startedMillis = performance.now();
  console.log(`${flows} flows of ${COMMANDS_PER_FLOW} commands, seeds from ${firstSeed}`);
  for (let done = 0; done < flows; done++) {
    const seed = firstSeed + done;
    const drawn = stepsToFailure(seed, features);
    if (drawn !== undefined) {
      console.log(textOfFailure(shortened(seed, features, drawn), features));
      return 1;
    }
    if ((done + 1) % PROGRESS_FLOWS === 0) console.log(progressOf(done + 1, startedMillis));
  }
  console.log(`${progressOf(flows, startedMillis)}, no difference`);
  return 0;
}

function progressOf(flows: number, startedMillis: number): string {
  const seconds = ((performance.now() - startedMillis) / 1000).toFixed(0);
  return `${flows * COMMANDS_PER_FLOW} commands, ${seconds} s`;
}

process.exitCode = main();
