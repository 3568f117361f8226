// Orders, lists, amends and cancels with everything they may ask for, as plain values and as
// command records: docs/protocols/journal.md, kinds 1 to 4, 6, 7 and 9. Numbers are FIX codes,
// ticks, lots and microseconds; what is left out is not asked for. The engine judges all of it: a
// gateway checks only what its own protocol says.

import { type RecordBuffer, readU64, writeU64 } from "../base/record-buffer.ts";
import { ORD_TYPE_PEGGED } from "../model/ord-type.ts";
import { packOrderCodes } from "../model/order-codes.ts";
import {
  LIST_PRO_RATA,
  TERM_HAS_PRICE,
  TERM_HAS_PROTECTION,
  TERM_HAS_STOP_PX,
  TERM_OFFSET_IS_BASIS_POINTS,
  TERM_TRAILING,
} from "../model/order-terms.ts";
import { encodeClOrdId } from "./cl-ord-id.ts";
import * as command from "./command.ts";

/** Model/order-terms.ts has the codes. */
export type TermValues = {
  /** What fires a stop or an if-touched order; of a trailing one: where tracking begins. */
  readonly stopPxTicks?: number | undefined;
  readonly triggerSource?: number | undefined;
  readonly pegPriceType?: number | undefined;
  readonly stpMode?: number | undefined;
  readonly trailing?: boolean | undefined;
  /** The offset of a trailing order is in basis points, not in ticks. */
  readonly offsetIsBasisPoints?: boolean | undefined;
  readonly displayQtyLots?: number | undefined;
  readonly minQtyLots?: number | undefined;
  readonly expireTimeMicros?: number | undefined;
  /** Pegged: added to the reference; trailing: the distance. */
  readonly offsetTicks?: number | undefined;
  readonly stepTicks?: number | undefined;
  readonly protectionTicks?: number | undefined;
  readonly displayRandomLots?: number | undefined;
  /** Ticks x lots. */
  readonly quoteAmount?: number | undefined;
};

export type OrderValues = {
  /** "" is none. */
  readonly clOrdId: string;
  readonly side: number;
  readonly ordType: number;
  readonly timeInForce: number;
  /** Bits of model/exec-inst.ts. */
  readonly execInst: number;
  readonly orderQtyLots: number;
  /** The limit; of a pegged order the worst price that it may go to. */
  readonly priceTicks?: number | undefined;
  readonly terms?: TermValues | undefined;
};

/** LIST_..., model/order-terms.ts: two legs, of LIST_OTOCO three. */
export type ListValues = {
  readonly listType: number;
  /** Children of the first order come part by part, as it is filled. */
  readonly isProRata?: boolean | undefined;
  readonly legs: readonly OrderValues[];
};

/** One order by one of its ids; the other one is 0 or "". */
export type OrderName = { readonly orderId: number; readonly clOrdId: string };

/** What becomes different; the quantity is a new total or a new rest, not both. */
export type AmendValues = {
  readonly priceTicks?: number | undefined;
  readonly orderQtyLots?: number | undefined;
  readonly leavesQtyLots?: number | undefined;
  readonly stopPxTicks?: number | undefined;
  /** Another type; what fires it only with a type. */
  readonly ordType?: number | undefined;
  readonly triggerSource?: number | undefined;
  readonly displayQtyLots?: number | undefined;
  readonly expireTimeMicros?: number | undefined;
  readonly newClOrdId?: string | undefined;
  readonly joinsTail?: boolean | undefined;
};

/** Which of an account's orders; nothing given: all of them. */
export type CancelAllValues = {
  /** 0 is every instrument. */
  readonly instrumentId: number;
  readonly side?: number | undefined;
  readonly priceRange?: readonly [minTicks: number, maxTicks: number] | undefined;
  readonly targetSessionId?: number | undefined;
  /** The operator's right. */
  readonly targetAccountId?: number | undefined;
};

const NO_TERMS: TermValues = {};

/**
 * Writes a new order: 64 bytes, with terms 128. False: its client order id has none of the forms of
 * cl-ord-id.ts, and what is written must not be entered.
 */
