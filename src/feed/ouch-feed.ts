// hot path
// The private streams of OUCH, one an account: reports on its orders that have an OUCH id, folded
// from the events of each command. Whichever protocol changed an order, its owner reads it here.

import { NONE } from "../base/none.ts";
import { readU64 } from "../base/record-buffer.ts";
import type { SnapshotReader, SnapshotWriter } from "../base/snapshot.ts";
import { hasClOrdId } from "../codec/cl-ord-id.ts";
import * as event from "../codec/event.ts";
import { phaseBeforeOf } from "../codec/market-event.ts";
import { isOuchId } from "../codec/ouch-id.ts";
import { OuchInstrument } from "../codec/ouch-instrument.ts";
import { OUCH_REPORT_BYTES_MAX } from "../codec/ouch-report.ts";
import { liquidityOf, OuchReports } from "../codec/ouch-reports.ts";
import type { Instrument } from "../model/instrument.ts";
import type { OuchStream, OuchStreams } from "../model/message-streams.ts";
import { REASON_REPRICED, REASON_SELF_TRADE } from "../model/reasons.ts";
import { CommandTrack } from "./command-track.ts";
import { crossTypeOf } from "./itch-calls.ts";
import { MessageStream } from "./message-stream.ts";
import { OuchExecutions } from "./ouch-executions.ts";

export const OUCH_SNAPSHOT_VERSION = 1;

/** What a client can ask for again: about 300,000 reports an account. */
export const KEPT_BYTES_MAX = 16 * 1024 * 1024;
/** And after a restart, of what came before the snapshot: about 75,000. */
const SAVED_BYTES_MAX = 4 * 1024 * 1024;
const NOBODY = -1;

class AccountStream extends MessageStream implements OuchStream {
  lastUserRefNum = 0;
  /** Something is new since its listeners were told. */
  isGrown = false;
  readonly track = new CommandTrack();
  #listeners: readonly (() => void)[] = [];

  listen(onGrown: () => void): () => void {
    this.#listeners = [...this.#listeners, onGrown];
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== onGrown);
    };
  }

  followCommands(): () => void {
    return this.track.follow();
  }

  commandOf(sequence: number): number {
    return this.track.commandOf(sequence);
  }

  tell(): void {
    this.isGrown = false;
    for (const listener of this.#listeners) listener();
  }
}

export class OuchFeed implements OuchStreams {
  /** Known when the log is open. */
  session = "";
  readonly #instrumentById: (instrumentId: number) => Instrument;
  readonly #instruments = new Map<number, OuchInstrument>();
  readonly #streams = new Map<number, AccountStream>();
  readonly #reports = new OuchReports();
  readonly #executions: OuchExecutions;
  /** An event of a past trade with the name that its client knows. */
  readonly #named = new Int32Array(event.EVENT_WORDS);
  /** Streams with something new since the last tell(). */
  #grown: AccountStream[] = [];
  /** The batch that is being folded is of this command. */
  #command = 0;
  /** The call whose trades are being told. */
  readonly #call = { command: 0, instrumentId: 0, endAt: 0, crossType: 0 };
  #lastAccountId = NOBODY;
  #lastStream: AccountStream | undefined;
  #lastInstrument: OuchInstrument | undefined;

  /** `tradesMax`: as many past trades can be told of again, changed. */
  constructor(instrumentById: (instrumentId: number) => Instrument, tradesMax: number) {
    this.#executions = new OuchExecutions(tradesMax);
    this.#instrumentById = instrumentById;
  }

  ofAccount(accountId: number): OuchStream {
    return this.#stream(accountId);
  }

