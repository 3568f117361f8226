// A bug that the comparison with the twin must find: one change of one line of the engine.

import type { Feature } from "./feature-names.ts";

export type PlantedBug = {
  readonly name: string;
  /** What flows need to meet it; they are fewer then. */
  readonly features: readonly Feature[];
  /** From the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly line: string;
  readonly changed: string;
};
