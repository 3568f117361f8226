// A whole campaign, as short as it can be.

import type { TargetSpec } from "../target/target-spec.ts";
import type { CampaignOptions } from "./campaign.ts";
import { SLO_NANOS } from "./plan.ts";

/** Our own engine is sent orders, others null operations. */
export function quickOptions(spec: TargetSpec): CampaignOptions {
  return {
    spec,
    isQuick: true,
    sampleSeconds: undefined,
    seed: 1,
    sloNanos: SLO_NANOS,
    connections: 1,
    threads: 1,
    limitPerSecond: undefined,
    p99NanosMax: undefined,
    health: undefined,
    nullLoad: spec.drive.kind !== "engine",
    only: undefined,
    command: spec.text,
    signal: new AbortController().signal,
    tell: () => undefined,
  };
}
