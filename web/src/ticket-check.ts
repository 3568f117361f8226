// What the ticket can tell before asking the exchange: each field's text against the instrument's
// grid and limits. The exchange decides; this only spares a round trip.

import { formatSteps, type Grid, parseSteps, stepText } from "./grid.ts";

export type Checked =
  | { readonly steps: number; readonly fault: "" }
  | { readonly steps: undefined; readonly fault: string };

/** Steps of a field, or what was expected and what was found. */
export function checkField(
  name: string,
  text: string,
  grid: Grid,
  stepsMin: number,
  stepsMax: number,
): Checked {
  const trimmed = text.trim();
  if (trimmed === "") return fault(`${name} is missing`);
  if (hasComma(trimmed)) return fault(`${name}: no commas, the decimal mark is a point`);
  const steps = parseSteps(trimmed, grid);
  if (steps === "off the grid") return fault(`${name} steps by ${stepText(grid)}`);
  if (steps === "not a decimal number") return fault(`${name}: expected a number such as 12.5`);
  if (steps === "too large" || steps < stepsMin || steps > stepsMax) {
    const from = formatSteps(stepsMin, grid);
    return fault(`${name}: expected ${from} to ${formatSteps(stepsMax, grid)}`);
  }
  return { steps, fault: "" };
}

/** To some a comma is a decimal mark, to others it sets thousands apart: no guess is safe. */
export function hasComma(text: string): boolean {
  return text.includes(",");
}

/** The next step up or down, kept within limits; from an empty or odd text, `fallbackSteps`. */
export function stepped(
  text: string,
  grid: Grid,
  moveSteps: number,
  limits: { readonly stepsMin: number; readonly stepsMax: number; readonly fallbackSteps: number },
): string {
  const steps = parseSteps(text.trim(), grid);
  const wanted = typeof steps === "string" ? limits.fallbackSteps : steps + moveSteps;
  return formatSteps(Math.min(limits.stepsMax, Math.max(limits.stepsMin, wanted)), grid);
}

/** The field an exchange's error speaks of: by its code, else by how its message starts. */
export function fieldOfError(code: string, message: string): "price" | "qty" | "form" {
  if (code.startsWith("PRICE_") || message.startsWith("price")) return "price";
  if (code.startsWith("QTY_") || message.startsWith("orderQty")) return "qty";
  return "form";
}

function fault(text: string): Checked {
  return { steps: undefined, fault: text };
}
