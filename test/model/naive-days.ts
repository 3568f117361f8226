// The end of an instrument's trading day.

import { PHASE_CLOSED } from "../../src/model/phase.ts";
import { REASON_EXPIRED } from "../../src/model/reasons.ts";
import { TIF_ATC, TIF_DAY, TIF_OPG } from "../../src/model/time-in-force.ts";
import { end } from "./naive-ends.ts";
import { inLadderOrder } from "./naive-ladders.ts";
import type { TwinState } from "./naive-state.ts";
import { tapeOf } from "./naive-state.ts";

/** Day orders end, and those for a call of the day, as they stand before each other. */
export function endDay(state: TwinState, instrumentId: number): void {
  const ending = state.working
    .filter((order) => order.instrumentId === instrumentId)
    .filter(({ timeInForce }) => [TIF_DAY, TIF_OPG, TIF_ATC].includes(timeInForce))
    .sort(inLadderOrder);
  for (const order of ending) if (order.place !== "ended") end(state, order, REASON_EXPIRED);
}

/** A market closes; when the last one that has a calendar does, ids of ended orders are free. */
export function close(state: TwinState, instrumentId: number): void {
  endDay(state, instrumentId);
  if (tapeOf(state, { instrumentId }).calendar === undefined) return;
  const isAnyOpen = [...state.tapes.values()].some(
    ({ calendar, phase }) => calendar !== undefined && phase !== PHASE_CLOSED,
  );
  if (isAnyOpen) return;
  state.endedIds.length = 0;
  for (const [id, order] of [...state.ids]) if (order === undefined) state.ids.delete(id);
}
