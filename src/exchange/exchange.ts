// The one loop: a command is stamped, appended to the log and applied; its events wait until the
// log says that it is durable, and only then does anybody hear of it (INV-1). Gateways meet the
// exchange as a Venue.

import { assert } from "../base/assert.ts";
import { RecordBuffer } from "../base/record-buffer.ts";
import {
  BLOCK_BYTES,
  CLOCK_RANDOM_WORD,
  COMMAND_CLOCK,
  commandBlocksOf,
  writeCommandHeader,
} from "../codec/command.ts";
import {
  EVENT_INSTRUMENT_CHANGED,
  EVENT_INSTRUMENT_CREATED,
  EVENT_INSTRUMENT_ID_WORD,
  EVENT_SESSION_ID_WORD,
  EVENT_WORDS,
  eventKindOf,
} from "../codec/event.ts";
import { writeSessionEnded } from "../codec/guard-command.ts";
import type { Engine } from "../engine/engine.ts";
import { NEVER_MICROS } from "../engine/timer-heap.ts";
import type { ItchFeed } from "../feed/itch-feed.ts";
import type { MarketFeed } from "../feed/market-feed.ts";
import type { OuchFeed } from "../feed/ouch-feed.ts";
import type { CommandLog, DurableListener } from "../log/command-log.ts";
import type { LogFailure } from "../log/log-failure.ts";
import { ACK_ACCEPTED, ACK_DURABLE, type AckLevel } from "../model/ack-level.ts";
import { EVERY_SESSION } from "../model/guard.ts";
import type { Instrument } from "../model/instrument.ts";
import type { ItchStream, OuchStreams } from "../model/message-streams.ts";
import { REASON_BUSY, REASON_NONE, REASON_STOPPED } from "../model/reasons.ts";
import type { BatchListener, MarketData, Venue, VenueHealth } from "../model/venue.ts";
import type { Chance } from "../ops/chance.ts";
import type { Clock } from "../ops/clock.ts";
import { CommandStages } from "./command-stages.ts";
import { OutboundQueue } from "./outbound-queue.ts";
import { LentState, type PreviewAnswer, type Previews } from "./previews.ts";
import { unknownOutcome } from "./unknown-outcome.ts";

/** Events waiting for the disk: 64 MiB. Beyond it commands are refused with BUSY. */
const OUTBOUND_WORDS_MAX = 16 * 1024 * 1024;
/**
 * A turn that reads long keeps neither the disk nor the first of its orders waiting. Power of two.
 */
export const COMMANDS_A_WRITE = 1024;
/** Longer than any timer of Node may be, a time is waited for in parts. */
const TIMER_MILLIS_MAX = 86_400_000;
/** The account and the session of what the exchange itself enters. */
const NOBODY = 0;
/** To copy the state holds everybody up: as many times as long as it took, none follows. */
const PREVIEW_REST = 9;
/** Queries waiting for the disk. Beyond it they are refused with BUSY. */
const QUERIES_MAX = 10_000;

type PendingQuery = {
  readonly sequence: number;
  readonly words: Int32Array;
  readonly onAnswer: BatchListener;
};

type Session = { readonly onAnswer: BatchListener; readonly ack: AckLevel };

export type ExchangeParts = {
  readonly engine: Engine;
  readonly log: CommandLog;
  readonly feed: MarketFeed;
  readonly ouch: OuchFeed;
  readonly itch?: ItchFeed | undefined;
  /** May stand still, may go back: the loop does not. */
  readonly clock: Clock;
  readonly chance: Chance;
  readonly previews: Previews;
};

