// What the operator may do to accounts, instruments and the market, one entry each: its fields, and
// the command that it becomes. REST routes, the command line and the API document follow from it.

import type { RecordBuffer } from "../base/record-buffer.ts";
import * as account from "../codec/account-command.ts";
import { writeCreateInstrument } from "../codec/command.ts";
import * as guard from "../codec/guard-command.ts";
import * as market from "../codec/market-command.ts";
import type { AccountTerms, FeeTerms } from "../model/account.ts";
import type { CalendarTerms, SessionTerms } from "../model/calendar.ts";
import type { CallTerms } from "../model/call-terms.ts";
import {
  type CascadeLimit,
  KILL_MARKET,
  type MakerProtection,
  type MessageLimits,
  type PriceBands,
} from "../model/guard.ts";
import type { Instrument, InstrumentChange } from "../model/instrument.ts";
import {
  ALLOCATION_WORDS,
  KILL_WORDS,
  PHASE_WORDS,
  RISK_WORDS,
  STP_WORDS,
} from "../model/order-words.ts";
import { phaseAfter } from "../model/phase.ts";
import type { Refusal } from "./error-codes.ts";
import { refuseInstrument } from "./instrument-terms.ts";
import { type JsonObject, unexpected } from "./json/fields.ts";
import {
  ASSET_OR_NONE_TEXT,
  ASSET_TEXT,
  I32,
  ID,
  type OperatorField,
  type OperatorValues,
  SYMBOL_TEXT,
  U8,
  U32,
  U53,
} from "./operator-fields.ts";

export type OperatorCommand = {
  /** As the command line and the API document call it. */
  readonly name: string;
  readonly summary: string;
  readonly fields: readonly OperatorField[];
  /** Refuses what each field allows and all together mean nothing; `body` is what was asked. */
  refuse?(values: OperatorValues, body: JsonObject): Refusal | undefined;
  /** Writes the command of `values`, which are as `fields` has them. */
  write(record: RecordBuffer, sessionId: number, values: OperatorValues): void;
};

type Form = OperatorField["form"];
type Otherwise = OperatorField["otherwise"];

const OPERATOR_ACCOUNT_ID = 0;
const EVERY_INSTRUMENT = "the instrument; left out: every one";
const ZERO_IS_NONE = "0 is no limit";

const SESSION_FIELDS: readonly OperatorField[] = [
  field("preOpenSeconds", U32, "of the day, when the pre-open begins"),
  field("openingCallSeconds", U32, "when the opening call begins"),
  field("openSeconds", U32, "when continuous trading begins"),
  field("closingCallSeconds", U32, "when the closing call begins"),
  field("closeSeconds", U32, "when the market closes"),
  field("randomMicros", U32, "both calls end up to so much later", 0),
];

const FEE_FIELDS: readonly OperatorField[] = [
  ...["makerBuyRate", "makerSellRate", "takerBuyRate", "takerSellRate"].map((name) =>
    field(name, I32, "millionths of the money traded; negative: a rebate", 0),
  ),
  ...["makerBuyPerLot", "makerSellPerLot", "takerBuyPerLot", "takerSellPerLot"].map((name) =>
    field(name, I32, "smallest units of money a lot", 0),
  ),
];
const FEE_SCOPE: readonly OperatorField[] = [
  field("accountId", U32, "whose; 0 is everybody", 0),
  field("symbol", "symbol", EVERY_INSTRUMENT, null),
];
const MONEY_FIELDS: readonly OperatorField[] = [
  field("accountId", U32, "whose; 0 is the house"),
  field("asset", ASSET_TEXT, "a currency or a base asset of an instrument"),
  field("amount", U53, "smallest units"),
];

const WORTH_FIELDS: readonly OperatorField[] = [
  field("notionalMin", U53, "an order is worth at least so much, ticks times lots", 0),
  field("notionalMax", U53, `and at most so much; ${ZERO_IS_NONE}`, 0),
];

