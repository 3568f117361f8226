// `outcry lab compare A B`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { comparisonText } from "../../lab/compare/compare-text.ts";
import { compareVersions, PAIRS_MIN } from "../../lab/compare/compare-versions.ts";
import { EXIT_DONE, EXIT_FAILED, integerArgument, usageError } from "../verb.ts";

const PAIRS_MAX = 1000;

/** Exit code 1 when B regressed: for CI. */
export async function compare(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      pairs: { type: "string", default: String(PAIRS_MIN) },
      tier: { type: "string", default: "both" },
      json: { type: "boolean", default: false },
    },
  });
  const [a, b] = positionals;
  if (a === undefined || b === undefined) {
    throw usageError("A B", "two folders of builds (dist)", positionals.join(" ") || "none");
  }
  for (const folder of [a, b]) {
    if (!existsSync(join(folder, "lab", "load", "record-engine.js"))) {
      throw usageError("A B", "a folder that `npm run build` made", folder);
    }
  }
  const comparison = await compareVersions({
    a,
    b,
    pairs: integerArgument("--pairs", values.pairs, PAIRS_MIN, PAIRS_MAX),
    tiers: tiersOf(values.tier),
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  console.log(values.json ? JSON.stringify(comparison) : comparisonText(comparison));
  const verdicts = [comparison.instructions?.verdict, comparison.cpu?.verdict];
  return verdicts.includes("REGRESSED") ? EXIT_FAILED : EXIT_DONE;
}

function tiersOf(text: string): (1 | 2)[] {
  if (text === "1") return [1];
  if (text === "2") return [2];
  if (text === "both") return [1, 2];
  throw usageError("--tier", "1, 2 or both", text);
}
