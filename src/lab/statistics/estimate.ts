// A number that was not simply counted: with its interval and how many observations it rests on.

export type Interval = { readonly low: number; readonly high: number };

/** `low` and `high`: 95 % unless said otherwise. */
export type Estimate = Interval & { readonly value: number; readonly n: number };

/** Where a number comes from: every number of a report says one of these. */
export type Kind = "measured" | "derived" | "simulated" | "modelled";

export const CONFIDENCE = 0.95;
