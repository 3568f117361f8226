// FIX order messages as the values of the commands that they ask for. What FIX can say and the
// exchange does not do becomes an order that the engine refuses, so that the answer is in the log;
// what is no value of a field here (off the grid, in no known form) is the field's fault.

import {
  EXEC_INST_ALL_OR_NONE,
  EXEC_INST_HIDDEN,
  EXEC_INST_POST_ONLY,
  EXEC_INST_REDUCE_ONLY,
} from "../model/exec-inst.ts";
import { formatSteps, type Instrument, parseSteps } from "../model/instrument.ts";
import * as ordTypes from "../model/ord-type.ts";
import * as terms from "../model/order-terms.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import { TIF_DAY, TIF_GTD, TIF_IOC } from "../model/time-in-force.ts";
import { expectedText, REJECT_VALUE_INCORRECT } from "./fix-dictionary.ts";
import type { FixMessage } from "./fix-message.ts";
import * as tag from "./fix-tags.ts";
import { fixDateEndMicros, fixTimeMicros } from "./fix-time.ts";
import type { AmendValues, OrderValues, TermValues } from "./order-command.ts";

/** What an order message lacks: a value that is one, or a field that its other fields ask for. */
export type FixOrderFault =
  | { readonly kind: "value"; readonly tag: number; readonly reason: number; readonly text: string }
  | { readonly kind: "missing"; readonly tag: number };

/** A field of a message, its value as the client wrote it. */
export type FixField = { readonly field: number; readonly value: string };

/** No type of order: the engine answers UNSUPPORTED_ORDER. */
const UNSUPPORTED = 0;
const ZERO = 0x30;
const NINE = 0x39;
const SELL_SHORT = 5;
const SELL_SHORT_EXEMPT = 6;

/** DisplayMethod (1084). */
const DISPLAY_RANDOM = 3;
const DISPLAY_NOTHING = 4;
/** PegOffsetType (836). */
const OFFSET_IS_BASIS_POINTS = 1;
const OFFSET_IS_TICKS = 2;

/** ExecInst (18): what each letter asks for. */
const EXEC_INSTS: ReadonlyMap<string, number> = new Map([
  ["6", EXEC_INST_POST_ONLY],
  ["G", EXEC_INST_ALL_OR_NONE],
  ["E", EXEC_INST_REDUCE_ONLY],
]);
const PEGS: ReadonlyMap<string, number> = new Map([
  ["R", terms.PEG_PRIMARY],
  ["P", terms.PEG_MARKET],
  ["M", terms.PEG_MID],
]);
const TRAILS = "a";

/** TriggerPriceType (1107). */
const TRIGGERS: ReadonlyMap<number, number> = new Map([
  [1, terms.TRIGGER_QUOTE],
  [2, terms.TRIGGER_LAST],
  [3, terms.TRIGGER_QUOTE],
  [6, terms.TRIGGER_MID],
]);

/** SelfMatchPreventionInstruction (2964); FIX has no number for our others. */
const SELF_MATCH: ReadonlyMap<number, number> = new Map([
  [1, terms.STP_CANCEL_NEWEST],
  [2, terms.STP_CANCEL_OLDEST],
  [3, terms.STP_CANCEL_BOTH],
]);

/** A value that is none of the field's. */
export function badValue(field: number, expected: string, found: string): FixOrderFault {
  const text = expectedText(field, expected, found);
  return { kind: "value", tag: field, reason: REJECT_VALUE_INCORRECT, text };
}

export function badClOrdId(field: number, found: string): FixOrderFault {
  return badValue(field, "1 to 16 printable characters without spaces, or a UUID", found);
}

/** Reads the values of one message on the grid of one instrument; the first fault stays. */
class FieldReader {
  readonly #message: FixMessage;
  readonly #instrument: Instrument | undefined;
  fault: FixOrderFault | undefined;

  constructor(message: FixMessage, instrument: Instrument | undefined) {
    this.#message = message;
    this.#instrument = instrument;
  }

  ticks(field: number): number | undefined {
    const { priceDecimals, tickUnits, priceTicksMin, priceTicksMax } = this.#grid;
    const ticks = this.#steps(field, priceDecimals, tickUnits);
    if (ticks !== undefined && ticks !== (ticks | 0)) {
      this.#accuseRange(field, priceTicksMin, priceTicksMax, priceDecimals, tickUnits);
    }
    return ticks;
  }

