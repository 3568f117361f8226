// What the operator says of an instrument's trading day.

import {
  COMMAND_CHANGE_INSTRUMENT,
  COMMAND_SET_CALENDAR,
  COMMAND_SET_CALL,
  COMMAND_SET_DAY,
  COMMAND_SET_PHASE,
} from "../../src/codec/command.ts";
import type { PhaseOrder } from "../../src/codec/market-command.ts";
import type { CalendarTerms } from "../../src/model/calendar.ts";
import type { CallTerms } from "../../src/model/call-terms.ts";
import type { InstrumentChange } from "../../src/model/instrument.ts";
import { REASON_NOT_PERMITTED } from "../../src/model/reasons.ts";
import { type DayTerms, setCalendar, setDay } from "./naive-calendars.ts";
import { setCall } from "./naive-call-terms.ts";
import { changeInstrument } from "./naive-instrument-changes.ts";
import { setPhase } from "./naive-phase-changes.ts";
import type { TwinState } from "./naive-state.ts";

/** `askedBy` is the operator, 0, or somebody who may not. */
export type MarketCommand = { readonly askedBy: number } & (
  | { readonly kind: "setPhase"; readonly order: PhaseOrder }
  | {
      readonly kind: "setCalendar";
      readonly instrumentId: number;
      /** Left out: the calendar goes away. */
      readonly calendar?: CalendarTerms;
    }
  | {
      readonly kind: "setDay";
      readonly instrumentId: number;
      readonly day: number;
      readonly session: DayTerms;
    }
  | { readonly kind: "setCall"; readonly instrumentId: number; readonly terms: CallTerms }
  | {
      readonly kind: "changeInstrument";
      readonly instrumentId: number;
      readonly change: InstrumentChange;
    }
);

export const MARKET_KINDS = {
  setPhase: COMMAND_SET_PHASE,
  setCalendar: COMMAND_SET_CALENDAR,
  setDay: COMMAND_SET_DAY,
  setCall: COMMAND_SET_CALL,
  changeInstrument: COMMAND_CHANGE_INSTRUMENT,
} as const;

export function isMarketCommand(command: { readonly kind: string }): command is MarketCommand {
  return command.kind in MARKET_KINDS;
}

export function instrumentIdOfMarket(command: MarketCommand): number {
  return command.kind === "setPhase" ? command.order.instrumentId : command.instrumentId;
}

/** Returns the reason to refuse. */
export function setMarket(state: TwinState, command: MarketCommand): number {
  if (command.askedBy !== 0) return REASON_NOT_PERMITTED;
  switch (command.kind) {
    case "setPhase":
      return setPhase(state, command.order);
    case "setCalendar":
      return setCalendar(state, command.instrumentId, command.calendar);
    case "setDay":
      return setDay(state, command, command.session);
    case "setCall":
      return setCall(state, command.instrumentId, command.terms);
    case "changeInstrument":
      return changeInstrument(state, command.instrumentId, command.change);
  }
}