export function writeNewOrder(
  record: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: command.Asker,
  instrumentId: number,
  order: OrderValues,
): boolean {
  const at = offsetBytes / 4;
  const kind = order.terms === undefined ? command.COMMAND_NEW : command.COMMAND_NEW_WITH_TERMS;
  command.writeCommandHeader(record.words, at, kind, accountId, instrumentId, sessionId);
  if (order.terms !== undefined) writeTerms(record.words, at, order, order.terms);
  return writeOrder(record, at, order);
}

/** Writes a list, 384 bytes. False as for one order. */
export function writeNewList(
  record: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: command.Asker,
  instrumentId: number,
  { isProRata = false, listType, legs }: ListValues,
): boolean {
  const at = offsetBytes / 4;
  const { words } = record;
  const kind = command.COMMAND_NEW_LIST;
  command.writeCommandHeader(words, at, kind, accountId, instrumentId, sessionId);
  const flags = isProRata ? LIST_PRO_RATA : 0;
  words[at + command.LIST_LIST_TYPE_WORD] = listType | (legs.length << 8) | (flags << 16);
  let isWritten = true;
  for (const [i, leg] of legs.entries()) {
    const legAt = at + legShift(i);
    writeTerms(words, legAt, leg, leg.terms ?? NO_TERMS);
    isWritten = writeOrder(record, legAt, leg) && isWritten;
  }
  return isWritten;
}

/** Writes an amend, 128 bytes. False as for a new order. */
export function writeAmend(
  record: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: command.Asker,
  instrumentId: number,
  name: OrderName,
  amend: AmendValues,
): boolean {
  const at = offsetBytes / 4;
  const { words } = record;
  const { priceTicks, leavesQtyLots, newClOrdId = "" } = amend;
  const { stopPxTicks, displayQtyLots, expireTimeMicros } = amend;
  const kind = command.COMMAND_AMEND;
  command.writeCommandHeader(words, at, kind, accountId, instrumentId, sessionId);
  words[at + command.AMEND_PRICE_TICKS_WORD] = priceTicks ?? 0;
  words[at + command.AMEND_STOP_PX_TICKS_WORD] = stopPxTicks ?? 0;
  writeU64(words, at + command.AMEND_ORDER_QTY_LOTS_WORD, leavesQtyLots ?? amend.orderQtyLots ?? 0);
  writeU64(words, at + command.AMEND_DISPLAY_QTY_LOTS_WORD, displayQtyLots ?? 0);
  writeU64(words, at + command.AMEND_EXPIRE_TIME_MICROS_WORD, expireTimeMicros ?? 0);
  const { ordType = 0, triggerSource } = amend;
  const source = ordType === 0 || triggerSource === undefined ? 0 : triggerSource + 1;
  words[at + command.AMEND_AMEND_FLAGS_WORD] =
    amendFlagsOf(amend) | (ordType << 8) | (source << 16);
  writeU64(words, at + command.AMEND_ORDER_ID_WORD, name.orderId);
  const isNamed = writeId(record, at + command.AMEND_CL_ORD_ID_WORD, name.clOrdId);
  return writeId(record, at + command.AMEND_NEW_CL_ORD_ID_WORD, newClOrdId) && isNamed;
}

/** Writes a cancel, 64 bytes; `reduceByLots` 0: of all that is left. False as for a new order. */
export function writeCancel(
  record: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: command.Asker,
  instrumentId: number,
  name: OrderName,
  reduceByLots = 0,
): boolean {
  const at = offsetBytes / 4;
  const { words } = record;
  const kind = command.COMMAND_CANCEL;
  command.writeCommandHeader(words, at, kind, accountId, instrumentId, sessionId);
  writeU64(words, at + command.CANCEL_ORDER_ID_WORD, name.orderId);
  writeU64(words, at + command.CANCEL_REDUCE_BY_LOTS_WORD, reduceByLots);
  return writeId(record, at + command.CANCEL_CL_ORD_ID_WORD, name.clOrdId);
}

