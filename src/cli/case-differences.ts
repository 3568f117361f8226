// Rules of other venues that ours differ from. A case that names one of them and does not come out
// here shows the difference, not a failure.

import type { BehaviorCase } from "./case-file.ts";

/** The rule in the words of the case, and what ours is instead. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  [/until a chain can execute whole/, "chains of all-or-none orders are not searched for"],
];

/** The first rule of the case that is not ours; "" where every rule is. */
export function differingRule({ rules, class: caseClass }: BehaviorCase): string {
  for (const rule of rules) {
    const ours = DIFFERENCES.find(([pattern]) => pattern.test(rule))?.[1];
    if (ours !== undefined) return ours;
  }
  if (caseClass !== "rule") return "";
  return rules.length === 0 ? "a rule of its venue" : rules.join("; ");
}
