// What is said of a flow in which the engine and its twin differ.

import { inspect } from "node:util";
import { FEATURES, type Feature } from "./feature-names.ts";
import type { TwinFailure } from "./twin-flow.ts";

/** The command that runs it again, the line that keeps it, and what differs. */
export function textOfFailure(failure: TwinFailure, features: readonly Feature[]): string {
  const { seed, places, steps, cause } = failure;
  const isChosen = features.length < FEATURES.length;
  const chosen = isChosen ? ` --features ${features.join(",")}` : "";
  return [
    `seed ${seed}: the engine and its twin differ`,
    `again: npm run twin -- --seed ${seed} --steps ${places.join(",")}${chosen}`,
    "once it is mended, this line belongs into test/model/failed-flows.jsonl, with what it found:",
    JSON.stringify({ found: "", seed, steps }),
    inspect(cause),
  ].join("\n");
}
