// What rules are made of: inputs that are met, not met or unknown, and how many of them it takes.

import type { Interval } from "../statistics/estimate.ts";
import { THRESHOLDS } from "./thresholds.ts";

/** Two independent kinds of evidence, one of them an intervention; one kind; correlation only. */
export type Confidence = "high" | "medium" | "low";

export type Finding<Name extends string = string> = {
  readonly name: Name;
  /** Undefined: what it takes to know was not measured. */
  readonly holds: boolean | undefined;
  readonly confidence: Confidence;
  readonly inputs: readonly string[];
};

export type Input = { readonly text: string; readonly isMet: boolean | undefined };

type Limit = keyof typeof THRESHOLDS;

export function atLeast(what: string, value: number | undefined, limit: Limit): Input {
  const min = THRESHOLDS[limit];
  return {
    text: `${what} ${numberText(value)} (>= ${min})`,
    isMet: value === undefined ? undefined : value >= min,
  };
}

export function atMost(what: string, value: number | undefined, limit: Limit): Input {
  const max = THRESHOLDS[limit];
  return {
    text: `${what} ${numberText(value)} (<= ${max})`,
    isMet: value === undefined ? undefined : value <= max,
  };
}

/** Unknown where the limit lies inside of the interval. */
export function allAtLeast(what: string, interval: Interval | undefined, limit: Limit): Input {
  const min = THRESHOLDS[limit];
  if (interval === undefined) return atLeast(what, undefined, limit);
  const { low, high } = interval;
  const isOpen = low < min && high >= min;
  return {
    text: `${what} [${shareText(low)}, ${shareText(high)}] (>= ${shareText(min)})`,
    isMet: isOpen ? undefined : low >= min,
  };
}

/** Unknown where the limit lies inside of the interval. */
export function allAtMost(what: string, interval: Interval | undefined, limit: Limit): Input {
  const max = THRESHOLDS[limit];
  if (interval === undefined) return atMost(what, undefined, limit);
  const { low, high } = interval;
  const isOpen = low <= max && high > max;
  return {
    text: `${what} [${shareText(low)}, ${shareText(high)}] (<= ${shareText(max)})`,
    isMet: isOpen ? undefined : high <= max,
  };
}

/** Met by one of them: they are told together. */
export function either(a: Input, b: Input): Input {
  const isOpen = a.isMet === undefined || b.isMet === undefined;
  const isMet = a.isMet === true || b.isMet === true || (isOpen ? undefined : false);
  return { text: `${a.text} or ${b.text}`, isMet };
}

export function all<Name extends string>(
  name: Name,
  confidence: Confidence,
  inputs: readonly Input[],
): Finding<Name> {
  return some(name, inputs.length, confidence, inputs);
}

/** Holds when `needed` inputs are met; unknown while those not measured could still decide it. */
export function some<Name extends string>(
  name: Name,
  needed: number,
  confidence: Confidence,
  inputs: readonly Input[],
): Finding<Name> {
  const met = inputs.filter(({ isMet }) => isMet === true).length;
  const open = inputs.filter(({ isMet }) => isMet === undefined).length;
  const holds = met >= needed || (met + open < needed ? false : undefined);
  return { name, holds, confidence, inputs: inputs.map(({ text }) => text) };
}

const SURELY: readonly Confidence[] = ["low", "medium", "high"];

/**
 * A part of what `whole` says: never without it, never surer. A part that was not measured is
 * unknown, whatever the whole is.
 */
export function within<Name extends string>(whole: Finding, part: Finding<Name>): Finding<Name> {
  const holds = part.holds === true ? whole.holds : part.holds;
  const surely = Math.min(SURELY.indexOf(whole.confidence), SURELY.indexOf(part.confidence));
  return { ...part, holds, confidence: SURELY[surely] };
}

export function numberText(value: number | undefined): string {
  return value === undefined ? "not available" : value.toPrecision(3);
}

export function shareText(value: number | undefined): string {
  return value === undefined ? "not available" : `${(value * 100).toFixed(0)} %`;
}
