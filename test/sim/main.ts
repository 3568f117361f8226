// `npm run sim`: runs seeds and says which of them broke a promise.
//
//   npm run sim -- --seed 7 --trace      one seed, with every line of its history
//   npm run sim -- --seeds 1000          1000 seeds from the first, which is --seed or 1

import { parseArgs } from "node:util";
import { reportOf } from "./report.ts";
import { simulate } from "./simulation.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    "all-faults": { type: "boolean", default: false },
    "keep-going": { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
  },
});

const hasAllFaults = values["all-faults"];
const print = values.trace ? (line: string) => console.log(line) : undefined;
const firstSeed = Number(values.seed);
const seedCount = Number(values.seeds);
const startedMillis = performance.now();
let failed = 0;
let commands = 0;
let starts = 0;
let seeds = 0;
for (let seed = firstSeed; seed < firstSeed + seedCount; seed++) {
  const outcome = await simulate({ seed, hasAllFaults, ...(print === undefined ? {} : { print }) });
  seeds++;
  commands += outcome.commands;
  starts += outcome.starts;
  if (outcome.violation !== undefined || seedCount === 1) {
    console.log(reportOf(outcome, hasAllFaults));
  }
  if (outcome.violation === undefined) continue;
  failed++;
  if (!values["keep-going"]) break;
}
const seconds = ((performance.now() - startedMillis) / 1000).toFixed(1);
console.log(
  `${seeds} seeds, ${commands} commands, ${starts} starts, ${seconds} s: ${failed} violations`,
);
process.exit(failed === 0 ? 0 : 1);
