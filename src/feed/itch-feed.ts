// hot path
// The public stream of ITCH, folded from the events of each command: every shown order, what
// happens to it, and what trades. A session begins with what rests; a snapshot is the same at any
// later time.

import { readU64 } from "../base/record-buffer.ts";
import { putU32, putU64 } from "../codec/big-endian.ts";
import * as event from "../codec/event.ts";
import * as itch from "../codec/itch.ts";
import { ItchInstrument } from "../codec/itch-instrument.ts";
import { phaseBeforeOf, phaseOf } from "../codec/market-event.ts";
import { WireClock } from "../codec/ouch-reports.ts";
import type { Instrument } from "../model/instrument.ts";
import type {
  ItchSnapshot,
  ItchStream,
  ListedInstrument,
  ShownOrder,
} from "../model/message-streams.ts";
import { sideOf } from "../model/order-codes.ts";
import { gathers, PHASE_CONTINUOUS, PHASE_HALT, PHASE_POST_ONLY } from "../model/phase.ts";
import { SIDE_BUY } from "../model/side.ts";
import { ItchCalls } from "./itch-calls.ts";
import { MessageStream } from "./message-stream.ts";

/** What a receiver can ask for again. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;
/**
 * How far the stream may be beyond a snapshot that is given again: a snapshot of 200,000 orders
 * keeps the exchange for 26 ms, and anybody may ask for one. A fraction of what is kept, and of how
 * far a receiver may be behind.
 */
const SNAPSHOT_BEHIND_BYTES_MAX = 4 * 1024 * 1024;
const SHARES_MAX = 4_294_967_295;
const SPACE = 0x20;
const BUY = 0x42; // B
const SELL = 0x53; // S
const YES = 0x59; // Y
const NO = 0x4e; // N
const START_OF_MESSAGES = 0x4f; // O
const PRODUCTION = 0x50; // P
const TRADING = 0x54; // T
const QUOTING = 0x51; // Q
const HALTED = 0x48; // H
const NO_LOCATE = 0;
const NO_REFERENCE = 0;
const SEQUENCE_DIGITS = 20;

/** An order as the public sees it: references are kept in the order in which they were added. */
type PublicOrder = {
  readonly instrument: ItchInstrument;
  readonly side: number;
  readonly priceTicks: number;
  qtyLots: number;
};

export class ItchFeed implements ItchStream {
  readonly session: string;
  readonly stream = new MessageStream({ keptBytesMax: KEPT_BYTES_MAX });
  readonly #instrumentById: (instrumentId: number) => Instrument;
  readonly #instruments = new Map<number, ItchInstrument>();
  readonly #calls = new ItchCalls(this.stream);
  readonly #phases = new Map<ItchInstrument, number>();
  readonly #orders = new Map<number, PublicOrder>();
  /** Of an iceberg: its orderId, and the reference of the slice that it shows. */
  readonly #slices = new Map<number, number>();
  readonly #clock = new WireClock();
  #listeners: readonly (() => void)[] = [];
  #nanos = 0;
  #toldSequence = 1;
  #lastBrokenTradeId = 0;
  #snapshot: ItchSnapshot | undefined;
  /** Bytes of the stream from which on the snapshot is not given any more. */
  #snapshotUntilBytes = 0;

  constructor(session: string, instrumentById: (instrumentId: number) => Instrument) {
    this.session = session;
    this.#instrumentById = instrumentById;
  }

  /** What the session begins with, at `timeMicros`. */
  begin(
    timeMicros: number,
    instruments: Iterable<ListedInstrument>,
    orders: Iterable<ShownOrder>,
  ): void {
    this.#nanos = this.#clock.nanosOf(timeMicros);
    const at = this.#claim(itch.ITCH_SYSTEM_EVENT, NO_LOCATE);
    this.stream.bytes[at + itch.SYSTEM_EVENT_EVENT_CODE_BYTE] = START_OF_MESSAGES;
    this.stream.commit(itch.SYSTEM_EVENT_BYTES);
    for (const { instrumentId, phase } of instruments) this.#list(instrumentId, phase);
    for (const order of orders) {
      const { instrumentId, orderId, reference, side, priceTicks, qtyLots } = order;
      if (order.isSlice) this.#slices.set(orderId, reference);
      this.#add(this.#instrument(instrumentId), reference, side, priceTicks, qtyLots);
    }
  }

