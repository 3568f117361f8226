// What ITCH tells of calls: what would trade (I), how far from the reference the price may be (J),
// and what traded when one ended (Q), all of one price in one message.

import { readU64 } from "../base/record-buffer.ts";
import { putU32, putU64 } from "../codec/big-endian.ts";
import * as event from "../codec/event.ts";
import * as itch from "../codec/itch.ts";
import type { ItchInstrument } from "../codec/itch-instrument.ts";
import * as marketEvent from "../codec/market-event.ts";
import {
  isBeforeOpening,
  isCall,
  PHASE_CLOSED,
  PHASE_CLOSING_CALL,
  PHASE_CONTINUOUS,
} from "../model/phase.ts";
import { SIDE_BUY } from "../model/side.ts";
import type { MessageStream } from "./message-stream.ts";

const OPENING = 0x4f; // O
const CLOSING = 0x43; // C
const OTHER = 0x48; // H: after a halt, or a breach of bands
const BUYS = 0x42; // B
const SELLS = 0x53; // S
const NEITHER = 0x4e; // N
const INSUFFICIENT = 0x4f; // O: nothing would trade
const SPACE = 0x20;

export class ItchCalls {
  readonly #stream: MessageStream;
  /** What has traded at one price and is not told yet. */
  #instrument: ItchInstrument | undefined;
  #priceTicks = 0;
  #lots = 0;
  #tradeId = 0;

  constructor(stream: MessageStream) {
    this.#stream = stream;
  }

  /** One trade of a call that ends in `phase`. */
  onTrade(
    instrument: ItchInstrument,
    phase: number,
    words: Int32Array,
    at: number,
    nanos: number,
  ): void {
    const priceTicks = words[at + event.EVENT_LAST_PX_TICKS_WORD];
    if (this.#lots > 0 && priceTicks !== this.#priceTicks) this.#cross(instrument, phase, nanos);
    this.#instrument = instrument;
    this.#priceTicks = priceTicks;
    this.#lots += readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    this.#tradeId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
  }

  /** A phase ended: what its call traded, or that a call traded nothing. */
  onPhase(
    instrument: ItchInstrument,
    phaseBefore: number,
    words: Int32Array,
    at: number,
    nanos: number,
  ): void {
    const phase = marketEvent.phaseOf(words, at);
    const isTrading = phase === PHASE_CONTINUOUS || phase === PHASE_CLOSED;
    const hasEnded = isTrading && (isCall(phaseBefore) || isBeforeOpening(phaseBefore));
    if (this.#lots > 0 || hasEnded) this.#cross(instrument, phaseBefore, nanos);
    if (words[at + marketEvent.PHASE_CHANGED_HAS_COLLAR_WORD] !== 0) {
      this.#collar(instrument, words, at, nanos);
    }
  }

  onIndicative(
    instrument: ItchInstrument,
    phase: number,
    words: Int32Array,
    at: number,
    nanos: number,
  ): void {
    const to = this.#claim(itch.ITCH_NOII, instrument, nanos);
    const { bytes } = this.#stream;
    const pairedLots = readU64(words, at + marketEvent.INDICATIVE_PAIRED_LOTS_WORD);
    const imbalance = readU64(words, at + marketEvent.INDICATIVE_IMBALANCE_LOTS_WORD);
    const price = instrument.priceOf(words[at + marketEvent.INDICATIVE_PRICE_TICKS_WORD]);
    const side = words[at + marketEvent.INDICATIVE_SIDE_WORD];
    putU64(bytes, to + itch.NOII_PAIRED_SHARES_BYTE, pairedLots);
    putU64(bytes, to + itch.NOII_IMBALANCE_SHARES_BYTE, imbalance);
    bytes[to + itch.NOII_IMBALANCE_DIRECTION_BYTE] = directionOf(pairedLots, imbalance, side);
    bytes.set(instrument.symbolBytes, to + itch.NOII_STOCK_BYTE);
    putU32(bytes, to + itch.NOII_FAR_PRICE_BYTE, price);
    putU32(bytes, to + itch.NOII_NEAR_PRICE_BYTE, price);
    putU32(bytes, to + itch.NOII_CURRENT_REFERENCE_PRICE_BYTE, price);
    bytes[to + itch.NOII_CROSS_TYPE_BYTE] = crossTypeOf(phase);
    bytes[to + itch.NOII_PRICE_VARIATION_BYTE] = SPACE;
    this.#stream.commit(itch.NOII_BYTES);
  }

  #cross(instrument: ItchInstrument, phase: number, nanos: number): void {
    const traded = this.#lots > 0 ? (this.#instrument ?? instrument) : instrument;
    const to = this.#claim(itch.ITCH_CROSS_TRADE, traded, nanos);
    const { bytes } = this.#stream;
    putU64(bytes, to + itch.CROSS_TRADE_SHARES_BYTE, this.#lots);
    bytes.set(traded.symbolBytes, to + itch.CROSS_TRADE_STOCK_BYTE);
    const price = this.#lots > 0 ? traded.priceOf(this.#priceTicks) : 0;
    putU32(bytes, to + itch.CROSS_TRADE_CROSS_PRICE_BYTE, price);
    const matchNumber = this.#lots > 0 ? this.#tradeId : 0;
    putU64(bytes, to + itch.CROSS_TRADE_MATCH_NUMBER_BYTE, matchNumber);
    bytes[to + itch.CROSS_TRADE_CROSS_TYPE_BYTE] = crossTypeOf(phase);
    this.#stream.commit(itch.CROSS_TRADE_BYTES);
    this.#lots = 0;
  }

  #collar(instrument: ItchInstrument, words: Int32Array, at: number, nanos: number): void {
    const to = this.#claim(itch.ITCH_AUCTION_COLLAR, instrument, nanos);
    const { bytes } = this.#stream;
    const put = (byte: number, word: number) =>
      putU32(bytes, to + byte, instrument.priceOf(words[at + word]));
    bytes.set(instrument.symbolBytes, to + itch.AUCTION_COLLAR_STOCK_BYTE);
    put(itch.AUCTION_COLLAR_REFERENCE_PRICE_BYTE, marketEvent.PHASE_CHANGED_REFERENCE_TICKS_WORD);
    put(itch.AUCTION_COLLAR_UPPER_PRICE_BYTE, marketEvent.PHASE_CHANGED_HIGH_TICKS_WORD);
    put(itch.AUCTION_COLLAR_LOWER_PRICE_BYTE, marketEvent.PHASE_CHANGED_LOW_TICKS_WORD);
    putU32(bytes, to + itch.AUCTION_COLLAR_EXTENSION_BYTE, marketEvent.extensionsOf(words, at));
    this.#stream.commit(itch.AUCTION_COLLAR_BYTES);
  }

  #claim(type: number, { locate }: ItchInstrument, nanos: number): number {
    const at = this.#stream.claim(itch.ITCH_BYTES_MAX);
    itch.putItchHeader(this.#stream.bytes, at, type, locate, nanos);
    return at;
  }
}

/** Which call it was that ended this phase; OUCH has the same letters. */
export function crossTypeOf(phase: number): number {
  if (isBeforeOpening(phase)) return OPENING;
  return phase === PHASE_CLOSING_CALL ? CLOSING : OTHER;
}

function directionOf(pairedLots: number, imbalanceLots: number, side: number): number {
  if (pairedLots === 0) return INSUFFICIENT;
  if (imbalanceLots === 0) return NEITHER;
  return side === SIDE_BUY ? BUYS : SELLS;
}
