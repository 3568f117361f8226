// `outcry cases`: behavior cases against the engine.

import { parseArgs } from "node:util";
import { readCaseFile } from "../case-file.ts";
import { type CaseVerdict, runCase } from "../case-run.ts";
import { EXIT_DONE, EXIT_FAILED, usageError, type Verb } from "../verb.ts";

const USAGE = `usage: outcry cases FILE.json... [--json]

Runs behavior cases, each from an empty book, and prints one line a case:
passed, failed or unsupported, its id, and why. A case is unsupported when it uses or expects
something that this engine or runner does not know; it is then not run. Exits 1 when a case failed,
or when none was there to run.

  --json   print one JSON object a case, and one with the counts at the end
`;

export const verb: Verb = {
  name: "cases",
  summary: "run behavior cases against the engine",
  usage: USAGE,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  if (files.length === 0) throw usageError("FILE", "at least one case file", "none");
  const counts = { passed: 0, failed: 0, unsupported: 0 };
  for (const file of files) {
    for (const behavior of readCaseFile(file)) {
      const verdict = runCase(behavior);
      counts[verdict.verdict]++;
      process.stdout.write(`${values.json ? JSON.stringify(verdict) : verdictText(verdict)}\n`);
    }
  }
  const { passed, failed, unsupported } = counts;
  const closing = `${passed} passed, ${failed} failed, ${unsupported} unsupported`;
  process.stdout.write(`${values.json ? JSON.stringify(counts) : closing}\n`);
  return failed > 0 || passed + unsupported === 0 ? EXIT_FAILED : EXIT_DONE;
}

function verdictText({ verdict, id, reason }: CaseVerdict): string {
  return reason === "" ? `${verdict} ${id}` : `${verdict} ${id} (${reason})`;
}
