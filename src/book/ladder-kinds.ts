// The ladders of a book, numbered (book << LADDER_BITS) + kind. Even ones sort their highest price
// first, as bids do, odd ones their lowest, as asks do. Only the first four ever trade; orders in
// the others wait: for a price that fires them, for a call, or for whatever wakes them.

import { isDark, sideOf } from "../model/order-codes.ts";

/** A book has 32 ladders, some of them unused; an empty one costs twelve bytes. */
export const LADDER_BITS = 5;
export const LADDER_KIND_MASK = (1 << LADDER_BITS) - 1;

export const LADDER_BIDS = 0;
export const LADDER_ASKS = 1;
/** Hidden and all-or-none orders; a displayed ladder's kind plus this is its dark one's. */
export const DARK = 2;

/** Orders that fire when their source falls to their price, and (plus one) rises to it. */
export const LADDER_FALLING_LAST = 4;
export const LADDER_FALLING_BID = 6;
export const LADDER_FALLING_ASK = 8;
export const LADDER_FALLING_MID = 10;
export const RISING = 1;

/** Orders with a limit that gather for an uncross, out of sight: bids, and (plus one) asks. */
export const LADDER_CALL = 12;

/** Orders that neither trade nor fire: bids, and (plus one) asks. */
export const LADDER_PARKED = 14;

/** Orders without a limit that gather for an uncross: buys, and (plus one) sells. */
export const LADDER_CALL_MARKET = 16;

/** The ladder of one side of one book. */
export function ladderOf(book: number, side: number): number {
  return (book << LADDER_BITS) + side - 1;
}

/** The ladder on which an order of this kind rests. */
export function restingLadderOf(book: number, orderCodes: number): number {
  return ladderOf(book, sideOf(orderCodes)) + (isDark(orderCodes) ? DARK : 0);
}

export function ladderOfKind(book: number, kind: number): number {
  return (book << LADDER_BITS) + kind;
}

export function isTriggerKind(kind: number): boolean {
  return kind >= LADDER_FALLING_LAST && kind <= LADDER_FALLING_MID + RISING;
}

export function isParkedKind(kind: number): boolean {
  return kind >> 1 === LADDER_PARKED >> 1;
}

export function isCallKind(kind: number): boolean {
  return kind >> 1 === LADDER_CALL >> 1 || kind >> 1 === LADDER_CALL_MARKET >> 1;
}
