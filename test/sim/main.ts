// `npm run sim`: runs seeds and says which of them broke a promise.

import { parseArgs } from "node:util";
import { reportOf } from "./report.ts";
import { simulate } from "./simulation.ts";
import { FAULTS, type FaultChoice, isFault } from "./swarm.ts";

const USAGE = `usage: npm run sim -- [options]

Runs the whole exchange on a simulated disk, clock and network, once a seed.

  --seed N        the first seed (1)
  --seeds COUNT   how many, one after the other (1)
  --faults LIST   some: each kind with even odds (the default); all: every kind;
                  or kinds with commas between, these often: "power lost,slow disk"
  --keep-going    does not stop at the first seed that breaks a promise
  --trace         every line of what happens: seconds, who, what

kinds of faults: ${Object.keys(FAULTS).join(", ")}`;

const PROGRESS_SEEDS = 100;

type Totals = { seeds: number; commands: number; starts: number; violations: number };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      seeds: { type: "string", default: "1" },
      faults: { type: "string", default: "some" },
      "keep-going": { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const firstSeed = Number(values.seed);
  const seedCount = Number(values.seeds);
  const faults = choiceOf(values.faults);
  if (values.help || !Number.isInteger(firstSeed + seedCount) || faults === undefined) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const print = values.trace ? { print: (line: string) => console.log(line) } : {};
  const totals: Totals = { seeds: 0, commands: 0, starts: 0, violations: 0 };
  const startedMillis = performance.now();
  for (let seed = firstSeed; seed < firstSeed + seedCount; seed++) {
    const outcome = await simulate({ seed, faults, ...print });
    const hasFailed = outcome.violation !== undefined;
    totals.seeds++;
    totals.commands += outcome.commands;
    totals.starts += outcome.starts;
    totals.violations += hasFailed ? 1 : 0;
    if (hasFailed || seedCount === 1) console.log(reportOf(outcome, faults));
    if (hasFailed && !values["keep-going"]) break;
    if (totals.seeds % PROGRESS_SEEDS === 0) console.log(textOf(totals, startedMillis));
  }
  console.log(textOf(totals, startedMillis));
  return totals.violations === 0 ? 0 : 1;
}

function textOf({ seeds, commands, starts, violations }: Totals, startedMillis: number): string {
  const seconds = ((performance.now() - startedMillis) / 1000).toFixed(1);
  const done = `${seeds} seeds, ${commands} commands, ${starts} starts, ${seconds} s`;
  return `${done}: ${violations} violations`;
}

function choiceOf(text: string): FaultChoice | undefined {
  if (text === "some" || text === "all") return text;
  const names = text.split(",");
  return names.every(isFault) ? names : undefined;
}

process.exit(await main());