  lots(field: number): number | undefined {
    const { qtyDecimals, lotUnits, orderQtyLotsMin, orderQtyLotsMax } = this.#grid;
    const lots = this.#steps(field, qtyDecimals, lotUnits);
    if (lots !== undefined && lots < 0) {
      this.#accuseRange(field, orderQtyLotsMin, orderQtyLotsMax, qtyDecimals, lotUnits);
    }
    return lots;
  }

  /** Money in ticks x lots. */
  amount(field: number): number | undefined {
    const { priceDecimals, tickUnits, qtyDecimals, lotUnits } = this.#grid;
    const amount = this.#steps(field, priceDecimals + qtyDecimals, tickUnits * lotUnits);
    if (amount !== undefined && amount <= 0) this.#accuse(field, "more than nothing");
    return amount;
  }

  whole(field: number): number | undefined {
    const place = this.#message.find(field);
    if (place < 0) return undefined;
    const value = this.#message.integer(field);
    if (value !== (value | 0)) this.#accuse(field, "a whole number of 32 bits");
    return value;
  }

  /** ExpireTime, or the end of ExpireDate. */
  expireMicros(): number | undefined {
    const time = this.#message.text(tag.TAG_EXPIRE_TIME);
    if (time !== "") return fixTimeMicros(time);
    const date = this.#message.text(tag.TAG_EXPIRE_DATE);
    return date === "" ? undefined : fixDateEndMicros(date);
  }

  /** The value, or the fault that there is none. */
  need(field: number, value: number | undefined): number {
    if (value === undefined) this.fault ??= { kind: "missing", tag: field };
    return value ?? 0;
  }

  get #grid(): Grid {
    return this.#instrument ?? NO_GRID;
  }

  #steps(field: number, decimals: number, stepUnits: number): number | undefined {
    const text = this.#message.text(field);
    if (text === "" || this.#instrument === undefined) return text === "" ? undefined : 0;
    const steps = parseSteps(text.replace(/\.$/, ""), decimals, stepUnits);
    if (typeof steps === "number") return steps;
    const step = formatSteps(1, decimals, stepUnits);
    this.#accuse(field, steps === "off the grid" ? `a multiple of ${step}` : "an exact decimal");
    return 0;
  }

  #accuseRange(field: number, min: number, max: number, decimals: number, stepUnits: number): void {
    const text = (steps: number): string => formatSteps(steps, decimals, stepUnits);
    this.#accuse(field, `${text(min)} to ${text(max)}`);
  }

  #accuse(field: number, expected: string): void {
    this.fault ??= badValue(field, expected, this.#message.text(field));
  }
}

type Grid = Pick<
  Instrument,
  | ("priceDecimals" | "tickUnits" | "priceTicksMin" | "priceTicksMax")
  | ("qtyDecimals" | "lotUnits" | "orderQtyLotsMin" | "orderQtyLotsMax")
>;

const NO_GRID: Grid = {
  ...{ priceDecimals: 0, tickUnits: 1, priceTicksMin: 0, priceTicksMax: 0 },
  ...{ qtyDecimals: 0, lotUnits: 1, orderQtyLotsMin: 0, orderQtyLotsMax: 0 },
};

export function readFixOrder(
  message: FixMessage,
  instrument: Instrument,
): OrderValues | FixOrderFault {
  const fields = new FieldReader(message, instrument);
  const wishes = readExecInst(message.text(tag.TAG_EXEC_INST));
  const asked = ordTypeOf(message, wishes);
  const timeInForce = lifetimeOf(message, asked);
  const expireTimeMicros = fields.expireMicros();
  if (timeInForce === TIF_GTD) fields.need(tag.TAG_EXPIRE_TIME, expireTimeMicros);
  const quoteAmount = fields.amount(tag.TAG_CASH_ORDER_QTY);
  const given = fields.lots(tag.TAG_ORDER_QTY);
  const orderQtyLots = quoteAmount === undefined ? fields.need(tag.TAG_ORDER_QTY, given) : given;
  const more = readTerms(message, fields, asked, wishes);
  const priceTicks = fields.ticks(tag.TAG_PRICE);
  if (isLimited(asked)) fields.need(tag.TAG_PRICE, priceTicks);
  if (fields.fault !== undefined) return fields.fault;
  const isUnsupported = wishes.isUnsupported || more === undefined;
  const all = { ...more, ...{ expireTimeMicros, quoteAmount } };
  const hasTerms = Object.values(all).some((value) => value !== undefined);
  return {
    clOrdId: message.text(tag.TAG_CL_ORD_ID),
    side: sideOfFix(message),
    ordType: isUnsupported ? UNSUPPORTED : asked,
    timeInForce,
    execInst: wishes.execInst | (isHidden(message) ? EXEC_INST_HIDDEN : 0),
    orderQtyLots: orderQtyLots ?? 0,
    priceTicks,
    terms: hasTerms ? all : undefined,
  };
}

