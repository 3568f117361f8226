// Tables and numbers as a report writes them.

import { type Ceiling, CONFIRMATIONS, confirmationsOf } from "../ceiling/ceiling-search.ts";
import { rateText, timeText } from "../load/load-text.ts";
import type { Estimate, Interval } from "../statistics/estimate.ts";

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cellText).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

function cellText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll(CODE_OR_TAG, outsideOfCode);
}

/** In code, `std::map<int, Order>`, an entity would be read as it is written. */
const CODE_OR_TAG = /`[^`]*`|</g;

function outsideOfCode(found: string): string {
  return found === "<" ? "&lt;" : found;
}

/** "12.3 us [12.0, 12.9]". */
export function timeEstimate(estimate: Estimate | undefined, text = timeText): string {
  if (estimate === undefined) return "not available";
  return `${text(estimate.value)} [${text(estimate.low)}, ${text(estimate.high)}]`;
}

/** Beyond it an interval says that nearly all could go, and no number. */
const TIMES_MAX = 100;

/** "1.20 to 1.50": so many times faster at most. */
export function gainText({ low, high }: Interval): string {
  return `${timesText(low)} to ${timesText(high)}`;
}

function timesText(times: number): string {
  return times > TIMES_MAX ? "no bound" : times.toFixed(2);
}

export function shareText(estimate: Estimate | undefined): string {
  if (estimate === undefined) return "not available";
  const percent = (share: number) => (share * 100).toFixed(1);
  return `${percent(estimate.value)} % [${percent(estimate.low)}, ${percent(estimate.high)}]`;
}

/** "100.0 k/s to 105.0 k/s": held, and failed. `hedge`: "at least " where a gate failed. */
export function ceilingText(ceiling: Ceiling, hedge = ""): string {
  const { heldPerSecond: held, failedPerSecond: failed, trials } = ceiling;
  if (held === 0) return `none held, down to ${rateText(failed)}`;
  if (!Number.isFinite(failed)) return `at least ${rateText(held)} (the limit of the search)`;
  const runs = confirmationsOf(ceiling);
  const isSure = runs >= CONFIRMATIONS || trials.length === 0;
  const caveat = isSure ? "" : ` (confirmed by ${runs} of ${CONFIRMATIONS} long runs)`;
  return `${hedge}${rateText(held)} to ${rateText(failed)}${caveat}`;
}
