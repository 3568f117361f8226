// A decimal grid: prices are whole ticks, quantities whole lots. The page computes with steps only;
// decimal text exists on the wire, in fields and on the screen.

/** One step is `stepUnits` x 10^-`decimals`: a quarter point is 25 units at 2 decimals. */
export type Grid = { readonly decimals: number; readonly stepUnits: number };

/** Why a text is not a whole number of steps. */
export type GridFault = "not a decimal number" | "off the grid" | "too large";

/** The grid whose step is `stepText`, as the exchange writes tickSize and lotSize ("0.25"). */
export function gridOf(stepText: string): Grid {
  const match = /^(\d{1,16})(?:\.(\d{1,9}))?$/.exec(stepText);
  const stepUnits = match === null ? 0 : Number(match[1] + (match[2] ?? ""));
  if (match === null || stepUnits === 0) {
    throw new RangeError(`a step size is a positive decimal, found "${stepText}"`);
  }
  return { decimals: (match[2] ?? "").length, stepUnits };
}

/** Never rounds: a value between two steps is "off the grid". */
export function parseSteps(text: string, grid: Grid): number | GridFault {
  const match = /^(-?)(\d{1,16})(?:\.(\d{0,18}))?$/.exec(text);
  if (match === null) return "not a decimal number";
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > grid.decimals) return "off the grid";
  const units = Number(match[2] + fraction.padEnd(grid.decimals, "0"));
  if (!Number.isSafeInteger(units)) return "too large";
  if (units % grid.stepUnits !== 0) return "off the grid";
  const steps = units / grid.stepUnits;
  return match[1] === "-" && steps !== 0 ? -steps : steps;
}

/** Steps of a text the exchange sent; anything off its own grid is an outside failure. */
export function stepsOf(text: string, grid: Grid): number {
  const steps = parseSteps(text, grid);
  if (typeof steps === "string") {
    throw new RangeError(`the exchange sent "${text}": ${steps}, the step is ${stepText(grid)}`);
  }
  return steps;
}

/** The decimal text of whole steps; the inverse of parseSteps, always with all its decimals. */
export function formatSteps(steps: number, grid: Grid): string {
  return unitsText(BigInt(steps) * BigInt(grid.stepUnits), grid.decimals);
}

export function stepText(grid: Grid): string {
  return formatSteps(1, grid);
}

/**
 * Money as decimal text: `ticksTimesLots` (a sum of price ticks x quantity lots) in the currency,
 * cut (not rounded) to the price's decimals, at least 2.
 */
export function moneyText(ticksTimesLots: bigint, price: Grid, qty: Grid): string {
  const units = ticksTimesLots * BigInt(price.stepUnits) * BigInt(qty.stepUnits);
  const decimals = Math.max(2, price.decimals);
  const shift = price.decimals + qty.decimals - decimals;
  const scaled = shift >= 0 ? units / 10n ** BigInt(shift) : units * 10n ** BigInt(-shift);
  return grouped(unitsText(scaled, decimals));
}

/** Rounded to three figures with a unit letter ("1.25k"): for axis labels only. */
export function compactSteps(steps: number, grid: Grid): string {
  return COMPACT.format((steps * grid.stepUnits) / 10 ** grid.decimals);
}

/** Thousands set apart by commas, for reading only: no field takes this form. */
export function grouped(text: string): string {
  const [whole, fraction] = text.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

const COMPACT = new Intl.NumberFormat("en-US", {
  notation: "compact",
  maximumSignificantDigits: 3,
});

function unitsText(units: bigint, decimals: number): string {
  if (decimals === 0) return String(units);
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return `${units < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}