/**
 * What becomes different of an order; the quantity is the new total. `instrument` undefined: nobody
 * knows the symbol, and numbers are not looked at.
 */
export function readFixAmend(
  message: FixMessage,
  instrument: Instrument | undefined,
): AmendValues | FixOrderFault {
  const fields = new FieldReader(message, instrument);
  const triggerSource = coded(fields.whole(tag.TAG_TRIGGER_PRICE_TYPE), TRIGGERS);
  if (triggerSource === UNKNOWN_CODE) {
    const found = message.text(tag.TAG_TRIGGER_PRICE_TYPE);
    return badValue(tag.TAG_TRIGGER_PRICE_TYPE, "1, 2, 3 or 6", found);
  }
  const displayQtyLots = fields.lots(tag.TAG_DISPLAY_QTY) ?? fields.lots(tag.TAG_MAX_FLOOR);
  const values: AmendValues = {
    priceTicks: fields.ticks(tag.TAG_PRICE),
    orderQtyLots: fields.lots(tag.TAG_ORDER_QTY),
    stopPxTicks: fields.ticks(tag.TAG_STOP_PX),
    displayQtyLots: displayQtyLots === 0 ? undefined : displayQtyLots,
    expireTimeMicros: fields.expireMicros(),
    ordType: amendedTypeOf(message),
    triggerSource,
    newClOrdId: message.text(tag.TAG_CL_ORD_ID),
  };
  return fields.fault ?? values;
}

const REFUSED_FIELDS = [
  ...[tag.TAG_CL_ORD_ID, tag.TAG_SYMBOL, tag.TAG_SIDE, tag.TAG_ORD_TYPE, tag.TAG_TIME_IN_FORCE],
  ...[tag.TAG_ORDER_QTY, tag.TAG_CASH_ORDER_QTY, tag.TAG_PRICE, tag.TAG_STOP_PX],
];

/** What an order says that nobody can read, for want of an instrument: as it says it. */
export function readFixRefused(message: FixMessage): readonly FixField[] {
  const given = REFUSED_FIELDS.filter((field) => message.has(field));
  return given.map((field) => ({ field, value: message.text(field) }));
}

/** FIX's digit; what sells short sells: whoever borrows has done so before. 0: it is a letter. */
export function sideOfFix(message: FixMessage): number {
  const side = digitOf(message.char(tag.TAG_SIDE));
  return side === SELL_SHORT || side === SELL_SHORT_EXEMPT ? SIDE_SELL : side;
}

/** Whether the message names a side of the book. */
export function isBookSide(side: number): boolean {
  return side === SIDE_BUY || side === SIDE_SELL;
}

type Wishes = {
  readonly execInst: number;
  readonly pegPriceType: number | undefined;
  readonly trails: boolean;
  readonly isUnsupported: boolean;
};

function readExecInst(text: string): Wishes {
  let execInst = 0;
  let pegPriceType: number | undefined;
  let trails = false;
  let isUnsupported = false;
  for (const letter of text === "" ? [] : text.split(" ")) {
    const bit = EXEC_INSTS.get(letter);
    const peg = PEGS.get(letter);
    if (bit !== undefined) execInst |= bit;
    else if (letter === TRAILS) trails = true;
    else if (peg !== undefined && pegPriceType === undefined) pegPriceType = peg;
    else isUnsupported = true;
  }
  return { execInst, pegPriceType, trails, isUnsupported };
}

/** A pegged order that trails is a stop: with a price a stop limit. */
function ordTypeOf(message: FixMessage, { trails }: Wishes): number {
  const code = message.char(tag.TAG_ORD_TYPE);
  const ordType = code >= ZERO && code <= NINE ? code - ZERO : code;
  if (ordType !== ordTypes.ORD_TYPE_PEGGED || !trails) return ordType;
  return message.has(tag.TAG_PRICE) ? ordTypes.ORD_TYPE_STOP_LIMIT : ordTypes.ORD_TYPE_STOP;
}

/** A pegged order, and one that FIX calls so because it trails, keeps its type. */
function amendedTypeOf(message: FixMessage): number | undefined {
  const ordType = ordTypeOf(message, readExecInst(message.text(tag.TAG_EXEC_INST)));
  const isKept = message.char(tag.TAG_ORD_TYPE) === ordTypes.ORD_TYPE_PEGGED;
  return isKept || !message.has(tag.TAG_ORD_TYPE) ? undefined : ordType;
}