  /** Folds one command's batch. */
  onBatch(words: Int32Array, startWord: number, endWord: number): void {
    const markAt = endWord - event.EVENT_WORDS;
    this.#command = readU64(words, markAt + event.EVENT_SEQUENCE_WORD);
    for (let at = startWord; at < markAt; at += event.EVENT_WORDS) {
      switch (event.eventKindOf(words, at)) {
        case event.EVENT_ACCEPTED:
          if (hasOuchId(words, at)) this.#onAccepted(words, at);
          break;
        case event.EVENT_TRADED:
          if (hasOuchId(words, at)) this.#onTraded(words, at, markAt);
          break;
        case event.EVENT_CANCELED:
          if (hasOuchId(words, at)) this.#onCanceled(words, at, startWord);
          break;
        case event.EVENT_REJECTED:
          if (hasOuchId(words, at)) this.#onRejected(words, at, at + event.EVENT_CL_ORD_ID_WORD);
          break;
        case event.EVENT_CANCEL_REJECTED:
          if (hasOuchId(words, at)) this.#onCancelRejected(words, at);
          break;
        case event.EVENT_AMENDED:
        case event.EVENT_RESTATED:
          this.#onChanged(words, at);
          break;
        case event.EVENT_AMEND_REJECTED:
          this.#onAmendRejected(words, at);
          break;
        case event.EVENT_DISPLAYED:
          if (hasOuchId(words, at)) this.#onDisplayed(words, at);
          break;
        case event.EVENT_TRIGGERED:
          if (hasOuchId(words, at)) this.#onPriority(words, at);
          break;
        case event.EVENT_TRADE_BUSTED:
        case event.EVENT_TRADE_CORRECTED:
          this.#onBusted(words, at);
          break;
        default:
      }
    }
  }

  /** Everything folded since the last call is durable: tells who listens. */
  tell(): void {
    if (this.#grown.length === 0) return;
    const grown = this.#grown;
    this.#grown = [];
    for (const stream of grown) stream.tell();
  }

  save(snapshot: SnapshotWriter): void {
    this.#executions.save(snapshot);
    snapshot.number(this.#streams.size);
    for (const [accountId, stream] of this.#streams) {
      snapshot.number(accountId);
      snapshot.number(stream.lastUserRefNum);
      stream.save(snapshot);
    }
  }

  load(snapshot: SnapshotReader): void {
    this.#executions.load(snapshot);
    for (let count = snapshot.number(); count > 0; count--) {
      const stream = this.#stream(snapshot.number());
      stream.lastUserRefNum = snapshot.number();
      stream.load(snapshot);
    }
  }

  #onAccepted(words: Int32Array, at: number): void {
    const stream = this.#open(words, at, at + event.EVENT_CL_ORD_ID_WORD);
    const nextAt = at + event.EVENT_WORDS;
    const hasTerms = event.eventKindOf(words, nextAt) === event.EVENT_TERMS;
    const instrument = this.#instrument(words, at);
    const termsAt = hasTerms ? nextAt : NONE;
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.accepted(stream.bytes, to, words, at, instrument, termsAt));
  }

