// `npm run tidy`: the rules no compiler and no linter has (docs/decisions/0004-biome-and-tidy.md),
// printed as path:line: message. `npm test` runs the same as a fence.

import { FENCES, runFences } from "./fences.ts";

const failed = runFences(FENCES.filter(({ name }) => name === "tidy"));
process.exitCode = failed.length === 0 ? 0 : 1;