/** FIX's day where nothing is said; a market order never rests, whatever it says. */
function lifetimeOf(message: FixMessage, ordType: number): number {
  if (message.has(tag.TAG_TIME_IN_FORCE)) return digitOf(message.char(tag.TAG_TIME_IN_FORCE));
  return ordType === ordTypes.ORD_TYPE_MARKET ? TIF_IOC : TIF_DAY;
}

function isLimited(ordType: number): boolean {
  return (
    ordType === ordTypes.ORD_TYPE_LIMIT ||
    ordType === ordTypes.ORD_TYPE_STOP_LIMIT ||
    ordType === ordTypes.ORD_TYPE_LIMIT_IF_TOUCHED
  );
}

function isTriggered(ordType: number): boolean {
  return (
    ordType === ordTypes.ORD_TYPE_STOP ||
    ordType === ordTypes.ORD_TYPE_STOP_LIMIT ||
    ordType === ordTypes.ORD_TYPE_MARKET_IF_TOUCHED ||
    ordType === ordTypes.ORD_TYPE_LIMIT_IF_TOUCHED
  );
}

/** MaxFloor, or DisplayQty, of nothing: the order is not shown at all. */
function isHidden(message: FixMessage): boolean {
  if (message.integer(tag.TAG_DISPLAY_METHOD) === DISPLAY_NOTHING) return true;
  const shown = message.text(tag.TAG_DISPLAY_QTY) || message.text(tag.TAG_MAX_FLOOR);
  return /^0+(\.0*)?$/.test(shown);
}

/** Undefined: some of it is not done here. */
function readTerms(
  message: FixMessage,
  fields: FieldReader,
  ordType: number,
  wishes: Wishes,
): TermValues | undefined {
  const stopPxTicks = fields.ticks(tag.TAG_STOP_PX);
  if (isTriggered(ordType) && !wishes.trails) fields.need(tag.TAG_STOP_PX, stopPxTicks);
  const shown = fields.lots(tag.TAG_DISPLAY_QTY) ?? fields.lots(tag.TAG_MAX_FLOOR);
  const displayQtyLots = shown === 0 ? undefined : shown;
  const triggerSource = coded(fields.whole(tag.TAG_TRIGGER_PRICE_TYPE), TRIGGERS);
  const stpMode = coded(fields.whole(tag.TAG_SELF_MATCH_PREVENTION_INSTRUCTION), SELF_MATCH);
  const pegPriceType = fields.whole(tag.TAG_PEG_PRICE_TYPE) ?? wishes.pegPriceType;
  const offset = readOffset(message, fields);
  const most = fields.lots(tag.TAG_DISPLAY_HIGH_QTY);
  const isRandom = message.integer(tag.TAG_DISPLAY_METHOD) === DISPLAY_RANDOM;
  if (triggerSource === UNKNOWN_CODE || stpMode === UNKNOWN_CODE) return undefined;
  if (wishes.trails && !isTriggered(ordType)) return undefined;
  return {
    ...{ stopPxTicks, displayQtyLots, triggerSource, stpMode, pegPriceType },
    minQtyLots: fields.lots(tag.TAG_MIN_QTY),
    trailing: wishes.trails ? true : undefined,
    offsetIsBasisPoints: offset.isBasisPoints ? true : undefined,
    // A trailing stop of a seller is below the market: FIX says so with a sign, we by the side.
    offsetTicks:
      wishes.trails && offset.ticks !== undefined ? Math.abs(offset.ticks) : offset.ticks,
    displayRandomLots: isRandom && most !== undefined ? most - (displayQtyLots ?? 0) : undefined,
  };
}

function readOffset(
  message: FixMessage,
  fields: FieldReader,
): { readonly ticks: number | undefined; readonly isBasisPoints: boolean } {
  const type = fields.whole(tag.TAG_PEG_OFFSET_TYPE);
  const isBasisPoints = type === OFFSET_IS_BASIS_POINTS;
  const isWhole = isBasisPoints || type === OFFSET_IS_TICKS;
  const read = (): number | undefined =>
    isWhole ? fields.whole(tag.TAG_PEG_OFFSET_VALUE) : fields.ticks(tag.TAG_PEG_OFFSET_VALUE);
  return { ticks: message.has(tag.TAG_PEG_OFFSET_VALUE) ? read() : undefined, isBasisPoints };
}

const UNKNOWN_CODE = -1;

function coded(value: number | undefined, codes: ReadonlyMap<number, number>): number | undefined {
  return value === undefined ? undefined : (codes.get(value) ?? UNKNOWN_CODE);
}

function digitOf(code: number): number {
  return code >= ZERO && code <= NINE ? code - ZERO : 0;
}
