// Pure rooms give the same answer on replay: no waiting, no clock, no chance, no arithmetic whose
// last bit differs between engines. The compiler keeps Node out (tsconfig.pure.json); these belong
// to the language, so a name is all there is to see.

import type { Finding } from "./finding.ts";
import { isProof, ROOMS, roomOf } from "./rooms.ts";
import { lineOf, type SourceText } from "./source-text.ts";

const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\b(async|await|Promise)\b/g, "a pure room never waits"],
  [/\bDate\b/g, "time comes in as timeMicros"],
  [/\bMath\s*\.\s*random\b/g, "chance comes in as a seed (src/base/prng.ts)"],
  [
    /\bMath\s*\.\s*(pow|exp|expm1|log|log2|log10|log1p|a?(sin|cos|tan)h?|atan2|cbrt|hypot)\b|\*\*/g,
    "its last bit may differ between machines: use integers",
  ],
  [/\b(Intl|localeCompare|toLocale\w*)\b/g, "the answer depends on the locale"],
];

export function checkPurity(file: string, { code }: SourceText): Finding[] {
  if (isProof(file) || ROOMS[roomOf(file)]?.isPure !== true) return [];
  return BANNED.flatMap(([pattern, reason]) =>
    [...code.matchAll(pattern)].map((match) => ({
      file,
      line: lineOf(code, match.index),
      message: `expected no ${match[0]} in src/${roomOf(file)}: ${reason}`,
    })),
  );
}
