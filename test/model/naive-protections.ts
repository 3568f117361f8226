// Market-maker protection: who had too much filled in an instrument is taken out of it.

import { EVENT_GUARD_TRIPPED } from "../../src/codec/event.ts";
import type { MakerProtection } from "../../src/model/guard.ts";
import { REASON_MAKER_PROTECTION } from "../../src/model/reasons.ts";
import { sizeOf } from "./naive-account.ts";
import { end } from "./naive-ends.ts";
import { moneyOf } from "./naive-fees.ts";
import { eventOf, instrumentOf, type TwinState } from "./naive-state.ts";

export type TwinProtection = {
  readonly protection: MakerProtection;
  sinceMicros: number;
  fills: { readonly lots: bigint; readonly value: bigint }[];
  hasTripped: boolean;
};

type Protected = { readonly accountId: number; readonly instrumentId: number };

export function nothingFilled(protection: MakerProtection): TwinProtection {
  return { protection, sinceMicros: Number.NEGATIVE_INFINITY, fills: [], hasTripped: false };
}

export function protectionOf(state: TwinState, of: Protected): TwinProtection | undefined {
  const { accountId, instrumentId } = of;
  return state.guards.protections.find(
    ({ protection }) =>
      protection.accountId === accountId && protection.instrumentId === instrumentId,
  );
}

export function isProtected(state: TwinState, of: Protected): boolean {
  return protectionOf(state, of)?.hasTripped ?? false;
}

/** One side of a trade was the account's. */
export function countFillOfProtection(
  state: TwinState,
  of: Protected,
  priceTicks: number,
  lots: number,
): void {
  const found = protectionOf(state, of);
  if (found === undefined || found.hasTripped) return;
  const { windowMicros, fillsMax, lotsMax, valueMax } = found.protection;
  if (windowMicros === 0) return;
  if (state.timeMicros >= found.sinceMicros + windowMicros) {
    found.fills = [];
    found.sinceMicros = state.timeMicros;
  }
  const value = sizeOf(moneyOf(instrumentOf(state, of), priceTicks, lots));
  found.fills.push({ lots: BigInt(lots), value });
  const sum = (of: "lots" | "value") => found.fills.reduce((all, fill) => all + fill[of], 0n);
  const exceeds = (there: bigint, max: number) => max !== 0 && there > BigInt(max);
  found.hasTripped =
    exceeds(BigInt(found.fills.length), fillsMax) ||
    exceeds(sum("lots"), lotsMax) ||
    exceeds(sum("value"), valueMax);
  if (found.hasTripped) state.guards.tripped.push(found);
}

/** Whoever tripped since the last time loses its orders; says whether anybody did. */
export function protect(state: TwinState): boolean {
  const { tripped } = state.guards;
  const due = tripped.splice(0);
  for (const { protection } of due) {
    const { accountId, instrumentId } = protection;
    const reason = REASON_MAKER_PROTECTION;
    state.events.push(eventOf(EVENT_GUARD_TRIPPED, { accountId, instrumentId, reason }));
    for (const order of [...(state.ofAccount.get(accountId) ?? [])]) {
      const isOf = order.instrumentId === instrumentId && order.place !== "ended";
      if (isOf) end(state, order, reason);
    }
  }
  return due.length > 0;
}
