// The enums of proto/outcry/v1 and our codes: a list's index is the number on the wire. A test
// compares them with the proto files by name.

import * as event from "../../codec/event.ts";
import {
  ORD_STATUS_CANCELED,
  ORD_STATUS_FILLED,
  ORD_STATUS_NEW,
  ORD_STATUS_PARTIALLY_FILLED,
  ORD_STATUS_REJECTED,
} from "../../model/ord-status.ts";
import * as ordType from "../../model/ord-type.ts";
import { SIDE_BUY, SIDE_SELL } from "../../model/side.ts";
import * as lifetime from "../../model/time-in-force.ts";

/** What nothing was said of is 0 on the wire, and no code of ours. */
const UNSPECIFIED = -1;

export const SIDES: readonly number[] = [UNSPECIFIED, SIDE_BUY, SIDE_SELL];

export const ORD_TYPES: readonly number[] = [
  UNSPECIFIED,
  ordType.ORD_TYPE_LIMIT,
  ordType.ORD_TYPE_MARKET,
  ordType.ORD_TYPE_STOP,
  ordType.ORD_TYPE_STOP_LIMIT,
  ordType.ORD_TYPE_MARKET_IF_TOUCHED,
  ordType.ORD_TYPE_LIMIT_IF_TOUCHED,
  ordType.ORD_TYPE_MARKET_WITH_LEFTOVER,
  ordType.ORD_TYPE_PEGGED,
];

export const TIMES_IN_FORCE: readonly number[] = [
  UNSPECIFIED,
  lifetime.TIF_GTC,
  lifetime.TIF_IOC,
  lifetime.TIF_FOK,
  lifetime.TIF_DAY,
  lifetime.TIF_GTD,
  lifetime.TIF_OPG,
  lifetime.TIF_ATC,
];

export const ORD_STATUSES: readonly number[] = [
  UNSPECIFIED,
  ORD_STATUS_NEW,
  ORD_STATUS_PARTIALLY_FILLED,
  ORD_STATUS_FILLED,
  ORD_STATUS_CANCELED,
  ORD_STATUS_REJECTED,
];

/** Kinds of events. */
export const EXEC_TYPES: readonly number[] = [
  UNSPECIFIED,
  event.EVENT_ACCEPTED,
  event.EVENT_TRADED,
  event.EVENT_BOOKED,
  event.EVENT_CANCELED,
  event.EVENT_AMENDED,
  event.EVENT_REJECTED,
  event.EVENT_CANCEL_REJECTED,
  event.EVENT_AMEND_REJECTED,
  event.EVENT_TRIGGERED,
  event.EVENT_RESTATED,
  event.EVENT_PREVENTED,
  event.EVENT_TRADE_BUSTED,
  event.EVENT_TRADE_CORRECTED,
];

/** The number on the wire; 0 for a code that the enum does not have. */
export function enumNumber(codes: readonly number[], code: number): number {
  return Math.max(codes.indexOf(code), 0);
}