export const OPERATOR_COMMANDS: readonly OperatorCommand[] = [
  {
    name: "setAccount",
    summary: "Say what an account is and may",
    fields: [
      field("accountId", ID, "the account"),
      field("isEnabled", "boolean", "whether it may enter orders", true),
      field("firmId", U32, "whose account it is: one kill switch stops a firm; 0 is none", 0),
      field("tradeGroupId", U32, "accounts of one group count as one to prevention; 0 is none", 0),
      field("stpMode", STP_WORDS, "self-trade prevention of orders that name none", 0),
      field("riskMode", RISK_WORDS, "what must be there before an order works", 0),
      field("orderQtyLotsMax", U53, `of an order; ${ZERO_IS_NONE}`, 0),
      field("notionalMax", U53, `of an order, in money; ${ZERO_IS_NONE}`, 0),
      field("positionLotsMax", U53, `with all that works on that side; ${ZERO_IS_NONE}`, 0),
      field("dayLossMax", U53, `realized losses and fees of a day; ${ZERO_IS_NONE}`, 0),
      field("creditLimit", U53, "for the risk mode credit", 0),
      field("openOrdersMax", U32, ZERO_IS_NONE, 0),
      field("priceDistanceBasisPoints", U32, `beyond the reference price; ${ZERO_IS_NONE}`, 0),
    ],
    write: (record, sessionId, values) =>
      account.writeSetAccount(record, 0, sessionId, values as AccountTerms),
  },
  {
    name: "deposit",
    summary: "Give an account money or assets",
    fields: MONEY_FIELDS,
    write: (record, sessionId, values) =>
      account.writeDeposit(record, 0, sessionId, values as account.MoneyMove),
  },
  {
    name: "withdraw",
    summary: "Take money or assets from an account",
    fields: MONEY_FIELDS,
    write: (record, sessionId, values) =>
      account.writeWithdraw(record, 0, sessionId, values as account.MoneyMove),
  },
  {
    name: "setFees",
    summary: "Set the fees of an account, an instrument or everybody",
    fields: [...FEE_SCOPE, ...FEE_FIELDS],
    write: (record, sessionId, values) => {
      const scope = values as account.FeeScope;
      account.writeSetFees(record, 0, sessionId, scope, values as FeeTerms);
    },
  },
  {
    name: "removeFees",
    summary: "Let the fees of a scope go",
    fields: FEE_SCOPE,
    write: (record, sessionId, values) =>
      account.writeSetFees(record, 0, sessionId, values as account.FeeScope, undefined),
  },
  {
    name: "createInstrument",
    summary: "List an instrument",
    fields: [
      field("instrumentId", ID, "its number"),
      field("symbol", SYMBOL_TEXT, SYMBOL_TEXT.expected),
      field("currency", ASSET_TEXT, ASSET_TEXT.expected),
      field("priceDecimals", U8, "decimals of a price"),
      field("tickUnits", U32, "the smallest step, in units of the last decimal"),
      field("qtyDecimals", U8, "decimals of a quantity"),
      field("lotUnits", U32, "the smallest step, in units of the last decimal"),
      field("priceTicksMin", I32, "the lowest price"),
      field("priceTicksMax", I32, "the highest price"),
      field("orderQtyLotsMin", U53, "the smallest order"),
      field("orderQtyLotsMax", U53, "the largest order"),
      field("allocation", ALLOCATION_WORDS, "how a level serves an order smaller than it", 0),
      field("restsAtProtection", "boolean", "the rest of a protected market order rests", false),
      field("baseAsset", ASSET_OR_NONE_TEXT, "what a lot is of, where accounts keep balances", ""),
      field("moneyUnits", U32, "a tick of a lot in smallest units of the currency", 1),
      field("assetUnits", U32, "a lot in smallest units of the base asset", 1),
      ...WORTH_FIELDS,
    ],
    refuse: refuseInstrument,
    write: (record, sessionId, values) =>
      writeCreateInstrument(record, 0, sessionId, values as unknown as Instrument),
  },
  {
    name: "changeInstrument",
    summary: "Change how large orders of a listed instrument may be, and what worth",
    fields: [
      field("symbol", "symbol", "the instrument"),
      field("orderQtyLotsMin", U53, "the smallest order"),
      field("orderQtyLotsMax", U53, "the largest order"),
      ...WORTH_FIELDS,
    ],
    write: (record, sessionId, values) => {
      const { instrumentId } = values as account.FeeScope;
      market.writeChangeInstrument(record, 0, sessionId, instrumentId, values as InstrumentChange);
    },
  },
  {
    name: "setPhase",
    summary: "Set the phase of trading",
    fields: [
      field("symbol", "symbol", EVERY_INSTRUMENT, null),
      field("phase", PHASE_WORDS, "what is now"),
      field("nextPhase", PHASE_WORDS, "what follows; left out: the usual one", null),
      field("endTimeMicros", U53, "when it ends, since the Unix epoch; 0: when it is told to", 0),
      field("randomMicros", U32, "it ends up to so much later", 0),
      field("nextMicros", U53, "how long the next phase lasts; 0: until it is told to end", 0),
    ],
    write: (record, sessionId, values) => {
      const order = values as market.PhaseOrder;
      const nextPhase = order.nextPhase ?? phaseAfter(order.phase);
      market.writeSetPhase(record, 0, sessionId, { ...order, nextPhase });
    },
  },
  {
    name: "setCall",
    summary:
      "Say when calls of an instrument go on, and whether accounts may trade with themselves",
    fields: [
      field("symbol", "symbol", "the instrument"),
      field("extensionsMax", U8, "how often one call may be extended; 0 never", 0),
      field("extensionMicros", U53, "how long an extension lasts", 0),
      field("randomMicros", U32, "an extension ends up to so much later", 0),
      field("collarWidth", U32, "so far from the reference a price needs none; 0: any price", 0),
      field("isBasisPoints", "boolean", "the width in basis points, not in ticks", false),
      field("surplusLotsMax", U53, "so much may be left over without one; 0: anything", 0),
      field(
        "preventsSelfTrades",
        "boolean",
        "whether accounts do not trade with themselves",
        false,
      ),
    ],
    write: (record, sessionId, values) => {
      const { instrumentId } = values as account.FeeScope;
      market.writeSetCall(record, 0, sessionId, instrumentId, values as CallTerms);
    },
  },
  {
    name: "setCalendar",
    summary: "Say on which days and at what times an instrument trades",
    fields: [
      field("symbol", "symbol", EVERY_INSTRUMENT, null),
      field("weekdays", U8, "bits 0 Monday to 6 Sunday"),
      field("utcOffsetSeconds", I32, "how much its clock is ahead of UTC", 0),
      ...SESSION_FIELDS,
    ],
    write: (record, sessionId, values) => {
      const { instrumentId } = values as account.FeeScope;
      market.writeSetCalendar(record, 0, sessionId, instrumentId, values as CalendarTerms);
    },
  },
  {
    name: "removeCalendar",
    summary: "Let a calendar go",
    fields: [field("symbol", "symbol", EVERY_INSTRUMENT, null)],
    write: (record, sessionId, values) => {
      const { instrumentId } = values as account.FeeScope;
      market.writeSetCalendar(record, 0, sessionId, instrumentId, undefined);
    },
  },
  {
    name: "setDay",
    summary: "Give one day other times",
    fields: [...dayFields(), ...SESSION_FIELDS],
    write: (record, sessionId, values) => {
      const day = values as market.CalendarDay;
      market.writeSetDay(record, 0, sessionId, day, values as SessionTerms);
    },
  },
  {
    name: "closeDay",
    summary: "Let one day have no session",
    fields: dayFields(),
    write: (record, sessionId, values) =>
      market.writeSetDay(record, 0, sessionId, values as market.CalendarDay, "closed"),
  },
  {
    name: "resetDay",
    summary: "Let one day be as the calendar has it",
    fields: dayFields(),
    write: (record, sessionId, values) =>
      market.writeSetDay(record, 0, sessionId, values as market.CalendarDay, "usual"),
  },
  {
    name: "setKillSwitch",
    summary: "Stop or let go the market, a firm, an account or a session",
    fields: [
      field("level", KILL_WORDS, "who"),
      field("targetId", U32, "the firm, account or session; 0 for the market", 0),
      field("isOn", "boolean", "on: no new order is taken"),
      field("cancels", "boolean", "whether working orders are canceled too", false),
    ],
    refuse: refuseKillTarget,
    write: (record, sessionId, values) =>
      guard.writeSetKillSwitch(record, 0, sessionId, values as guard.KillSwitch),
  },
  {
    name: "setMessageLimits",
    summary: "Bound what an account sends",
    fields: [
      field("accountId", ID, "the account"),
      field("messagesMax", U32, "messages a window", 0),
      field("messagesWindowMicros", U53, ZERO_IS_NONE, 0),
      field("unfilledMax", U32, "messages of a window that need no fill", 0),
      field("unfilledPerFill", U32, "how many more each fill allows", 0),
      field("unfilledWindowMicros", U53, ZERO_IS_NONE, 0),
      field("repeatsMax", U32, "the same order so many times in a row", 0),
      field("repeatsWindowMicros", U53, ZERO_IS_NONE, 0),
    ],
    write: (record, sessionId, values) =>
      guard.writeSetMessageLimits(record, 0, sessionId, values as MessageLimits),
  },
  {
    name: "setProtection",
    summary: "Bound how much is filled in a window before the exchange steps in",
    fields: [
      field("accountId", ID, "the market maker's account"),
      field("symbol", "symbol", "the instrument"),
      field("fillsMax", U32, ZERO_IS_NONE, 0),
      field("lotsMax", U53, ZERO_IS_NONE, 0),
      field("valueMax", U53, `money; ${ZERO_IS_NONE}`, 0),
      field("windowMicros", U53, "0 is no protection"),
    ],
    write: (record, sessionId, values) => {
      const asker = { accountId: OPERATOR_ACCOUNT_ID, sessionId };
      guard.writeSetProtection(record, 0, asker, values as MakerProtection);
    },
  },
  {
    name: "resetProtection",
    summary: "Let a market maker go on whose protection has tripped",
    fields: [
      field("accountId", ID, "the market maker's account"),
      field("symbol", "symbol", "the instrument"),
    ],
    write: (record, sessionId, values) => {
      const { accountId, instrumentId } = values as account.FeeScope;
      const asker = { accountId: OPERATOR_ACCOUNT_ID, sessionId };
      guard.writeResetProtection(record, 0, asker, accountId, instrumentId);
    },
  },
  {
    name: "setBands",
    summary: "Bound how far a trade may be from a reference price",
    fields: [
      field("symbol", "symbol", "the instrument"),
      field("isBasisPoints", "boolean", "widths in basis points, not in ticks", false),
      field("staticReferenceTicks", I32, "left out: the last uncross", null),
      field("staticWidth", U32, "0 is no band", 0),
      field("dynamicWidth", U32, "from the last trade; 0 is no band", 0),
      field("callMicros", U53, "of the volatility call; 0: until it is told to end", 0),
      field("callRandomMicros", U32, "it ends up to so much later", 0),
    ],
    write: (record, sessionId, values) =>
      guard.writeSetBands(record, 0, sessionId, values as PriceBands),
  },
  {
    name: "setEndedIds",
    summary: "Say how many client order ids of ended orders are known, so that none comes twice",
    fields: [
      field(
        "knownMax",
        U32,
        "all of a trading day, else 65536, unless said otherwise; at most 16777216",
      ),
    ],
    write: (record, sessionId, { knownMax }) =>
      guard.writeSetEndedIds(record, 0, sessionId, Number(knownMax)),
  },
  {
    name: "setCascadeLimit",
    summary: "Bound how many orders one command may fire before the instrument halts",
    fields: [
      field("symbol", "symbol", "the instrument"),
      field("ordersMax", U32, ZERO_IS_NONE),
      field("haltMicros", U53, "0: until it is told to end", 0),
      field("callMicros", U53, "of the volatility call that follows", 0),
    ],
    write: (record, sessionId, values) =>
      guard.writeSetCascadeLimit(record, 0, sessionId, values as CascadeLimit),
  },
  {
    name: "bustTrade",
    summary: "Take a past trade back",
    fields: [field("tradeId", U53, "the trade")],
    write: (record, sessionId, values) =>
      account.writeBustTrade(record, 0, sessionId, Number(values["tradeId"])),
  },
  {
    name: "correctTrade",
    summary: "Let a past trade count at another price and quantity",
    fields: [
      field("tradeId", U53, "the trade"),
      field("lastQtyLots", U53, "what it counts for"),
      field("lastPxTicks", I32, "at which price"),
    ],
    write: (record, sessionId, values) =>
      account.writeCorrectTrade(record, 0, sessionId, values as account.TradeCorrection),
  },
];

function field(
  name: string,
  form: Form,
  description: string,
  otherwise?: Otherwise,
): OperatorField {
  return otherwise === undefined
    ? { name, form, description }
    : { name, form, description, otherwise };
}

/** A level and whom it is about: the market is nobody, every other level somebody. */
function refuseKillTarget(values: OperatorValues, body: JsonObject): Refusal | undefined {
  const { level, targetId } = values as guard.KillSwitch;
  if ((level === KILL_MARKET) === (targetId === 0)) return undefined;
  const whose = level === KILL_MARKET ? "nothing or 0" : `a whole number from 1 to ${U32.max}`;
  const expected = `${whose} for level ${KILL_WORDS.wordOf(level)}`;
  return unexpected("targetId", expected, body["targetId"]);
}

function dayFields(): readonly OperatorField[] {
  return [
    field("symbol", "symbol", EVERY_INSTRUMENT, null),
    field("day", U32, "days since 1970, by the calendar's clock"),
  ];
}