export class Exchange implements Venue {
  /** Resolves when the log has failed: nothing will be acknowledged any more. */
  readonly failed: Promise<LogFailure>;
  readonly stages: CommandStages;
  readonly #engine: Engine;
  readonly #log: CommandLog;
  readonly #feed: MarketFeed;
  readonly #ouch: OuchFeed;
  readonly #itch: ItchFeed | undefined;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #previews: Previews;
  readonly ackLevels: readonly AckLevel[] = [ACK_ACCEPTED, ACK_DURABLE];
  readonly #outbound = new OutboundQueue();
  /** Answers of sessions that do not wait for the disk, until the turn ends. */
  readonly #early = new OutboundQueue();
  readonly #sessions = new Map<number, Session>();
  /** Sessions that do not wait for the disk. */
  #earlySessionCount = 0;
  #subscribers: readonly BatchListener[] = [];
  readonly #instruments: Instrument[] = [];
  readonly #bySymbol = new Map<string, Instrument>();
  readonly #byId = new Map<number, Instrument>();
  readonly #queries: PendingQuery[] = [];
  readonly #deliver: BatchListener = (words, start, end) => this.#deliverBatch(words, start, end);
  readonly #deliverEarly: BatchListener = (words, start, end) => {
    this.#answer(ACK_ACCEPTED, words, start, end);
  };
  readonly #clockCommand = RecordBuffer.ofBytes(BLOCK_BYTES);
  readonly #endCommand = RecordBuffer.ofBytes(BLOCK_BYTES);
  /** Sessions whose end the log has not taken yet. */
  readonly #endedSessions: number[] = [];
  #stopTimer: () => void = () => {};
  /** What the timer waits for. */
  #timerMicros = NEVER_MICROS;
  #state: VenueHealth["state"] = "running";
  #turnIsOpen = false;
  #timeMicros: number;
  #lastSessionId: number;
  #previewAfterMicros = 0;
  #isPreviewing = false;
  readonly #lentState = new LentState();

  /** Takes over where recovery left `engine`, `log` and `feed`: all at the same sequence. */
  constructor(parts: ExchangeParts) {
    assert(parts.engine.sequence === parts.log.appendedSequence, "engine and log start together");
    this.#engine = parts.engine;
    this.#log = parts.log;
    this.#feed = parts.feed;
    this.#ouch = parts.ouch;
    this.#itch = parts.itch;
    this.#clock = parts.clock;
    this.stages = new CommandStages(parts.clock);
    this.#chance = parts.chance;
    this.#previews = parts.previews;
    this.#timeMicros = parts.engine.timeMicros;
    this.#lastSessionId = parts.engine.sessionIdMax;
    const { instruments } = parts.engine.tables;
    for (let book = 0; book < instruments.count(); book++) this.#list(instruments.termsOf(book));
    parts.log.onDurable((durableSequence) => this.#onDurable(durableSequence));
    this.failed = new Promise((resolve) => {
      parts.log.onFailure((failure) => {
        this.#state = "failed";
        this.#answerAllWaiting();
        resolve(failure);
      });
    });
    this.#waitForClock();
    this.#endSession(EVERY_SESSION); // Those of the process before this one.
  }

  get marketData(): MarketData {
    return this.#feed;
  }

  get ouch(): OuchStreams {
    return this.#ouch;
  }

  get itch(): ItchStream | undefined {
    return this.#itch;
  }

  instruments(): readonly Instrument[] {
    return this.#instruments;
  }

  instrumentById(instrumentId: number): Instrument | undefined {
    return this.#byId.get(instrumentId);
  }

  instrumentBySymbol(symbol: string): Instrument | undefined {
    return this.#bySymbol.get(symbol);
  }

  openSession(onAnswer: BatchListener, ack: AckLevel = ACK_DURABLE): number {
    assert(this.ackLevels.includes(ack), "a session asks for what the log's backend can give");
    const sessionId = ++this.#lastSessionId;
    this.#sessions.set(sessionId, { onAnswer, ack });
    if (ack === ACK_ACCEPTED) this.#earlySessionCount++;
    return sessionId;
  }

  closeSession(sessionId: number): void {
    if (this.#sessions.get(sessionId)?.ack === ACK_ACCEPTED) this.#earlySessionCount--;
    this.#sessions.delete(sessionId);
    this.#endSession(sessionId);
  }

  submit(record: RecordBuffer, offsetBytes: number): number {
    if (this.#state !== "running") return REASON_STOPPED;
    if (this.#outbound.waitingWords > OUTBOUND_WORDS_MAX) return REASON_BUSY;
    return this.#enter(record, offsetBytes);
  }

  #enter(record: RecordBuffer, offsetBytes: number): number {
    if (!this.#turnIsOpen) this.#openTurn();
    if (this.#engine.nextTimerMicros <= this.#timeMicros) {
      const reason = this.#tellTime();
      if (reason !== REASON_NONE) return reason;
    }
    return this.#append(record, offsetBytes);
  }

  #append(record: RecordBuffer, offsetBytes: number): number {
    const engine = this.#engine;
    const { stages } = this;
    const sequence = engine.sequence + 1;
    if (stages.isOn) stages.onSequenced(sequence);
    const at = this.#log.tryAppend(record, offsetBytes, sequence, this.#timeMicros);
    if (at < 0) return this.#log.failure === undefined ? REASON_BUSY : REASON_STOPPED;
    engine.apply(this.#log.gathering, at);
    if (stages.isOn) stages.onMatched(sequence);
    const { words, endWord } = engine.events;
    this.#outbound.push(words, endWord);
    if (this.#earlySessionCount > 0) this.#pushEarly(words, endWord);
    if ((sequence & (COMMANDS_A_WRITE - 1)) === 0) this.#log.commit();
    return REASON_NONE;
  }

  #pushEarly(words: Int32Array, endWord: number): void {
    const session = this.#sessions.get(sessionIdOf(words, endWord));
    if (session?.ack === ACK_ACCEPTED) this.#early.push(words, endWord);
  }

  subscribe(listener: BatchListener): () => void {
    this.#subscribers = [...this.#subscribers, listener];
    return () => {
      this.#subscribers = this.#subscribers.filter((each) => each !== listener);
    };
  }

  /** Tells a follower of the log how far it may read. */
  onDurable(listener: DurableListener): void {
    listener(this.#log.durableSequence);
    this.#log.onDurable(listener);
  }

  /** Client order ids of ended orders that are known now. */
  get endedIdsCount(): number {
    const { clOrdIds } = this.#engine.tables;
    return Math.min(clOrdIds.closedCount(), clOrdIds.knownMax());
  }

  get endedIdsMax(): number {
    return this.#engine.tables.clOrdIds.knownMax();
  }

  queryOrder(accountId: number, orderId: number, onAnswer: BatchListener): number {
    this.#engine.reportOrder(accountId, orderId);
    return this.#answerWhenDurable(onAnswer);
  }

  queryOrderByClOrdId(accountId: number, idWords: Int32Array, onAnswer: BatchListener): number {
    this.#engine.reportOrderByClOrdId(accountId, idWords);
    return this.#answerWhenDurable(onAnswer);
  }

  instrumentIdOf(accountId: number, idWords: Int32Array): number {
    return this.#engine.instrumentIdOf(accountId, idWords);
  }

  sideOf(accountId: number, idWords: Int32Array): number {
    return this.#engine.sideOf(accountId, idWords);
  }

  queryOpenOrders(
    accountId: number,
    instrumentId: number,
    ordersMax: number,
    onAnswer: BatchListener,
  ): number {
    this.#engine.reportOpenOrders(accountId, instrumentId, ordersMax);
    return this.#answerWhenDurable(onAnswer);
  }

  queryBalances(accountId: number, onAnswer: BatchListener): number {
    this.#engine.reportBalances(accountId);
    return this.#answerWhenDurable(onAnswer);
  }

  queryPositions(accountId: number, onAnswer: BatchListener): number {
    this.#engine.reportPositions(accountId);
    return this.#answerWhenDurable(onAnswer);
  }

  preview(record: RecordBuffer, offsetBytes: number, onAnswer: BatchListener): number {
    if (this.#state === "failed") return REASON_STOPPED;
    const startMicros = this.#clock.nowMicros();
    if (this.#isPreviewing || startMicros < this.#previewAfterMicros) return REASON_BUSY;
    const { limits, sequence } = this.#engine;
    const lengthBytes = commandBlocksOf(record.words, offsetBytes >> 2) * BLOCK_BYTES;
    const question = {
      limits,
      state: this.#lentState.copyOf(this.#engine),
      record: record.bytes.slice(offsetBytes, offsetBytes + lengthBytes),
      timeMicros: Math.max(this.#timeMicros, startMicros),
    };
    this.#isPreviewing = true;
    this.#previews.ask(question, (answer) => {
      this.#isPreviewing = false;
      this.#answerPreview(answer, sequence, onAnswer);
    });
    const endMicros = this.#clock.nowMicros();
    this.#previewAfterMicros = endMicros + (endMicros - startMicros) * PREVIEW_REST;
    return REASON_NONE;
  }

  health(): VenueHealth {
    return {
      state: this.#state,
      failure: this.#log.failure?.message ?? "",
      sequence: this.#engine.sequence,
      durableSequence: this.#log.durableSequence,
      historyHash: (this.#engine.events.historyHash >>> 0).toString(16).padStart(8, "0"),
    };
  }

  /**
   * How far the log's last time is ahead of the machine's: 0, unless that was set back since. Until
   * it is there again, whatever is entered gets the log's last time.
   */
  get clockBehindMicros(): number {
    return Math.max(0, this.#timeMicros - this.#clock.nowMicros());
  }

  /** Hash of the whole state at the present sequence. O(resting orders): not for every request. */
  stateHash(): string {
    return this.#engine.stateHash();
  }

  /** Refuses commands from now on, makes everything entered durable and tells everybody of it. */
  async stop(): Promise<void> {
    if (this.#state === "running") this.#state = "draining";
    this.#stopTimer();
    await this.#log.close();
  }

  /**
   * One clock reading and one commit a turn of the event loop: what arrives together goes together.
   */
  #openTurn(): void {
    this.#turnIsOpen = true;
    this.#timeMicros = Math.max(this.#timeMicros, this.#clock.nowMicros());
    setImmediate(() => {
      this.#turnIsOpen = false;
      this.stages.ingressNanos = 0;
      this.#log.commit();
      this.#early.release(Number.MAX_SAFE_INTEGER, this.#deliverEarly);
      this.#waitForClock();
    });
  }

  /** Where somebody asked for it, the end of a session is a command like any other. */
  #endSession(sessionId: number): void {
    if (!this.#engine.mindsEndOf(sessionId)) return;
    this.#endedSessions.push(sessionId);
    this.#tellEnds();
  }

  /** What the log is too busy to take now it takes when the disk has caught up. */
  #tellEnds(): void {
    while (this.#endedSessions.length > 0 && this.#state === "running") {
      writeSessionEnded(this.#endCommand, 0, this.#endedSessions[0] ?? EVERY_SESSION);
      if (this.#enter(this.#endCommand, 0) !== REASON_NONE) return;
      this.#endedSessions.shift();
    }
  }

  /** What is due happens now: before any command that is stamped as late or later. */
  #tellTime(): number {
    const { words } = this.#clockCommand;
    writeCommandHeader(words, 0, COMMAND_CLOCK, NOBODY, NOBODY, NOBODY);
    words[CLOCK_RANDOM_WORD] = this.#chance();
    return this.#append(this.#clockCommand, 0);
  }

  /** Where nobody enters anything, the exchange itself looks at the clock when something is due. */
  #waitForClock(): void {
    const { nextTimerMicros } = this.#engine;
    if (nextTimerMicros === this.#timerMicros || this.#state !== "running") return;
    this.#timerMicros = nextTimerMicros;
    this.#stopTimer();
    if (nextTimerMicros === NEVER_MICROS) return;
    const waitMillis = Math.ceil((nextTimerMicros - this.#clock.nowMicros()) / 1000);
    const millis = Math.min(Math.max(waitMillis, 1), TIMER_MILLIS_MAX);
    this.#stopTimer = this.#clock.after(millis, () => this.#onClock());
  }

  #onClock(): void {
    this.#timerMicros = Number.NaN; // Whatever is due next is waited for anew.
    if (this.#state !== "running") return;
    if (!this.#turnIsOpen) this.#openTurn();
    if (this.#engine.nextTimerMicros <= this.#timeMicros) this.#tellTime();
  }

  #onDurable(durableSequence: number): void {
    if (this.stages.isOn) this.stages.onDurable(durableSequence);
    this.#outbound.release(durableSequence, this.#deliver);
    this.#ouch.tell();
    this.#itch?.tell();
    this.#tellEnds();
    while (this.#queries.length > 0 && (this.#queries[0]?.sequence ?? 0) <= durableSequence) {
      const query = this.#queries.shift();
      query?.onAnswer(query.words, 0, query.words.length);
    }
  }

  #deliverBatch(words: Int32Array, startWord: number, endWord: number): void {
    const kind = eventKindOf(words, startWord);
    if (kind === EVENT_INSTRUMENT_CREATED || kind === EVENT_INSTRUMENT_CHANGED) {
      this.#listById((words[startWord + EVENT_INSTRUMENT_ID_WORD] ?? 0) >>> 0);
    }
    this.#feed.onBatch(words, startWord, endWord);
    this.#ouch.onBatch(words, startWord, endWord);
    this.#itch?.onBatch(words, startWord, endWord);
    this.#answer(ACK_DURABLE, words, startWord, endWord);
    for (const subscriber of this.#subscribers) subscriber(words, startWord, endWord);
  }

  /** Tells the session of a batch, if it is one of this level. */
  #answer(ack: AckLevel, words: Int32Array, startWord: number, endWord: number): void {
    const session = this.#sessions.get(sessionIdOf(words, endWord));
    if (session?.ack === ack) session.onAnswer(words, startWord, endWord);
  }

  /** Nothing more gets durable: who waits for that hears so, instead of waiting for ever. */
  #answerAllWaiting(): void {
    const tell = (ack: AckLevel): BatchListener => {
      return (words, _startWord, endWord) => {
        const batch = unknownOutcome(words, endWord - EVENT_WORDS);
        this.#answer(ack, batch, 0, batch.length);
      };
    };
    this.#early.release(Number.MAX_SAFE_INTEGER, tell(ACK_ACCEPTED));
    this.#outbound.release(Number.MAX_SAFE_INTEGER, tell(ACK_DURABLE));
    for (const { words, onAnswer } of this.#queries.splice(0)) {
      const batch = unknownOutcome(words, words.length - EVENT_WORDS);
      onAnswer(batch, 0, batch.length);
    }
  }

  #answerWhenDurable(onAnswer: BatchListener): number {
    const { words, endWord } = this.#engine.events;
    return this.#answerBatchWhenDurable(words.slice(0, endWord), onAnswer);
  }

  /** What was seen at `sequence` is told when that is durable. */
  #answerPreview(answer: PreviewAnswer, sequence: number, onAnswer: BatchListener): void {
    const isKnown = !(answer instanceof Error) && this.#state !== "failed";
    const words = isKnown ? answer : unknownOutcome(new Int32Array(EVENT_WORDS), 0);
    const isWaiting = isKnown && sequence > this.#log.durableSequence;
    if (isWaiting) this.#queries.push({ sequence, words, onAnswer });
    else onAnswer(words, 0, words.length);
  }

  #answerBatchWhenDurable(words: Int32Array, onAnswer: BatchListener): number {
    if (this.#queries.length === QUERIES_MAX) return REASON_BUSY;
    const sequence = this.#engine.sequence;
    if (sequence <= this.#log.durableSequence) onAnswer(words, 0, words.length);
    else if (this.#state === "failed") return REASON_STOPPED;
    else this.#queries.push({ sequence, words, onAnswer });
    return REASON_NONE;
  }

  #listById(instrumentId: number): void {
    const { instruments } = this.#engine.tables;
    this.#list(instruments.termsOf(instruments.find(instrumentId)));
  }

  #list(instrument: Instrument): void {
    const at = this.#instruments.findIndex((each) => each.symbol === instrument.symbol);
    if (at === -1) this.#instruments.push(instrument);
    else this.#instruments[at] = instrument;
    this.#bySymbol.set(instrument.symbol, instrument);
    this.#byId.set(instrument.instrumentId, instrument);
  }
}

/** Of the end mark before `endWord`. */
function sessionIdOf(words: Int32Array, endWord: number): number {
  return (words[endWord - EVENT_WORDS + EVENT_SESSION_ID_WORD] ?? 0) >>> 0;
}
