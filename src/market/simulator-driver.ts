// The market simulator at work in a venue: lists its instruments where they are missing, learns
// what already rests, then takes a step on every beat of a timer. It waits longer after each
// BUSY, stops at STOPPED, and leaves its orders on the book when it is told to stop.

import { RecordBuffer, readU64 } from "../base/record-buffer.ts";
import { decodeClOrdId } from "../codec/cl-ord-id.ts";
import { COMMAND_BYTES_MAX, writeCreateInstrument } from "../codec/command.ts";
import {
  EVENT_ACCOUNT_ID_WORD,
  EVENT_CANCEL_REJECTED,
  EVENT_CANCELED,
  EVENT_CL_ORD_ID_WORD,
  EVENT_END,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_LEAVES_QTY_LOTS_WORD,
  EVENT_ORDER_STATUS,
  EVENT_PRICE_TICKS_WORD,
  EVENT_REJECTED,
  EVENT_SIDE_WORD,
  EVENT_TRADED,
  EVENT_WORDS,
  eventKindOf,
} from "../codec/event.ts";
import type { Instrument } from "../model/instrument.ts";
import { sideOf } from "../model/order-codes.ts";
import { REASON_BUSY, REASON_NONE } from "../model/reasons.ts";
import { SIDE_BUY, SIDE_SELL } from "../model/side.ts";
import type { BatchListener, Venue } from "../model/venue.ts";
import { writeSimulatedCommand } from "./simulated-command.ts";
import { SIMULATED_INSTRUMENTS, type SimulatedInstrument } from "./simulated-instruments.ts";
import { MAKER_ORDERS_MAX } from "./simulated-maker.ts";
import { MAKER_ACCOUNT_IDS, MarketSimulator } from "./simulator.ts";

export type SimulatorOptions = {
  /** The same seed and the same market give the same behavior. 1. */
  readonly seed?: number;
  /** Of all instruments together. 100. */
  readonly commandsPerSecond?: number;
  readonly instruments?: readonly SimulatedInstrument[];
};

const STEP_MILLIS = 20; // Smooth to the eye, and two commands a step at the usual rate.
const BUSY_STEPS_MAX = 64; // About a second.
const COMMANDS_PER_SECOND = 100;
/** Orders asked for at the start; more than the simulator itself ever leaves. */
const FOUND_ORDERS_MAX = 8 * MAKER_ORDERS_MAX;

export class SimulatorDriver {
  readonly #venue: Venue;
  readonly #simulator: MarketSimulator;
  readonly #waiting: Set<SimulatedInstrument>;
  readonly #record = RecordBuffer.ofBytes(COMMAND_BYTES_MAX);
  readonly #sessionId: number;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** Questions about what rests already; nothing is traded before all are answered. */
  readonly #unasked: { readonly accountId: number; readonly instrumentId: number }[] = [];
  #unansweredCount = 0;
  #busySteps = 0;
  #stepsToSkip = 0;

