// Which flows together reach every outcome that the known ones must (outcomes.ts):
//
//   node test/model/choose-seeds.ts FIRST_SEED FLOWS
//
// Prints their seeds, and what none of them reaches; those that fail, as they come.

import { EARLIER_FEATURES } from "./feature-names.ts";
import { FlowTally } from "./flow-tally.ts";
import { OUTCOMES } from "./outcomes.ts";
import { stepsToFailure } from "./twin-flow.ts";

const [firstSeed, flowsCount] = process.argv.slice(2).map(Number);

const flows = Array.from({ length: flowsCount }, (_, n) => {
  const seed = firstSeed + n;
  const tally = new FlowTally();
  if (stepsToFailure(seed, EARLIER_FEATURES, tally) !== undefined)
    console.log(`seed ${seed} fails`);
  return { seed, seen: new Set(tally.outcomes.keys()) };
});

let missing = [...OUTCOMES];
const chosen: number[] = [];
for (;;) {
  const gain = ({ seen }: { seen: Set<string> }) => missing.filter((each) => seen.has(each)).length;
  const best = flows.reduce((a, b) => (gain(b) > gain(a) ? b : a));
  if (gain(best) === 0) break;
  chosen.push(best.seed);
  missing = missing.filter((each) => !best.seen.has(each));
}
console.log(chosen.join(", "));
console.log("missing:", missing.join(", "));
