// What the bar says of an instrument that does not trade continuously.

import { grouped } from "./grid.ts";
import type { WirePhase, WireStatus } from "./wire.ts";

const PHASES: Readonly<Record<WirePhase, string>> = {
  continuous: "",
  postOnly: "Post-only",
  preOpen: "Pre-open",
  openingCall: "Opening call",
  volatilityCall: "Volatility call",
  closingCall: "Closing call",
  halt: "Halted",
  cancelOnly: "Cancel only",
  closed: "Closed",
};

/** "" while trading is continuous. */
export function phaseName({ phase }: WireStatus): string {
  return PHASES[phase];
}

/** "64,000.50 × 0.250": what would trade if the call ended now. */
export function indicationText({ indication }: WireStatus): string {
  if (indication === null) return "";
  return `${grouped(indication.price)} × ${grouped(indication.matchedQty)}`;
}

/** What would be left over, for those who look closer. */
export function surplusText({ indication }: WireStatus): string {
  if (indication === null) return "";
  if (indication.surplusSide === null) return "Nothing would be left over";
  return `${grouped(indication.surplusQty)} to ${indication.surplusSide} would be left over`;
}
