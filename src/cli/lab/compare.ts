// `outcry lab compare A B`; with `--out DIR` it asks also where the time goes, and writes a report.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeCompareRun } from "../../lab/compare/compare-run.ts";
import { comparisonText } from "../../lab/compare/compare-text.ts";
import {
  compareVersions,
  comparisonPlan,
  PAIRS_MIN,
  type Tier,
} from "../../lab/compare/compare-versions.ts";
import { comparisonOf } from "../../lab/compare/comparison.ts";
import { compareFilesOf } from "../../lab/report/compare-report.ts";
import { prepareFolder } from "../../lab/report/lab-files.ts";
import { writeFiles } from "../../lab/report/write-report.ts";
import { commandText } from "../command-text.ts";
import { EXIT_DONE, EXIT_FAILED, integerArgument, usageError } from "../verb.ts";

/** Of 5 % of an order's time these tell on a quiet machine; they take two minutes. */
const PAIRS_DEFAULT = 40;
const PAIRS_MAX = 1000;
const SEED_MAX = 2 ** 32 - 1;
/** Half a thousand samples of each version a pair: together enough to see a hundredth. */
const SAMPLED_PAIRS = 10;
export const COMPARE_NAME = "compare";

/** Exit code 1 when B regressed: for CI. */
export async function compare(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      pairs: { type: "string", default: String(PAIRS_DEFAULT) },
      seed: { type: "string", default: "1" },
      tier: { type: "string", default: "1,2" },
      json: { type: "boolean", default: false },
      plan: { type: "boolean", default: false },
      out: { type: "string" },
      name: { type: "string", default: COMPARE_NAME },
    },
  });
  const [a, b, another] = positionals;
  if (a === undefined || b === undefined || another !== undefined) {
    throw usageError("A B", "two folders of builds (dist)", positionals.join(" ") || "none");
  }
  for (const folder of [a, b]) {
    if (!existsSync(join(folder, "lab", "load", "record-engine.js"))) {
      throw usageError("A B", "a folder that `npm run build` made", folder);
    }
  }
  const { out, name } = values;
  const extent = {
    pairs: integerArgument("--pairs", values.pairs, PAIRS_MIN, PAIRS_MAX),
    tiers: tiersOf(values.tier),
    sampledPairs: out === undefined ? 0 : SAMPLED_PAIRS,
  };
  const planned = comparisonPlan(extent);
  if (values.plan) {
    console.log(planned);
    return EXIT_DONE;
  }
  if (out !== undefined) prepareFolder(out);
  process.stderr.write(`${planned}\n`);
  const run = await compareVersions({
    ...extent,
    a,
    b,
    seed: integerArgument("--seed", values.seed, 0, SEED_MAX),
    command: commandText(["lab", "compare", ...args]),
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  const comparison = comparisonOf(run);
  if (out !== undefined) {
    const written = [
      ...writeFiles(compareFilesOf(run, name), out),
      writeCompareRun(run, out, name),
    ];
    process.stderr.write(`${written.join("\n")}\n`);
  }
  console.log(values.json ? JSON.stringify(comparison) : comparisonText(comparison));
  return comparison.verdict === "REGRESSED" ? EXIT_FAILED : EXIT_DONE;
}

function tiersOf(text: string): Tier[] {
  return text.split(",").map((word) => {
    const tier = ([1, 2, 3] as const).find((each) => String(each) === word);
    if (tier === undefined) throw usageError("--tier", "some of 1,2,3", text);
    return tier;
  });
}
