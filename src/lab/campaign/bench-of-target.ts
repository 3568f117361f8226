// What every pass of a campaign is given: the target on the bench, the load to drive it with, how
// long things take, and whom to tell.

import type { LoadOptions } from "../load/load-options.ts";
import type { Target } from "../target/target.ts";
import type { TargetSpec } from "../target/target-spec.ts";
import type { Plan } from "./plan.ts";

export type Bench = {
  readonly spec: TargetSpec;
  readonly target: Target;
  /** Drive, lap, connections, seed; each pass sets its own pace and time. */
  readonly load: LoadOptions;
  readonly plan: Plan;
  readonly sloNanos: number;
  /** For targets that are somebody's: never beyond this rate. */
  readonly limitPerSecond: number | undefined;
  readonly signal: AbortSignal;
  tell(line: string): void;
};