/** Writes a reduction to a total, 64 bytes. False as for a new order. */
export function writeReduceTo(
  record: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: command.Asker,
  instrumentId: number,
  name: OrderName,
  orderQtyLots: number,
): boolean {
  const at = offsetBytes / 4;
  const { words } = record;
  const kind = command.COMMAND_REDUCE_TO;
  command.writeCommandHeader(words, at, kind, accountId, instrumentId, sessionId);
  writeU64(words, at + command.REDUCE_TO_ORDER_ID_WORD, name.orderId);
  writeU64(words, at + command.REDUCE_TO_ORDER_QTY_LOTS_WORD, orderQtyLots);
  return writeId(record, at + command.REDUCE_TO_CL_ORD_ID_WORD, name.clOrdId);
}

/** Writes a cancel of many orders, 64 bytes. */
export function writeCancelAll(
  { words }: RecordBuffer,
  offsetBytes: number,
  { accountId, sessionId }: command.Asker,
  { instrumentId, side = 0, priceRange, targetSessionId, targetAccountId }: CancelAllValues,
): void {
  const at = offsetBytes / 4;
  const flags =
    (priceRange === undefined ? 0 : command.CANCEL_ALL_BY_PRICE) |
    (targetSessionId === undefined ? 0 : command.CANCEL_ALL_BY_SESSION) |
    (targetAccountId === undefined ? 0 : command.CANCEL_ALL_OF_ACCOUNT);
  const kind = command.COMMAND_CANCEL_ALL;
  command.writeCommandHeader(words, at, kind, accountId, instrumentId, sessionId);
  words[at + command.CANCEL_ALL_SIDE_WORD] = side | (flags << 8);
  words[at + command.CANCEL_ALL_PRICE_TICKS_MIN_WORD] = priceRange?.[0] ?? 0;
  words[at + command.CANCEL_ALL_PRICE_TICKS_MAX_WORD] = priceRange?.[1] ?? 0;
  words[at + command.CANCEL_ALL_TARGET_SESSION_ID_WORD] = targetSessionId ?? 0;
  words[at + command.CANCEL_ALL_TARGET_ACCOUNT_ID_WORD] = targetAccountId ?? 0;
}

/** Terms as they stand in a record: zero or false where they were not asked for. */
export type TermsRead = {
  readonly [Name in Exclude<keyof TermValues, MaybeGiven>]: NonNullable<TermValues[Name]>;
} & { readonly [Name in MaybeGiven]: number | undefined } & {
  /** A pegged order gave the worst price that it may go to. */
  readonly hasPrice: boolean;
};

/** Zero means something. */
type MaybeGiven = "stopPxTicks" | "protectionTicks";

/** Of a command with terms at word `at`, or of an event that tells them: their places are one. */
export function readTerms(words: Int32Array, at: number): TermsRead {
  const codes = words[at + command.TERMS_TRIGGER_SOURCE_WORD];
  const flags = codes >>> 24;
  const given = (flag: number, value: number): number | undefined =>
    (flags & flag) === 0 ? undefined : value;
  return {
    stopPxTicks: given(TERM_HAS_STOP_PX, words[at + command.TERMS_STOP_PX_TICKS_WORD]),
    triggerSource: codes & 0xff,
    pegPriceType: (codes >>> 8) & 0xff,
    stpMode: (codes >>> 16) & 0xff,
    trailing: (flags & TERM_TRAILING) !== 0,
    offsetIsBasisPoints: (flags & TERM_OFFSET_IS_BASIS_POINTS) !== 0,
    displayQtyLots: readU64(words, at + command.TERMS_DISPLAY_QTY_LOTS_WORD),
    minQtyLots: readU64(words, at + command.TERMS_MIN_QTY_LOTS_WORD),
    expireTimeMicros: readU64(words, at + command.TERMS_EXPIRE_TIME_MICROS_WORD),
    offsetTicks: words[at + command.TERMS_OFFSET_TICKS_WORD],
    stepTicks: words[at + command.TERMS_STEP_TICKS_WORD] >>> 0,
    protectionTicks: given(
      TERM_HAS_PROTECTION,
      words[at + command.TERMS_PROTECTION_TICKS_WORD] >>> 0,
    ),
    displayRandomLots: words[at + command.TERMS_DISPLAY_RANDOM_LOTS_WORD] >>> 0,
    quoteAmount: readU64(words, at + command.TERMS_QUOTE_AMOUNT_WORD),
    hasPrice: (flags & TERM_HAS_PRICE) !== 0,
  };
}