  /** Starts at once; the first orders follow when the venue has said what already rests. */
  constructor(venue: Venue, options: SimulatorOptions = {}) {
    const { seed = 1, commandsPerSecond = COMMANDS_PER_SECOND } = options;
    // Seconds in base 36: 6 characters until 2038 and different in every run.
    const idPrefix = `s${Math.floor(Date.now() / 1000).toString(36)}`;
    this.#venue = venue;
    this.#simulator = new MarketSimulator(seed, commandsPerSecond, idPrefix);
    this.#waiting = new Set(options.instruments ?? SIMULATED_INSTRUMENTS);
    this.#sessionId = venue.openSession(() => {});
    this.#unsubscribe = venue.subscribe((words, startWord, endWord) => {
      this.#onBatch(words, startWord, endWord);
    });
    for (const { instrument } of this.#waiting) this.#list(instrument);
    this.#timer = setInterval(() => this.#onBeat(), STEP_MILLIS);
  }

  /** False after stop() or once the venue has stopped. */
  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** Resting orders of the makers in one instrument, as the simulator knows them. */
  restingOrders(instrumentId: number): number {
    return this.#simulator.restingOrders(instrumentId);
  }

  /** Ends at once. Orders stay on the book, where the next start finds them. */
  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unsubscribe();
    this.#venue.closeSession(this.#sessionId);
  }

  #list(instrument: Instrument): void {
    if (this.#venue.instrumentBySymbol(instrument.symbol) !== undefined) return;
    writeCreateInstrument(this.#record, 0, this.#sessionId, instrument);
    this.#submit();
  }

  #onBeat(): void {
    for (const simulated of this.#waiting) this.#joinWhenListed(simulated);
    this.#askWhatRests();
    if (this.#unasked.length + this.#unansweredCount > 0) return;
    const commands = this.#simulator.step(Date.now() * 1000);
    const isWaiting = this.#stepsToSkip > 0;
    if (isWaiting) this.#stepsToSkip--;
    for (const command of commands) {
      // What is thought while waiting is never done: it must not pile up.
      if (isWaiting || this.#stepsToSkip > 0 || !this.isRunning) {
        this.#simulator.onRefused(command);
        continue;
      }
      writeSimulatedCommand(this.#record, command, this.#sessionId);
      if (!this.#submit()) this.#simulator.onRefused(command);
    }
  }

  /** An instrument is traded from when it is listed, on the grid that was meant, and known. */
  #joinWhenListed(simulated: SimulatedInstrument): void {
    const listed = this.#venue.instrumentBySymbol(simulated.instrument.symbol);
    if (listed === undefined) return;
    this.#waiting.delete(simulated);
    if (!isSameGrid(listed, simulated.instrument)) return;
    const { instrumentId } = listed;
    this.#simulator.addInstrument(
      { ...simulated, instrument: listed },
      this.#fairTicks(listed, simulated),
    );
    for (const accountId of MAKER_ACCOUNT_IDS) this.#unasked.push({ accountId, instrumentId });
  }

  /** A question that the venue is too busy for is asked again on the next beat. */
  #askWhatRests(): void {
    for (let query = this.#unasked[0]; query !== undefined; query = this.#unasked[0]) {
      const { accountId, instrumentId } = query;
      this.#unansweredCount++; // Before the question: the answer may come while asking.
      const onAnswer: BatchListener = (words, startWord, endWord) => {
        this.#unansweredCount--;
        this.#onBatch(words, startWord, endWord);
      };
      const reason = this.#venue.queryOpenOrders(
        accountId,
        instrumentId,
        FOUND_ORDERS_MAX,
        onAnswer,
      );
      if (reason !== REASON_NONE) {
        this.#unansweredCount--;
        return;
      }
      this.#unasked.shift();
    }
  }

  /** Where the market was: the last trade, else between the best prices, else the definition's. */
  #fairTicks({ instrumentId }: Instrument, simulated: SimulatedInstrument): number {
    const { marketData } = this.#venue;
    const lastTrade = marketData.recentTrades(instrumentId, 1).at(-1);
    if (lastTrade !== undefined) return lastTrade.lastPxTicks;
    const { bid, ask } = marketData.topOfBook(instrumentId);
    if (bid !== undefined && ask !== undefined) return Math.floor((bid[0] + ask[0]) / 2);
    return bid?.[0] ?? ask?.[0] ?? simulated.fairTicks;
  }

  /** Whether the venue took the record. */
  #submit(): boolean {
    const reason = this.#venue.submit(this.#record, 0);
    if (reason === REASON_NONE) {
      this.#busySteps = 0;
      return true;
    }
    if (reason === REASON_BUSY) {
      this.#busySteps = Math.min(Math.max(1, this.#busySteps * 2), BUSY_STEPS_MAX);
      this.#stepsToSkip = this.#busySteps;
    } else {
      this.stop();
    }
    return false;
  }

  #onBatch(words: Int32Array, startWord: number, endWord: number): void {
    for (let at = startWord; at < endWord; at += EVENT_WORDS) {
      if (eventKindOf(words, at) === EVENT_END) continue;
      if (MAKER_ACCOUNT_IDS.includes(words[at + EVENT_ACCOUNT_ID_WORD] >>> 0)) {
        this.#onMakerEvent(words, at);
      }
    }
  }

  #onMakerEvent(words: Int32Array, at: number): void {
    const instrumentId = words[at + EVENT_INSTRUMENT_ID_WORD] >>> 0;
    const side = sideOf(words[at + EVENT_SIDE_WORD]);
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    const clOrdId = decodeClOrdId(bytes, (at + EVENT_CL_ORD_ID_WORD) * 4);
    const leavesQtyLots = readU64(words, at + EVENT_LEAVES_QTY_LOTS_WORD);
    switch (eventKindOf(words, at)) {
      case EVENT_ORDER_STATUS: {
        const accountId = words[at + EVENT_ACCOUNT_ID_WORD] >>> 0;
        const priceTicks = words[at + EVENT_PRICE_TICKS_WORD];
        this.#simulator.onResting(instrumentId, side, clOrdId, accountId, priceTicks);
        return;
      }
      case EVENT_REJECTED:
        this.#simulator.onGone(instrumentId, side, clOrdId);
        return;
      case EVENT_CANCEL_REJECTED: // It is not there; a refusal does not say which side it was on.
        this.#simulator.onGone(instrumentId, SIDE_BUY, clOrdId);
        this.#simulator.onGone(instrumentId, SIDE_SELL, clOrdId);
        return;
      case EVENT_TRADED:
      case EVENT_CANCELED:
        if (leavesQtyLots === 0) this.#simulator.onGone(instrumentId, side, clOrdId);
        return;
      default:
        return;
    }
  }
}

function isSameGrid(listed: Instrument, meant: Instrument): boolean {
  return (
    listed.priceDecimals === meant.priceDecimals &&
    listed.tickUnits === meant.tickUnits &&
    listed.qtyDecimals === meant.qtyDecimals &&
    listed.lotUnits === meant.lotUnits
  );
}