  #onTraded(words: Int32Array, at: number, markAt: number): void {
    const isOfCall = (event.eventFlagsOf(words, at) & event.FLAG_AUCTION) !== 0;
    const liquidity = isOfCall ? this.#callOf(words, at, markAt) : liquidityOf(words, at);
    this.#executions.add(words, at);
    this.#execute(words, at, liquidity);
  }

  #execute(words: Int32Array, at: number, liquidity: number): void {
    const stream = this.#streamOf(words, at);
    const instrument = this.#instrument(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    const { bytes } = stream;
    this.#commit(stream, this.#reports.executed(bytes, to, words, at, instrument, liquidity));
  }

  /** In which call the event's trade was: the change of phase behind all of them says it. */
  #callOf(words: Int32Array, at: number, markAt: number): number {
    const instrumentId = words[at + event.EVENT_INSTRUMENT_ID_WORD];
    const call = this.#call;
    const isKnown = call.command === this.#command && call.instrumentId === instrumentId;
    if (isKnown && at < call.endAt) return call.crossType;
    let endAt = at;
    const isEnd = (): boolean =>
      event.eventKindOf(words, endAt) === event.EVENT_PHASE_CHANGED &&
      words[endAt + event.EVENT_INSTRUMENT_ID_WORD] === instrumentId;
    while (endAt < markAt && !isEnd()) endAt += event.EVENT_WORDS;
    call.command = this.#command;
    call.instrumentId = instrumentId;
    call.endAt = endAt;
    call.crossType = crossTypeOf(phaseBeforeOf(words, endAt));
    return call.crossType;
  }

  #onCanceled(words: Int32Array, at: number, startWord: number): void {
    const stream = this.#streamOf(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    const { bytes } = stream;
    const isSelfTrade = event.reasonOf(words, at) === REASON_SELF_TRADE;
    const preventedAt = isSelfTrade ? preventedBefore(words, at, startWord) : NONE;
    if (preventedAt === NONE) {
      this.#commit(stream, this.#reports.canceled(bytes, to, words, at));
      return;
    }
    const instrument = this.#instrument(words, at);
    this.#commit(stream, this.#reports.aiqCanceled(bytes, to, words, at, preventedAt, instrument));
  }

  #onRejected(words: Int32Array, at: number, idAt: number): void {
    const stream = this.#open(words, at, idAt);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.rejected(stream.bytes, to, words, at, idAt));
  }

  #onCancelRejected(words: Int32Array, at: number): void {
    const stream = this.#streamOf(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.cancelReject(stream.bytes, to, words, at));
  }

  /** An amend, whoever asked for it, or the exchange moved the order as its terms say. */
  #onChanged(words: Int32Array, at: number): void {
    const idAt = at + event.EVENT_CL_ORD_ID_WORD;
    const otherAt = at + event.OTHER_CL_ORD_ID_WORD;
    const wasOuch = isOuchId(words, otherAt);
    if (hasClOrdId(words, otherAt)) {
      if (isOuchId(words, idAt)) this.#onReplaced(words, at, wasOuch ? words[otherAt] : 0);
      else if (wasOuch) this.#onGivenAway(words, at, otherAt);
    } else if (isOuchId(words, idAt)) {
      const isShown = event.eventKindOf(words, at) === event.EVENT_AMENDED;
      const priceBefore = words[at + event.EVENT_LAST_PX_TICKS_WORD];
      const isRepriced = event.reasonOf(words, at) === REASON_REPRICED;
      const isOtherPrice = priceBefore !== words[at + event.EVENT_PRICE_TICKS_WORD];
      const isMoved = !isShown || isRepriced || isOtherPrice;
      const openBefore = readU64(words, at + event.EVENT_LAST_QTY_LOTS_WORD);
      const isResized = openBefore !== readU64(words, at + event.EVENT_LEAVES_QTY_LOTS_WORD);
      if (isMoved) this.#onPriority(words, at);
      if (isResized || !isMoved) this.#onModified(words, at);
    }
  }

  #onReplaced(words: Int32Array, at: number, origUserRefNum: number): void {
    const stream = this.#open(words, at, at + event.EVENT_CL_ORD_ID_WORD);
    const instrument = this.#instrument(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    const { bytes } = stream;
    this.#commit(stream, this.#reports.replaced(bytes, to, words, at, instrument, origUserRefNum));
  }

  #onGivenAway(words: Int32Array, at: number, otherAt: number): void {
    const stream = this.#streamOf(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.givenAway(stream.bytes, to, words, at, otherAt));
  }

  #onPriority(words: Int32Array, at: number): void {
    const stream = this.#streamOf(words, at);
    const instrument = this.#instrument(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.priorityUpdate(stream.bytes, to, words, at, instrument));
  }

  #onModified(words: Int32Array, at: number): void {
    const stream = this.#streamOf(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.modified(stream.bytes, to, words, at));
  }

  /** A replace is refused under the number that the order was to get, a modify under its own. */
  #onAmendRejected(words: Int32Array, at: number): void {
    const otherAt = at + event.OTHER_CL_ORD_ID_WORD;
    if (isOuchId(words, otherAt)) this.#onRejected(words, at, otherAt);
    else if (hasOuchId(words, at)) this.#onCancelRejected(words, at);
  }

  /** That nothing is shown any more is told by what ended the order or moved it. */
  #onDisplayed(words: Int32Array, at: number): void {
    if (readU64(words, at + event.EVENT_CONTRA_ORDER_ID_WORD) === 0) return;
    const stream = this.#streamOf(words, at);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.restated(stream.bytes, to, words, at));
  }

  /** A corrected trade is broken and executed anew under the same match number. */
  #onBusted(words: Int32Array, at: number): void {
    const named = this.#named;
    for (let i = 0; i < event.EVENT_WORDS; i++) named[i] = words[at + i];
    if (!this.#executions.name(named, 0)) return;
    const stream = this.#streamOf(named, 0);
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.brokenTrade(stream.bytes, to, named, 0));
    if (event.eventKindOf(named, 0) === event.EVENT_TRADE_CORRECTED) {
      this.#execute(named, 0, liquidityOf(named, 0));
    }
  }

  /** The stream of an event that uses a UserRefNum; the first of all follows the system event. */
  #open(words: Int32Array, at: number, idAt: number): AccountStream {
    const stream = this.#streamOf(words, at);
    const userRefNum = words[idAt] >>> 0;
    if (userRefNum > stream.lastUserRefNum) stream.lastUserRefNum = userRefNum;
    return stream;
  }

  #streamOf(words: Int32Array, at: number): AccountStream {
    const stream = this.#stream(words[at + event.EVENT_ACCOUNT_ID_WORD] >>> 0);
    if (stream.nextSequence > 1) return stream;
    const to = stream.claim(OUCH_REPORT_BYTES_MAX);
    this.#commit(stream, this.#reports.systemStart(stream.bytes, to, words, at));
    return stream;
  }

  #stream(accountId: number): AccountStream {
    if (accountId === this.#lastAccountId && this.#lastStream !== undefined) {
      return this.#lastStream;
    }
    let stream = this.#streams.get(accountId);
    if (stream === undefined) {
      stream = new AccountStream({
        keptBytesMax: KEPT_BYTES_MAX,
        savedBytesMax: SAVED_BYTES_MAX,
      });
      this.#streams.set(accountId, stream);
    }
    this.#lastAccountId = accountId;
    this.#lastStream = stream;
    return stream;
  }

  #instrument(words: Int32Array, at: number): OuchInstrument {
    const instrumentId = words[at + event.EVENT_INSTRUMENT_ID_WORD] >>> 0;
    if (this.#lastInstrument?.instrumentId === instrumentId) return this.#lastInstrument;
    let instrument = this.#instruments.get(instrumentId);
    if (instrument === undefined) {
      instrument = new OuchInstrument(this.#instrumentById(instrumentId));
      this.#instruments.set(instrumentId, instrument);
    }
    this.#lastInstrument = instrument;
    return instrument;
  }

  #commit(stream: AccountStream, length: number): void {
    if (stream.track.isOn) stream.track.note(stream.nextSequence, this.#command);
    stream.commit(length);
    if (stream.isGrown) return;
    stream.isGrown = true;
    this.#grown.push(stream);
  }
}

function hasOuchId(words: Int32Array, at: number): boolean {
  return isOuchId(words, at + event.EVENT_CL_ORD_ID_WORD);
}

/** The match of this order that was prevented before its event at `at`; NONE where none was. */
function preventedBefore(words: Int32Array, at: number, startWord: number): number {
  const orderId = readU64(words, at + event.EVENT_ORDER_ID_WORD);
  for (let back = at - event.EVENT_WORDS; back >= startWord; back -= event.EVENT_WORDS) {
    if (event.eventKindOf(words, back) !== event.EVENT_PREVENTED) continue;
    if (readU64(words, back + event.EVENT_ORDER_ID_WORD) === orderId) return back;
  }
  return NONE;
}