  listen(onGrown: () => void): () => void {
    this.#listeners = [...this.#listeners, onGrown];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== onGrown);
    };
  }

  /** Everything folded since the last call is durable: tells who listens. */
  tell(): void {
    if (this.stream.nextSequence === this.#toldSequence) return;
    this.#toldSequence = this.stream.nextSequence;
    for (const listener of this.#listeners) listener();
  }

  /** The one before, as long as what follows it in the stream is less than it is itself. */
  snapshot(): ItchSnapshot {
    const { writtenBytes, nextSequence } = this.stream;
    if (this.#snapshot !== undefined && writtenBytes < this.#snapshotUntilBytes) {
      return this.#snapshot;
    }
    const pieces = this.#writeSnapshot();
    const snapshotBytes = pieces.reduce((sum, { length }) => sum + length, 0);
    this.#snapshotUntilBytes = writtenBytes + Math.min(snapshotBytes, SNAPSHOT_BEHIND_BYTES_MAX);
    this.#snapshot = { nextSequence, pieces };
    return this.#snapshot;
  }

  /** All that is shown now, and where the stream goes on. */
  #writeSnapshot(): readonly Uint8Array[] {
    const snapshot = new MessageStream({ keptBytesMax: Number.POSITIVE_INFINITY, isPassing: true });
    for (const [instrument, phase] of this.#phases) {
      this.#writeDirectory(snapshot, instrument);
      this.#writeAction(snapshot, instrument, phase);
    }
    for (const [reference, order] of this.#orders) {
      this.#writeAdd(snapshot, reference, order);
    }
    const at = snapshot.claim(itch.END_OF_SNAPSHOT_BYTES);
    snapshot.bytes[at] = itch.ITCH_END_OF_SNAPSHOT;
    const sequence = String(this.stream.nextSequence).padStart(SEQUENCE_DIGITS);
    for (let i = 0; i < SEQUENCE_DIGITS; i++) {
      snapshot.bytes[at + itch.END_OF_SNAPSHOT_SEQUENCE_BYTE + i] = sequence.charCodeAt(i);
    }
    snapshot.commit(itch.END_OF_SNAPSHOT_BYTES);
    const pieces: Uint8Array[] = [];
    const cursor = snapshot.cursorFrom(1);
    for (let piece = cursor?.next(); piece !== undefined; piece = cursor?.next()) {
      pieces.push(piece);
    }
    return pieces;
  }

  /** Folds one command's batch. */
  onBatch(words: Int32Array, startWord: number, endWord: number): void {
    this.#nanos = this.#clock.nanosOf(readU64(words, startWord + event.EVENT_TIME_MICROS_WORD));
    for (let at = startWord; at < endWord; at += event.EVENT_WORDS) {
      const isShown = (event.eventFlagsOf(words, at) & event.FLAG_ON_BOOK) !== 0;
      switch (event.eventKindOf(words, at)) {
        case event.EVENT_ACCEPTED:
        case event.EVENT_BOOKED:
          if (isShown) this.#addWhole(words, at);
          break;
        case event.EVENT_TRADED:
          this.#onTraded(words, at, isShown);
          break;
        case event.EVENT_CANCELED:
          if (isShown) this.#takeOff(words, at);
          break;
        case event.EVENT_AMENDED:
          this.#onAmended(words, at, isShown);
          break;
        case event.EVENT_DISPLAYED:
          this.#onDisplayed(words, at);
          break;
        case event.EVENT_INSTRUMENT_CREATED:
          this.#list(instrumentIdOf(words, at), PHASE_CONTINUOUS);
          break;
        case event.EVENT_PHASE_CHANGED:
          this.#onPhase(words, at);
          break;
        case event.EVENT_INDICATIVE:
          this.#onIndicative(words, at);
          break;
        case event.EVENT_TRADE_BUSTED:
        case event.EVENT_TRADE_CORRECTED:
          this.#onBroken(words, at);
          break;
        default:
      }
    }
  }

  #list(instrumentId: number, phase: number): void {
    const instrument = this.#instrument(instrumentId);
    this.#phases.set(instrument, phase);
    this.#writeDirectory(this.stream, instrument);
    this.#writeAction(this.stream, instrument, phase);
  }

  #onPhase(words: Int32Array, at: number): void {
    const instrument = this.#instrument(instrumentIdOf(words, at));
    const phase = phaseOf(words, at);
    const phaseBefore = phaseBeforeOf(words, at);
    this.#phases.set(instrument, phase);
    this.#calls.onPhase(instrument, phaseBefore, words, at, this.#nanos);
    // A call that goes on is in the state it was in.
    if (phase !== phaseBefore) this.#writeAction(this.stream, instrument, phase);
  }

  #onIndicative(words: Int32Array, at: number): void {
    const instrument = this.#instrument(instrumentIdOf(words, at));
    this.#calls.onIndicative(instrument, this.#phaseOf(instrument), words, at, this.#nanos);
  }

  #phaseOf(instrument: ItchInstrument): number {
    return this.#phases.get(instrument) ?? PHASE_CONTINUOUS;
  }

  #addWhole(words: Int32Array, at: number): void {
    this.#add(
      this.#instrument(instrumentIdOf(words, at)),
      readU64(words, at + event.EVENT_ORDER_ID_WORD),
      sideOf(words[at + event.EVENT_SIDE_WORD]),
      words[at + event.EVENT_PRICE_TICKS_WORD],
      readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD),
    );
  }

  #add(
    instrument: ItchInstrument,
    reference: number,
    side: number,
    priceTicks: number,
    qtyLots: number,
  ): void {
    const order = { instrument, side, priceTicks, qtyLots };
    this.#orders.set(reference, order);
    this.#writeAdd(this.stream, reference, order);
  }

  #onTraded(words: Int32Array, at: number, isShown: boolean): void {
    const flags = event.eventFlagsOf(words, at);
    const isAggressor = (flags & event.FLAG_AGGRESSOR) !== 0;
    const isAuction = (flags & event.FLAG_AUCTION) !== 0;
    if (isShown) this.#executeShown(words, at, isAuction);
    else if (!isAggressor && !isAuction) this.#printTrade(words, at);
    if (isAuction && isAggressor) this.#onCallTrade(words, at);
  }

  #onCallTrade(words: Int32Array, at: number): void {
    const instrument = this.#instrument(instrumentIdOf(words, at));
    this.#calls.onTrade(instrument, this.#phaseOf(instrument), words, at, this.#nanos);
  }

  /** In a call both orders may be shown: the cross trade prints what they did. */
  #executeShown(words: Int32Array, at: number, isAuction: boolean): void {
    const reference = readU64(words, at + event.EVENT_ORDER_ID_WORD);
    const lastQtyLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    const lastPxTicks = words[at + event.EVENT_LAST_PX_TICKS_WORD];
    const instrument = this.#instrument(instrumentIdOf(words, at));
    const isAtItsPrice = lastPxTicks === words[at + event.EVENT_PRICE_TICKS_WORD];
    const isPlain = isAtItsPrice && !isAuction;
    const type = isPlain ? itch.ITCH_ORDER_EXECUTED : itch.ITCH_EXECUTED_WITH_PRICE;
    const to = this.#claim(type, instrument.locate);
    const { bytes } = this.stream;
    const tradeId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
    putU64(bytes, to + itch.ORDER_EXECUTED_ORDER_REFERENCE_BYTE, reference);
    putU32(bytes, to + itch.ORDER_EXECUTED_SHARES_BYTE, sharesOf(lastQtyLots));
    putU64(bytes, to + itch.ORDER_EXECUTED_MATCH_NUMBER_BYTE, tradeId);
    if (!isPlain) {
      bytes[to + itch.EXECUTED_WITH_PRICE_PRINTABLE_BYTE] = isAuction ? NO : YES;
      const price = instrument.priceOf(lastPxTicks);
      putU32(bytes, to + itch.EXECUTED_WITH_PRICE_PRICE_BYTE, price);
    }
    this.stream.commit(isPlain ? itch.ORDER_EXECUTED_BYTES : itch.EXECUTED_WITH_PRICE_BYTES);
    this.#lower(reference, lastQtyLots);
  }

  #printTrade(words: Int32Array, at: number): void {
    const instrument = this.#instrument(instrumentIdOf(words, at));
    const to = this.#claim(itch.ITCH_TRADE, instrument.locate);
    const lastQtyLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    itch.putAddOrder(
      this.stream.bytes,
      to,
      NO_REFERENCE,
      letterOf(sideOf(words[at + event.EVENT_SIDE_WORD])),
      sharesOf(lastQtyLots),
      instrument.symbolBytes,
      instrument.priceOf(words[at + event.EVENT_LAST_PX_TICKS_WORD]),
    );
    const tradeId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
    putU64(this.stream.bytes, to + itch.TRADE_MATCH_NUMBER_BYTE, tradeId);
    this.stream.commit(itch.TRADE_BYTES);
  }

  /** A cancel or a reduction of an order that is shown whole. */
  #takeOff(words: Int32Array, at: number): void {
    const reference = readU64(words, at + event.EVENT_ORDER_ID_WORD);
    const isOver = readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD) === 0;
    if (isOver) this.#delete(reference);
    else this.#reduce(reference, readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD));
  }

  #onAmended(words: Int32Array, at: number, isShown: boolean): void {
    const reference = readU64(words, at + event.EVENT_ORDER_ID_WORD);
    const keepsPlace = (event.eventFlagsOf(words, at) & event.FLAG_KEPT_PLACE) !== 0;
    if (!keepsPlace) {
      this.#delete(reference);
      if (isShown) this.#addWhole(words, at);
      return;
    }
    const openLots = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
    const goneLots = openLots - readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD);
    if (goneLots > 0) this.#reduce(reference, goneLots);
  }

  /** An iceberg shows another quantity, perhaps none, perhaps under another reference. */
  #onDisplayed(words: Int32Array, at: number): void {
    const orderId = readU64(words, at + event.EVENT_ORDER_ID_WORD);
    const shownLots = readU64(words, at + event.EVENT_CONTRA_ORDER_ID_WORD);
    const reference = readU64(words, at + event.EVENT_TRADE_ID_WORD);
    const priceTicks = words[at + event.EVENT_PRICE_TICKS_WORD];
    const before = this.#slices.get(orderId) ?? NO_REFERENCE;
    const order = this.#orders.get(before);
    const isSameSlice = before === reference && order?.priceTicks === priceTicks;
    if (order !== undefined && isSameSlice && shownLots > 0 && shownLots <= order.qtyLots) {
      if (shownLots < order.qtyLots) this.#reduce(reference, order.qtyLots - shownLots);
      return;
    }
    if (order !== undefined) this.#delete(before);
    if (shownLots === 0) {
      this.#slices.delete(orderId);
      return;
    }
    this.#slices.set(orderId, reference);
    const side = sideOf(words[at + event.EVENT_SIDE_WORD]);
    const instrument = this.#instrument(instrumentIdOf(words, at));
    this.#add(instrument, reference, side, priceTicks, shownLots);
  }

  /** Both orders of the trade say so; the public hears it once. */
  #onBroken(words: Int32Array, at: number): void {
    const tradeId = readU64(words, at + event.EVENT_TRADE_ID_WORD);
    if (tradeId === this.#lastBrokenTradeId) return;
    this.#lastBrokenTradeId = tradeId;
    const { locate } = this.#instrument(instrumentIdOf(words, at));
    const to = this.#claim(itch.ITCH_BROKEN_TRADE, locate);
    putU64(this.stream.bytes, to + itch.BROKEN_TRADE_MATCH_NUMBER_BYTE, tradeId);
    this.stream.commit(itch.BROKEN_TRADE_BYTES);
  }

  #reduce(reference: number, lots: number): void {
    const order = this.#orders.get(reference);
    if (order === undefined) return;
    const to = this.#claim(itch.ITCH_ORDER_CANCEL, order.instrument.locate);
    putU64(this.stream.bytes, to + itch.ORDER_CANCEL_ORDER_REFERENCE_BYTE, reference);
    putU32(this.stream.bytes, to + itch.ORDER_CANCEL_SHARES_BYTE, sharesOf(lots));
    this.stream.commit(itch.ORDER_CANCEL_BYTES);
    this.#lower(reference, lots);
  }

  #delete(reference: number): void {
    const order = this.#orders.get(reference);
    if (order === undefined) return;
    const to = this.#claim(itch.ITCH_ORDER_DELETE, order.instrument.locate);
    putU64(this.stream.bytes, to + itch.ORDER_DELETE_ORDER_REFERENCE_BYTE, reference);
    this.stream.commit(itch.ORDER_DELETE_BYTES);
    this.#orders.delete(reference);
  }

  #lower(reference: number, lots: number): void {
    const order = this.#orders.get(reference);
    if (order === undefined) return;
    order.qtyLots -= lots;
    if (order.qtyLots <= 0) this.#orders.delete(reference);
  }

  #claim(type: number, locate: number): number {
    const at = this.stream.claim(itch.ITCH_BYTES_MAX);
    itch.putItchHeader(this.stream.bytes, at, type, locate, this.#nanos);
    return at;
  }

  #writeAdd(stream: MessageStream, reference: number, order: PublicOrder): void {
    const { instrument, side, priceTicks, qtyLots } = order;
    const at = stream.claim(itch.ADD_ORDER_BYTES);
    itch.putItchHeader(stream.bytes, at, itch.ITCH_ADD_ORDER, instrument.locate, this.#nanos);
    const price = instrument.priceOf(priceTicks);
    const { symbolBytes } = instrument;
    const shares = sharesOf(qtyLots);
    itch.putAddOrder(stream.bytes, at, reference, letterOf(side), shares, symbolBytes, price);
    stream.commit(itch.ADD_ORDER_BYTES);
  }

  #writeDirectory(stream: MessageStream, instrument: ItchInstrument): void {
    const at = stream.claim(itch.STOCK_DIRECTORY_BYTES);
    const { bytes } = stream;
    bytes.fill(SPACE, at, at + itch.STOCK_DIRECTORY_BYTES);
    itch.putItchHeader(bytes, at, itch.ITCH_STOCK_DIRECTORY, instrument.locate, this.#nanos);
    bytes.set(instrument.symbolBytes, at + itch.STOCK_DIRECTORY_STOCK_BYTE);
    putU32(bytes, at + itch.STOCK_DIRECTORY_ROUND_LOT_SIZE_BYTE, 1);
    bytes[at + itch.STOCK_DIRECTORY_ROUND_LOTS_ONLY_BYTE] = NO;
    bytes[at + itch.STOCK_DIRECTORY_AUTHENTICITY_BYTE] = PRODUCTION;
    putU32(bytes, at + itch.STOCK_DIRECTORY_ETP_LEVERAGE_BYTE, 0);
    bytes[at + itch.STOCK_DIRECTORY_INVERSE_BYTE] = NO;
    stream.commit(itch.STOCK_DIRECTORY_BYTES);
  }

  #writeAction(stream: MessageStream, instrument: ItchInstrument, phase: number): void {
    const at = stream.claim(itch.TRADING_ACTION_BYTES);
    const { bytes } = stream;
    bytes.fill(SPACE, at, at + itch.TRADING_ACTION_BYTES);
    itch.putItchHeader(bytes, at, itch.ITCH_TRADING_ACTION, instrument.locate, this.#nanos);
    bytes.set(instrument.symbolBytes, at + itch.TRADING_ACTION_STOCK_BYTE);
    bytes[at + itch.TRADING_ACTION_TRADING_STATE_BYTE] = stateOf(phase);
    stream.commit(itch.TRADING_ACTION_BYTES);
  }

  #instrument(instrumentId: number): ItchInstrument {
    let instrument = this.#instruments.get(instrumentId);
    if (instrument === undefined) {
      const locate = this.#instruments.size + 1;
      instrument = new ItchInstrument(this.#instrumentById(instrumentId), locate);
      this.#instruments.set(instrumentId, instrument);
    }
    return instrument;
  }
}

function instrumentIdOf(words: Int32Array, at: number): number {
  return words[at + event.EVENT_INSTRUMENT_ID_WORD] >>> 0;
}

function letterOf(side: number): number {
  return side === SIDE_BUY ? BUY : SELL;
}

function sharesOf(lots: number): number {
  return lots < SHARES_MAX ? lots : SHARES_MAX;
}

function stateOf(phase: number): number {
  if (phase === PHASE_CONTINUOUS || phase === PHASE_POST_ONLY) return TRADING;
  return gathers(phase) && phase < PHASE_HALT ? QUOTING : HALTED;
}
