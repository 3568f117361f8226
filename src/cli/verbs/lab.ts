// `outcry lab`: the laboratory's passes, each alone and all together.

import { LAB_VERBS } from "../lab/lab-verbs.ts";
import { TARGET_OPTIONS_HELP } from "../lab/target-options.ts";
import { usageError, type Verb } from "../verb.ts";

const USAGE = `usage: outcry lab run TARGET [--quick] [options]
       outcry lab VERB ...

Finds how fast an engine can go, what holds it back, and what a change would buy: docs/lab.md.

${LAB_VERBS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join("\n")}

TARGET is one of those that outcry load --help lists. Options of verbs with a target:

${TARGET_OPTIONS_HELP}

compare A B: folders of builds; --tier 1,2,3 (default 1,2), --pairs N (default 40), --seed N,
--plan, --json, --out DIR. report RUN: --merge FILE adds what perf stat printed elsewhere,
--before RUN tells the differences to an earlier run; --out DIR, --name NAME. view RUN: --port N.
`;

export const verb: Verb = {
  name: "lab",
  summary: "find an engine's performance ceiling and what sets it",
  usage: USAGE,
  async run(args) {
    const [name, ...rest] = args;
    const found = LAB_VERBS.find((each) => each.name === name);
    if (found === undefined) {
      const names = LAB_VERBS.map((each) => each.name).join(", ");
      throw usageError("VERB", names, name ?? "none");
    }
    return await found.run(rest);
  },
};
