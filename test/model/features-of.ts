// Which features a command uses, told from the command alone.

import type { AmendOrder, NewOrderWithTerms } from "../../src/codec/record-for-test.ts";
import type { AccountTerms } from "../../src/model/account.ts";
import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_SLIDE,
} from "../../src/model/exec-inst.ts";
import type { Instrument } from "../../src/model/instrument.ts";
import { ORD_TYPE_MARKET_WITH_LEFTOVER, ORD_TYPE_PEGGED } from "../../src/model/ord-type.ts";
import { STP_CANCEL_BOTH, STP_CANCEL_NEWEST, STP_TRANSFER } from "../../src/model/order-terms.ts";
import { isCall } from "../../src/model/phase.ts";
import { TIF_GTD } from "../../src/model/time-in-force.ts";
import type { Feature } from "./feature-names.ts";
import type { TwinCommand } from "./naive-venue.ts";

type Order = NewOrderWithTerms;

const OF_ORDERS: readonly (readonly [Feature, (order: Order) => boolean])[] = [
  ["iceberg", ({ terms }) => isGiven(terms.displayQtyLots)],
  ["hidden", (order) => asks(order, EXEC_INST_HIDDEN)],
  ["allOrNone", (order) => asks(order, EXEC_INST_ALL_OR_NONE)],
  ["wholes", (order) => asks(order, EXEC_INST_ALL_OR_NONE) && stopsAtOwn(order)],
  ["minQty", ({ terms }) => isGiven(terms.minQtyLots)],
  ["leftover", ({ ordType }) => ordType === ORD_TYPE_MARKET_WITH_LEFTOVER],
  ["protection", ({ terms }) => terms.protectionTicks !== undefined],
  ["amount", ({ terms }) => isGiven(terms.quoteAmount)],
  ["slide", (order) => asks(order, EXEC_INST_SLIDE)],
  ["selfTrade", ({ terms }) => isGiven(terms.stpMode)],
  ["stops", ({ terms }) => terms.stopPxTicks !== undefined && terms.trailing !== true],
  ["trailing", ({ terms }) => terms.trailing === true],
  ["pegs", ({ ordType }) => ordType === ORD_TYPE_PEGGED],
  ["ends", ({ timeInForce }) => timeInForce === TIF_GTD],
];

const OF_KINDS: Partial<Record<TwinCommand["kind"], Feature>> = {
  deposit: "accounts",
  withdraw: "accounts",
  setFees: "accounts",
  bust: "accounts",
  correct: "accounts",
  setCall: "calls",
  setCalendar: "calendars",
  setDay: "calendars",
  changeInstrument: "notional",
  killSwitch: "kills",
  disconnect: "sessions",
  sessionEnded: "sessions",
  deadMan: "sessions",
  messageLimits: "messages",
  protection: "protections",
  resetProtection: "protections",
  bands: "bands",
  cascade: "bands",
  endedIds: "endedIds",
};

export function featuresOf(command: TwinCommand): readonly Feature[] {
  switch (command.kind) {
    case "newWithTerms":
      return featuresOfOrder(command.order);
    case "amend":
      return featuresOfAmend(command.amend);
    case "newList":
      return ["lists", ...command.list.legs.flatMap(featuresOfOrder)];
    case "cancelAll": {
      const { priceRange, targetSessionId, targetAccountId } = command.cancelAll;
      const isAimed = [priceRange, targetSessionId, targetAccountId].some(
        (aim) => aim !== undefined,
      );
      return isAimed ? ["targets"] : [];
    }
    case "instrument":
      return featuresOfInstrument(command.instrument);
    case "setAccount":
      return ["accounts", ...(handsOver(command.terms) ? ["transfers" as const] : [])];
    case "setPhase":
      return [isCall(command.order.phase) ? "calls" : "phases"];
    default: {
      const feature = OF_KINDS[command.kind];
      return feature === undefined ? [] : [feature];
    }
  }
}

/** Flows with a taste for reached orders give them another stop price, and nothing else. */
function featuresOfAmend({ ordType, orderId, stopPxTicks, ...amend }: AmendOrder): Feature[] {
  const { priceTicks, orderQtyLots, leavesQtyLots } = amend;
  const isAlone = [priceTicks, orderQtyLots, leavesQtyLots].every((each) => each === undefined);
  const isOfReached = orderId !== undefined && stopPxTicks !== undefined && isAlone;
  return [
    ...(ordType === undefined ? [] : ["types" as const]),
    ...(isOfReached ? ["reached" as const] : []),
  ];
}

function featuresOfOrder(order: Order): readonly Feature[] {
  return OF_ORDERS.filter(([, uses]) => uses(order)).map(([feature]) => feature);
}

function featuresOfInstrument(instrument: Instrument): Feature[] {
  const { allocation, notionalMin, notionalMax, restsAtProtection } = instrument;
  const isLimited = isGiven(notionalMin) || isGiven(notionalMax);
  return [
    ...(isGiven(allocation) ? ["allocation" as const] : []),
    ...(isLimited ? ["notional" as const] : []),
    ...(restsAtProtection === true ? ["protectionRests" as const] : []),
  ];
}

function asks({ execInst = 0 }: Order, bit: number): boolean {
  return (execInst & bit) !== 0;
}

/** As flows with a taste for it have them wait behind an own order. */
function stopsAtOwn({ terms }: Order): boolean {
  return terms.stpMode === STP_CANCEL_NEWEST || terms.stpMode === STP_CANCEL_BOTH;
}

/** What its orders would trade with those of its group changes hands outside the tape. */
function handsOver({ stpMode, tradeGroupId }: AccountTerms): boolean {
  return stpMode === STP_TRANSFER && tradeGroupId !== 0;
}

function isGiven(value: number | undefined): boolean {
  return value !== undefined && value !== 0;
}