/** A leg lies in the list as an order with terms does behind its header. */
function legShift(index: number): number {
  return command.LIST_LEG1_WORD + index * command.LIST_LEG_WORDS - command.NEW_CL_ORD_ID_WORD;
}

function writeOrder(record: RecordBuffer, at: number, order: OrderValues): boolean {
  const { words } = record;
  const { side, ordType, timeInForce, execInst, priceTicks = 0 } = order;
  writeU64(words, at + command.NEW_ORDER_QTY_LOTS_WORD, order.orderQtyLots);
  words[at + command.NEW_PRICE_TICKS_WORD] = priceTicks;
  words[at + command.NEW_SIDE_WORD] = packOrderCodes(side, ordType, timeInForce, execInst);
  return writeId(record, at + command.NEW_CL_ORD_ID_WORD, order.clOrdId);
}

function writeTerms(words: Int32Array, at: number, order: OrderValues, terms: TermValues): void {
  const { triggerSource = 0, pegPriceType = 0, stpMode = 0 } = terms;
  words[at + command.TERMS_STOP_PX_TICKS_WORD] = terms.stopPxTicks ?? 0;
  words[at + command.TERMS_TRIGGER_SOURCE_WORD] =
    triggerSource | (pegPriceType << 8) | (stpMode << 16) | (termFlagsOf(order, terms) << 24);
  writeU64(words, at + command.TERMS_DISPLAY_QTY_LOTS_WORD, terms.displayQtyLots ?? 0);
  writeU64(words, at + command.TERMS_MIN_QTY_LOTS_WORD, terms.minQtyLots ?? 0);
  writeU64(words, at + command.TERMS_EXPIRE_TIME_MICROS_WORD, terms.expireTimeMicros ?? 0);
  words[at + command.TERMS_OFFSET_TICKS_WORD] = terms.offsetTicks ?? 0;
  words[at + command.TERMS_STEP_TICKS_WORD] = terms.stepTicks ?? 0;
  words[at + command.TERMS_PROTECTION_TICKS_WORD] = terms.protectionTicks ?? 0;
  words[at + command.TERMS_DISPLAY_RANDOM_LOTS_WORD] = terms.displayRandomLots ?? 0;
  writeU64(words, at + command.TERMS_QUOTE_AMOUNT_WORD, terms.quoteAmount ?? 0);
}

/** The flags that follow from what is given. */
function termFlagsOf({ ordType, priceTicks }: OrderValues, terms: TermValues): number {
  let flags = 0;
  if (terms.trailing === true) flags |= TERM_TRAILING;
  if (terms.offsetIsBasisPoints === true) flags |= TERM_OFFSET_IS_BASIS_POINTS;
  if (terms.stopPxTicks !== undefined) flags |= TERM_HAS_STOP_PX;
  if (terms.protectionTicks !== undefined) flags |= TERM_HAS_PROTECTION;
  if (ordType === ORD_TYPE_PEGGED && priceTicks !== undefined) flags |= TERM_HAS_PRICE;
  return flags;
}

function amendFlagsOf(amend: AmendValues): number {
  const hasQty = amend.leavesQtyLots !== undefined || amend.orderQtyLots !== undefined;
  let flags = amend.priceTicks === undefined ? 0 : command.AMEND_HAS_PRICE;
  if (hasQty) flags |= command.AMEND_HAS_QTY;
  if (amend.leavesQtyLots !== undefined) flags |= command.AMEND_QTY_IS_LEAVES;
  if (amend.joinsTail === true) flags |= command.AMEND_JOINS_TAIL;
  if (amend.stopPxTicks !== undefined) flags |= command.AMEND_HAS_STOP_PX;
  if (amend.ordType !== undefined) flags |= command.AMEND_HAS_TYPE;
  if (amend.displayQtyLots !== undefined) flags |= command.AMEND_HAS_DISPLAY_QTY;
  if (amend.expireTimeMicros !== undefined) flags |= command.AMEND_HAS_EXPIRE_TIME;
  return flags;
}

/** The place is zero already. */
function writeId({ bytes }: RecordBuffer, word: number, clOrdId: string): boolean {
  return clOrdId === "" || encodeClOrdId(clOrdId, bytes, word * 4);
}
