// Passes of a quick campaign on a target of known answer, and what it is found to be bound by.

import { runCampaign } from "../../src/lab/campaign/campaign.ts";
import { quickOptions } from "../../src/lab/campaign/quick-options-for-test.ts";
import type { RunFile } from "../../src/lab/campaign/run-file.ts";
import { parseDrive, type TargetSpec } from "../../src/lab/target/target-spec.ts";
import { bottlenecksOf, decide } from "../../src/lab/verdict/decision.ts";
import { evidenceOf } from "../../src/lab/verdict/evidence.ts";

export function specOf(text: string, command?: string): TargetSpec {
  const drive = parseDrive(text);
  if (drive === undefined) throw new Error(`${text} is no target`);
  return { text, drive, command };
}

/** What it takes to name a bottleneck. */
export const RATE_PASSES: readonly string[] = [
  ...["capabilities", "calibration", "ceilings", "rate sweep", "scaling over connections"],
  ...["off-CPU", "sync and write", "counters"],
];

/** `only`: names of passes. */
export async function campaignOn(spec: TargetSpec, only: readonly string[]): Promise<RunFile> {
  return await runCampaign({ ...quickOptions(spec), only });
}

export function verdictOf(run: RunFile): string {
  return bottlenecksOf(decide(evidenceOf(run)));
}

/** What each rule was decided by, a line a rule. */
export function inputsOf(run: RunFile): string {
  const findings = decide(evidenceOf(run));
  return findings.map(({ name, inputs }) => `  ${name}: ${inputs.join("; ")}`).join("\n");
}
