// hot path
// The lab's binary record, both ways 32 bytes of little-endian words: docs/protocols/lab-record.md.
// The least that any order-matching server needs to be driven and checked.

import type { AnswerListener } from "./driver.ts";
import type { Lap } from "./lap.ts";

export const RECORD_WORDS = 8;
export const RECORD_BYTES = RECORD_WORDS * 4;

export const REQUEST_ID_WORD = 0;
export const REQUEST_KIND_WORD = 1; // Kind, then side and time in force.
export const REQUEST_ORDER_ID_WORD = 2;
export const REQUEST_PRICE_TICKS_WORD = 3;
export const REQUEST_QTY_LOTS_WORD = 4;
export const REQUEST_INSTRUMENT_WORD = 5;

export const ANSWER_ID_WORD = 0;
export const ANSWER_STATUS_WORD = 1;
export const ANSWER_ORDER_ID_WORD = 2;
export const ANSWER_LOTS_WORD = 3;

const TIF_BYTE_GTC = 1;
const TIF_BYTE_IOC = 3;

/** The answer at `words[at]`, every field of it: as the document says, without a sign. */
export function tellAnswer(listener: AnswerListener, words: Int32Array, at: number): void {
  listener.onAnswer(
    words[at + ANSWER_STATUS_WORD] >>> 0,
    words[at + ANSWER_LOTS_WORD] >>> 0,
    words[at + ANSWER_ID_WORD] >>> 0,
    words[at + ANSWER_ORDER_ID_WORD] >>> 0,
  );
}

export function isIocWord(kindWord: number): boolean {
  return ((kindWord >>> 16) & 0xff) === TIF_BYTE_IOC;
}

/** All requests of a lap for one instrument; a request's id is its place in the lap. */
export function encodeLap(lap: Lap, instrument: number): Int32Array<ArrayBuffer> {
  const words = new Int32Array(lap.commands * RECORD_WORDS);
  for (let i = 0; i < lap.commands; i++) {
    const at = i * RECORD_WORDS;
    const timeInForce = lap.iocs[i] === 1 ? TIF_BYTE_IOC : TIF_BYTE_GTC;
    words[at + REQUEST_ID_WORD] = i;
    words[at + REQUEST_KIND_WORD] = lap.kinds[i] | (lap.sides[i] << 8) | (timeInForce << 16);
    words[at + REQUEST_ORDER_ID_WORD] = lap.orderIds[i];
    words[at + REQUEST_PRICE_TICKS_WORD] = lap.priceTicks[i];
    words[at + REQUEST_QTY_LOTS_WORD] = lap.qtyLots[i];
    words[at + REQUEST_INSTRUMENT_WORD] = instrument;
  }
  return words;
}
